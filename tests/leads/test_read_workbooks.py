import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from apps.leads.reading import Hints, Limits, ReadError, open_table

BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def workbook(*rows: list[Any], first_row: int = 1) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(rows, start=first_row):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def rewritten(data: bytes, change: Callable[[str, bytes], bytes], **added: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            new.writestr(entry.filename, change(entry.filename, old.read(entry)))
        for name, content in added.items():
            new.writestr(name, content)
    return out.getvalue()


def unchanged(_name: str, content: bytes) -> bytes:
    return content


def refusal(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(ReadError) as caught:
        list(open_table(data, "a.xlsx", limits=limits or Limits()))
    return caught.value.code


SIMPLE = workbook(["url", "brand"], ["https://a.example", "Lumi"])


def test_caption_over_the_table_is_no_row_of_it() -> None:
    caption, head = ["可疑店铺清单 2027"], ["店铺名称", "链接", "备注"]
    one, other = ["露米", "https://a.example"], ["Lumi", "https://b.example", "x"]

    table = open_table(workbook(caption, [], head, one, other), "a.xlsx")
    line = open_table(
        "可疑店铺清单,,\n店铺名称,链接,备注\n露米,https://a.example,\n".encode(), "a.csv"
    )

    assert [(row.number, row.cells["链接"]) for row in table] == [
        (4, "https://a.example"), (5, "https://b.example"),
    ]  # fmt: skip
    assert (table.columns, table.header_row, line.columns, line.header_row) == (head, 3, head, 2)
    assert len(list(line)) == 1


def test_sheet_with_the_table_is_read_and_not_the_cover() -> None:
    book = Workbook()
    book.active.append(["Read this first"])
    book.create_sheet("Empty")
    for title in ("Shops", "More"):
        book.create_sheet(title).append(["title", "url"])
        book[title].append([title, "https://a.example"])
    stream = io.BytesIO()
    book.save(stream)

    table = open_table(stream.getvalue(), "a.xlsx")

    assert [row.cells for row in table] == [{"title": "Shops", "url": "https://a.example"}]


def test_single_cell_above_values_is_read_as_a_row() -> None:
    table = open_table(workbook(["露米"], ["a.example", "x"], ["b.example", "y"]), "a.xlsx")

    assert (table.header_row, len(list(table))) == (0, 3)


def test_values_are_read_as_text() -> None:
    row = ["露米", 13800138000, 3.5, True, date(2027, 3, 1), datetime(2027, 3, 1, 8, 30), None, "x"]
    table = open_table(workbook(["title", "phone", *"abcdef"], row), "a.xlsx")

    assert [list(one.cells.values()) for one in table] == [
        ["露米", "13800138000", "3.5", "TRUE", "2027-03-01", "2027-03-01 08:30:00", "", "x"]
    ]


def test_rows_keep_the_numbers_that_the_sheet_shows() -> None:
    table = open_table(
        workbook(["url", "brand"], ["a", "b"], [], ["c", "d"], first_row=3), "a.xlsx"
    )

    assert table.header_row == 3
    assert [row.number for row in table] == [4, 6]


def test_formula_is_read_as_its_stored_value() -> None:
    table = open_table(workbook(["url", "brand"], ["=1+1", "b"]), "a.xlsx")

    assert [row.cells for row in table] == [{"url": "", "brand": "b"}]


def test_content_counts_and_not_the_name() -> None:
    assert open_table(SIMPLE, "leads.csv").format == "xlsx"


def test_header_may_be_denied() -> None:
    table = open_table(SIMPLE, "a.xlsx", hints=Hints(header=False))

    assert [row.number for row in table] == [1, 2]


def test_workbook_with_macros_is_refused() -> None:
    with_macros = rewritten(SIMPLE, unchanged, **{"xl/vbaProject.bin": b"x"})

    assert refusal(with_macros) == "reading.macros"


@pytest.mark.parametrize("prolog", [BOMB, OUTSIDE])
def test_workbook_with_entities_is_refused(prolog: bytes) -> None:
    def change(name: str, content: bytes) -> bytes:
        if not name.startswith("xl/worksheets/"):
            return content
        return prolog + content.replace(b"<v>0</v>", b"<v>&b;</v>")

    assert refusal(rewritten(SIMPLE, change)) == "reading.broken_workbook"


def test_workbook_that_unpacks_to_far_more_is_refused() -> None:
    padded = rewritten(SIMPLE, unchanged, **{"xl/media/a.bin": bytes(5_000_000)})

    assert refusal(padded) == "reading.zip_bomb"


def test_workbook_past_its_unpacked_size_is_refused() -> None:
    assert refusal(SIMPLE, Limits(unpacked_bytes=1_000)) == "reading.zip_bomb"
    assert refusal(SIMPLE, Limits(archive_entries=3)) == "reading.zip_bomb"


def test_archive_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "url")

    assert refusal(out.getvalue()) == "reading.not_a_table"


def test_damaged_workbook_is_refused() -> None:
    assert refusal(SIMPLE[: len(SIMPLE) // 2]) == "reading.broken_workbook"
    assert refusal(rewritten(SIMPLE, lambda _name, content: content[:-20])) in {
        "reading.broken_workbook",
        "reading.not_a_table",
    }


def test_too_wide_and_empty_sheets_are_refused() -> None:
    assert refusal(workbook(["url"], ["a"] * 201)) == "reading.too_many_columns"
    assert refusal(workbook([])) == "reading.empty"

import hashlib
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.leads.reading import (
    Hints,
    Limits,
    ReadError,
    Row,
    Table,
    guess_mapping,
    open_table,
    row_digest,
    safe_cell,
    sources,
)


def rows_of(table: Table) -> list[list[str]]:
    return [list(row.cells.values()) for row in table]


def refusal(data: bytes, filename: str = "a.csv", limits: Limits | None = None) -> str:
    with pytest.raises(ReadError) as caught:
        list(open_table(data, filename, limits=limits or Limits()))
    assert str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found_out(delimiter: str) -> None:
    text = f'domain{delimiter}brand\r\na.example{delimiter}"Lumi, {delimiter} and ; co"\r\n'

    table = open_table(text.encode(), "leads.csv")

    assert (table.delimiter, table.columns) == (delimiter, ["domain", "brand"])
    assert rows_of(table) == [["a.example", f"Lumi, {delimiter} and ; co"]]


@pytest.mark.parametrize(
    ("encoding", "named", "is_sure"),
    [
        ("utf-8", "utf-8", True),
        ("utf-8-sig", "utf-8-sig", True),
        ("utf-16", "utf-16", True),
        ("utf-16-be", "utf-16-be", False),
        ("gb18030", "gb18030", False),
    ],
)
def test_chinese_text_is_read_in_any_usual_encoding(
    encoding: str,
    named: str,
    is_sure: bool,
) -> None:
    text = "title,url\n露米精华液假货店铺,https://lumi.example/a\n" * 3

    table = open_table(text.encode(encoding), "leads.csv")

    assert (table.encoding, table.encoding_is_sure) == (named, is_sure)
    assert rows_of(table)[0] == ["露米精华液假货店铺", "https://lumi.example/a"]


def test_western_text_is_not_taken_for_chinese() -> None:
    text = "titre;pays\ncrème démaquillante à l’été;Brésil\n"

    table = open_table(text.encode("cp1252"), "leads.csv")

    assert (table.encoding, table.columns) == ("cp1252", ["titre", "pays"])
    assert rows_of(table) == [["crème démaquillante à l’été", "Brésil"]]


def test_named_encoding_is_obeyed() -> None:
    table = open_table("é".encode("cp1252"), hints=Hints(encoding="cp1252"))

    assert rows_of(table) == [["é"]]
    with pytest.raises(ReadError, match="not supported"):
        open_table(b"a", hints=Hints(encoding="utf-7"))


def test_list_of_values_has_one_column() -> None:
    table = open_table("露米\n\n 大赢家 \nLumi, Inc.\n".encode(), "names.txt")

    assert (table.format, table.columns, table.has_header) == ("lines", ["value"], False)
    assert list(table) == [
        Row(1, {"value": "露米"}),
        Row(3, {"value": "大赢家"}),
        Row(4, {"value": "Lumi, Inc."}),
    ]


def test_list_of_values_may_have_a_header() -> None:
    table = open_table(b"domain\na.example\n", "domains.txt")

    assert list(table) == [Row(2, {"domain": "a.example"})]


def test_table_without_a_header_gets_numbered_columns() -> None:
    table = open_table(b"https://a.example,12\nhttps://b.example,13\n")

    assert table.columns == ["column 1", "column 2"]
    assert len(rows_of(table)) == 2


def test_repeated_and_missing_column_names_are_told_apart() -> None:
    table = open_table(b"url,,url,url (2)\n1,2,3,4\n")

    assert table.columns == ["url", "column 2", "url (2)", "url (2) (2)"]


def test_ragged_row_is_refused_alone() -> None:
    table = open_table(b"url,brand\na,b\nc\nd,e,f\ng,h,\n")

    problems = [(row.number, row.problem.code if row.problem else "") for row in table]

    assert problems == [(2, ""), (3, "row.ragged"), (4, "row.ragged"), (5, "")]


def test_cell_past_its_limit_is_refused_alone() -> None:
    data = b"url,note\na," + b"x" * 70_000 + b"\nb,c\n"

    first, second = open_table(data)

    assert first.problem is not None
    assert first.problem.message == "The cell in column note is larger than 64 kB."
    assert second.problem is None


def test_control_character_is_refused_in_its_row() -> None:
    rows = list(open_table(b"url,note\na,\x1b[31m\nb,\x00\nc,d\n"))

    assert [row.problem.code if row.problem else "" for row in rows] == [
        "row.control_character",
        "row.control_character",
        "",
    ]
    assert rows[1].cells == {"url": "b", "note": ""}


def test_unclosed_quotation_mark_does_not_swallow_rows() -> None:
    assert refusal(b'url,note\na,"b\nc,d\n') == "reading.quoting"


def test_line_break_inside_quotation_marks_stays() -> None:
    assert rows_of(open_table(b'url,note\r\na,"b\r\nc"\r\n')) == [["a", "b\r\nc"]]


@pytest.mark.parametrize(
    ("data", "filename", "code"),
    [
        (b"", "a.csv", "reading.empty"),
        (b" \n\n", "a.csv", "reading.empty"),
        (b"%PDF-1.7\n", "a.csv", "reading.not_a_table"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a.csv", "reading.not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xls", "reading.old_excel"),
        (b"PK\x03\x04 broken", "a.xlsx", "reading.broken_workbook"),
        (b"url\na\n", "a.xlsx", "reading.broken_workbook"),
        (b"\xff\xfea", "a.csv", "reading.encoding"),
    ],
)
def test_what_is_no_table_is_refused_by_name(data: bytes, filename: str, code: str) -> None:
    assert refusal(data, filename) == code


def test_limits_of_size_and_rows_are_kept() -> None:
    assert refusal(b"a" * 101, limits=Limits(file_bytes=100)) == "reading.too_large"
    assert refusal(b"a\n" * 11, limits=Limits(rows=10)) == "reading.too_many_rows"
    assert refusal(b"a," * 201, limits=Limits()) == "reading.too_many_columns"
    assert len(list(open_table(b"a\n" * 10, limits=Limits(rows=10)))) == 10


def test_larger_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(b"a" * 101)

    with pytest.raises(ReadError, match="larger than") as refused:
        open_table(path, limits=Limits(file_bytes=100))

    assert refused.value.code == "reading.too_large"


def test_endless_line_is_refused_before_it_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sources, "LONGEST_LINE", 1_000)

    assert refusal(b"a" * 1_000) == "reading.line_too_long"


@settings(deadline=None)
@given(
    st.binary(max_size=300) | st.text('[]{}",:1a\\ \n', max_size=60).map(str.encode),
    st.sampled_from(["a.csv", "a.xlsx", "a.txt", ""]),
)
def test_no_bytes_make_it_fail_otherwise(data: bytes, filename: str) -> None:
    with suppress(ReadError):
        list(open_table(data, filename))


@settings(deadline=None)
@given(st.lists(st.lists(st.text("ab,;\"'\n |\t中é", max_size=5), min_size=2, max_size=2)))
def test_written_table_is_read_back(values: list[list[str]]) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in values]
    hints = Hints(delimiter=",", header=True)

    table = open_table("\r\n".join(['"url","note"', *quoted]).encode(), hints=hints)

    assert rows_of(table) == [row for row in values if any(cell.strip() for cell in row)]


def test_digest_tells_content_apart_and_nothing_else() -> None:
    digest = row_digest({"url": "a.example", "note": "é"})

    assert digest == row_digest({"note": " e\u0301", "empty": "", "url": "a.example "})
    assert digest != row_digest({"url": "a.example", "note": "e"})
    assert digest != row_digest({"note": "a.example", "url": "é"})
    assert len(digest) == 32


def test_digest_is_that_of_the_rows_of_earlier_imports() -> None:
    cells = {"b": 'say "hi"\\', "a": "精华液 é\t😀\x7f", "é": "</script>", "c": " "}

    written = json.dumps(
        {"b": 'say "hi"\\', "a": "精华液 é\t😀\x7f", "é": "</script>"},
        sort_keys=True, ensure_ascii=True, separators=(",", ":"),
    )  # fmt: skip
    assert row_digest(cells) == hashlib.sha256(written.encode()).digest()
    assert row_digest({}) == hashlib.sha256(b"{}").digest()


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_exported_cell_is_no_formula(value: str) -> None:
    assert safe_cell(value) == f"'{value}"
    assert safe_cell(f"a{value}") == f"a{value}"


def test_columns_are_understood_in_several_languages() -> None:
    columns = ["商品链接", "品牌", "Seller E-mail", "productUrl", "Paese", "case_id", "x"]

    assert list(guess_mapping(columns).values()) == [
        "url", "brand", "email", "url", "country", "reference", "ignore",
    ]  # fmt: skip


def test_column_with_a_meaningless_name_is_judged_by_its_cells() -> None:
    sample = [{"a": "lumi.example", "b": "https://lumi.example/1", "c": "ana@lumi.example"}]

    assert guess_mapping(["a", "b", "c"], sample) == {"a": "domain", "b": "url", "c": "email"}
    assert guess_mapping(["value"], [{"value": "露米"}]) == {"value": "title"}


def test_field_of_one_column_is_not_given_twice() -> None:
    assert guess_mapping(["brand", "trademark"]) == {"brand": "brand", "trademark": "ignore"}

import json

import pytest

from apps.leads.reading import Limits, ReadError, Table, guess_mapping, jsons, open_table, sources

ITEMS = [
    {"title": "Serum Store", "urls": ["https://a.example/1", "https://b.example/2"]},
    {"title": "假货", "seller": {"name": "Lumi", "phones": ["+86 571 5550 1001"]}, "paid": True},
    {"title": None, "price": 10**30, "note": 'a "quoted" {brace}'},
]


def rows_of(table: Table) -> list[dict[str, str]]:
    return [{name: cell for name, cell in row.cells.items() if cell} for row in table]


AS_ROWS = [
    {"title": "Serum Store", "urls": "https://a.example/1\nhttps://b.example/2"},
    {"title": "假货", "seller.name": "Lumi", "seller.phones": "+86 571 5550 1001", "paid": "true"},
    {"price": str(10**30), "note": 'a "quoted" {brace}'},
]


@pytest.mark.parametrize(
    ("written", "format_"),
    [
        (json.dumps(ITEMS), "json"),
        (json.dumps(ITEMS, indent=2, ensure_ascii=False), "json"),
        (json.dumps({"leads": ITEMS}), "json"),
        (json.dumps({"leads": ITEMS}, indent=2), "json"),
        ("\n".join(map(json.dumps, ITEMS)), "jsonl"),
        ("\r\n\r\n".join(json.dumps(item, ensure_ascii=False) for item in ITEMS), "jsonl"),
        ("\n".join(json.dumps(item, indent=1) for item in ITEMS), "json"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("chunk", [7, 65_536])
def test_objects_are_rows_however_they_are_laid_out(
    written: str, format_: str, encoding: str, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "CHUNK", chunk)

    table = open_table(written.encode(encoding), "leads.json")

    assert (table.format, rows_of(table)) == (format_, AS_ROWS)


def test_object_that_holds_more_than_its_items_is_one_row() -> None:
    shops = [{"name": "Lumi"}, {"name": "露米"}]

    for item in ({"title": ["Two"], "shops": shops}, {"shops": shops, "title": ["Two"]}):
        for indent in (None, 1):
            table = open_table(json.dumps(item, indent=indent).encode())
            assert rows_of(table) == [{"title": "Two", "shops.name": "Lumi\n露米"}]
    lines = "\n".join(json.dumps({"shops": shops}) for _n in range(2))
    assert len(rows_of(open_table(lines.encode()))) == 2


def test_list_of_plain_values_is_one_column() -> None:
    table = open_table(b'["a.example", "b.example"]'.replace(b"[", b"[ ", 1), "a.json")

    assert rows_of(table) == [{"value": "a.example"}, {"value": "b.example"}]


def test_keys_name_the_fields() -> None:
    table = open_table(json.dumps([{"seller": {"email": "a@b.example"}, "urls": ["x"]}]).encode())

    assert guess_mapping(table.columns) == {"seller.email": "email", "urls": "url"}


def test_bad_line_is_an_error_of_its_row_alone() -> None:
    table = open_table(b'{"a": "1"}\n{"a": "2"}\n{"a": \n["b"]\n{"a": "3"}\n')

    assert [(row.number, row.problem and row.problem.code) for row in table] == [
        (1, None),
        (2, None),
        (3, "row.not_json"),
        (4, "row.not_json"),
        (5, None),
    ]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (b'[{"a": 1}, {"a": ', "reading.broken_json"),
        (b'[{"a": 1}', "reading.broken_json"),
        (b'[{"a": 1}] and more', "reading.broken_json"),
        (b'[{"a": 1}, oops]', "reading.broken_json"),
        (b"[" + b'{"a":' * 100_000, "reading.broken_json"),
        (b"[]", "reading.empty"),
        (b"[{}]", "reading.empty"),
        (
            json.dumps([dict.fromkeys(map(str, range(201)), "x")]).encode(),
            "reading.too_many_columns",
        ),
    ],
)
def test_damaged_json_is_refused_with_its_reason(written: bytes, code: str) -> None:
    with pytest.raises(ReadError) as refused:
        list(open_table(written, limits=Limits()))

    assert refused.value.code == code
    assert str(refused.value)


def test_endless_item_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsons, "_LONGEST_ITEM", 1_000)
    monkeypatch.setattr(sources, "CHUNK", 100)

    with pytest.raises(ReadError) as refused:
        open_table(b'[{"a": "' + b"x" * 5_000)

    assert refused.value.code == "reading.broken_json"


@pytest.mark.parametrize("text", [b"[section]\na.example\n", b"{braced}\n", b"[a.example](x)\n"])
def test_text_in_brackets_is_no_json(text: bytes) -> None:
    assert open_table(text).format == "lines"

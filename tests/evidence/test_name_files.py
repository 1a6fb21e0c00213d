"""Names and types: nothing the client says is believed, nothing is unpacked to find out."""

import io
import unicodedata
import zipfile
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.evidence.naming import MAX_NAME_BYTES, clean_name, clean_type, is_disguised, sniff

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("lab report.pdf", "lab report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie_ x=1.txt"),
        ("实验室报告.pdf", "实验室报告.pdf"),
        ("..", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ("con.txt", "_con.txt"),
        ("a\x00b", "ab"),
        ("\ud800x.txt", "_x.txt"),
    ],
)
def test_name_keeps_what_is_safe(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean


@given(st.text(max_size=600))
def test_any_name_becomes_one_harmless_path_part(raw: str) -> None:
    name = clean_name(raw)

    assert name
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert PurePosixPath(name).name == name == PureWindowsPath(name).name
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in name)


def test_long_name_keeps_its_extension() -> None:
    assert clean_name("报" * 200 + ".pdf").endswith("报.pdf")


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (PNG, "image/png"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "image/svg+xml"),
        (b"\xef\xbb\xbf <?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]>", "text/xml"),
        (b"  <!DOCTYPE html><script>", "text/html"),
        (b"PK\x03\x04" + b"\x00" * 30, "application/zip"),
        ("只是文字".encode() + "报".encode()[:2], "text/plain"),
        (b"\x00\x01\x02\x03", "application/octet-stream"),
    ],
)
def test_type_is_read_from_the_content(head: bytes, media_type: str) -> None:
    assert sniff(head) == media_type


@given(st.binary(max_size=4096))
def test_no_content_makes_sniffing_fail(head: bytes) -> None:
    assert "/" in sniff(head)


def test_bomb_is_named_and_never_unpacked() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../zeros", b"\x00" * 50_000_000)

    assert sniff(bomb.getvalue()[:4096]) == "application/zip"


@pytest.mark.parametrize(
    ("name", "claimed", "media_type", "verdict"),
    [
        ("a.png", "image/png", "text/html", True),
        ("a.pdf", "", "image/png", True),
        ("a.jpg", "image/jpeg", "image/svg+xml", True),
        ("a.docx", "", "application/zip", False),
        ("a.csv", "text/csv", "text/plain", False),
        ("a", "application/octet-stream", "application/pdf", False),
        ("a.jpg", "image/pjpeg", "image/jpeg", False),
    ],
)
def test_disguise_is_noticed(name: str, claimed: str, media_type: str, verdict: bool) -> None:
    assert is_disguised(name, claimed, media_type) is verdict


@pytest.mark.parametrize("raw", ["text/html\r\nX: y", "nonsense", "a/b/c", "x/" + "y" * 200])
def test_claimed_type_that_is_none_is_dropped(raw: str) -> None:
    assert clean_type(raw) == ""

"""The door to the outside: public https alone, whatever names, redirects and servers say."""

import ssl
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from apps.core import outgoing
from apps.core.outgoing import Answer, Door, FetchError, fetch, is_public
from tests.core.loopback import HOST, Told, server

HERE = "127.0.0.1"


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    with server(tmp_path) as found:
        yield found


def door(told: Told, **changes: object) -> Door:
    """The world of a test: one host of it is this machine, and that is public there."""
    facts = {
        "resolve": lambda _host, _port: [HERE],
        "permits": lambda address: address == HERE,
        "trust": ssl.create_default_context(cafile=told.ca),
        **changes,
    }
    return Door(**facts)  # type: ignore[arg-type]


def code(url: str, by: Door) -> str:
    with pytest.raises(FetchError) as refusal:
        fetch(url, headers={}, door=by)
    return refusal.value.code


PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "2002:7f00:1::",
    "fc00::1",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "localhost",
    "",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_and_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


ODD = [
    ("http://calendar.example/a.ics", "not_https"),
    ("ftp://calendar.example/a.ics", "not_https"),
    ("file:///etc/passwd", "not_https"),
    ("//calendar.example/a.ics", "not_https"),
    ("", "not_https"),
    ("https://", "bad_address"),
    ("https:///a.ics", "bad_address"),
    ("https://ana:pass@calendar.example/", "has_password"),
    ("https://@calendar.example/", "has_password"),
    ("https://calendar.example:22/", "bad_address"),
    ("https://calendar.example:99999/", "bad_address"),
    ("https://calendar.example/a b", "bad_address"),
    ("https://calendar.example/\r\nHost: x", "bad_address"),
    ("https://[::1/", "bad_address"),
    (f"https://calendar.example/{'a' * 2_000}", "bad_address"),
    (f"https://{'a' * 70}.example/", "bad_address"),
]


@pytest.mark.parametrize(("url", "reason"), ODD)
def test_odd_address_is_refused_before_any_name_is_asked(url: str, reason: str) -> None:
    def never(_host: str, _port: int) -> list[str]:
        raise AssertionError

    assert code(url, Door(resolve=never)) == reason


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data/",
    ],
)
def test_every_way_to_write_this_machine_is_seen_through(url: str) -> None:
    assert code(url, Door()) == "not_public"


def test_one_private_address_among_public_ones_refuses_the_name(told: Told) -> None:
    mixed = Door(resolve=lambda _host, _port: ["93.184.216.34", "10.0.0.1"])

    assert code("https://calendar.example/", mixed) == "not_public"


def test_name_is_asked_once_and_the_line_goes_to_the_checked_address(told: Told) -> None:
    told.body = b"calendar"
    answers = [[HERE], ["10.0.0.1"]]
    rebinding = door(told, resolve=lambda _host, _port: answers.pop(0))

    assert fetch(told.url(), headers={}, door=rebinding).body == b"calendar"
    assert answers == [["10.0.0.1"]]
    assert code(told.url(), rebinding) == "not_public"


def test_server_is_asked_by_its_name_and_without_packing(told: Told) -> None:
    fetch(told.url("/a/b?c=d"), headers={"If-None-Match": '"x"'}, door=door(told))

    (asked,) = told.asked
    assert asked["Host"] == f"{HOST}:{told.port}"
    assert (asked["path"], asked["Accept-Encoding"]) == ("/a/b?c=d", "identity")
    assert asked["If-None-Match"] == '"x"'
    assert "Cookie" not in asked


def test_certificate_of_another_name_or_of_nobody_is_refused(told: Told) -> None:
    assert code(f"https://other.example:{told.port}/", door(told)) == "bad_certificate"
    assert code(told.url(), door(told, trust=ssl.create_default_context())) == "bad_certificate"


def test_redirect_is_checked_like_any_address(told: Told) -> None:
    public = door(told, resolve=lambda host, _port: [HERE if host == HOST else "10.0.0.1"])
    told.status = 302

    for location, reason in (
        ("https://inside.example/", "not_public"),
        ("http://calendar.example/", "not_https"),
        ("https://ana:pass@calendar.example/", "has_password"),
        ("/again", "too_many_redirects"),
    ):
        told.headers, told.asked[:] = {"Location": location}, []
        assert code(told.url(), public) == reason
        assert len(told.asked) == (4 if location == "/again" else 1)


def test_redirect_to_a_good_place_is_followed(told: Told) -> None:
    def lead(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(307 if handler.path == "/old" else 200)
        handler.send_header("Location", "/new")
        handler.end_headers()
        handler.wfile.write(handler.path.encode())

    told.answer = lead

    assert fetch(told.url("/old"), headers={}, door=door(told)).body == b"/new"


def test_long_answer_is_cut_off(told: Told) -> None:
    told.body = b"x" * 2_001

    assert code(told.url(), door(told, max_bytes=2_000)) == "too_long"
    assert len(fetch(told.url(), headers={}, door=door(told, max_bytes=2_001)).body) == 2_001


def test_packed_answer_is_not_unpacked(told: Told) -> None:
    told.headers = {"Content-Encoding": "gzip"}

    assert code(told.url(), door(told)) == "encoded"


def test_server_that_drips_or_sleeps_is_left(told: Told) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _drop in range(100):
            handler.wfile.write(b"x")
            time.sleep(0.05)

    told.answer = drip
    assert code(told.url(), door(told, seconds=0.5)) == "too_slow"

    told.answer = lambda _handler: time.sleep(1)
    assert code(told.url(), door(told, seconds=0.3)) == "too_slow"


def test_server_that_talks_nonsense_or_is_away_is_unreachable(told: Told) -> None:
    told.answer = lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n")
    assert code(told.url(), door(told)) == "unreachable"

    closed = door(told)
    assert code(f"https://{HOST}:{told.port ^ 1 or 1025}/", closed) in {
        "unreachable",
        "bad_certificate",
    }


def test_name_that_nobody_has_says_so() -> None:
    def nobody(_host: str, _port: int) -> list[str]:
        raise OSError

    assert code("https://nobody.example/", Door(resolve=nobody)) == "unknown_host"
    assert code("https://nobody.example/", Door(resolve=lambda _h, _p: [])) == "unknown_host"


def test_other_answers_are_the_callers_to_judge(told: Told) -> None:
    told.status = 410

    answer = fetch(told.url(), headers={}, door=door(told))

    assert isinstance(answer, Answer)
    assert (answer.status, answer.body) == (410, b"")
    assert outgoing.checked(told.url()).port == told.port

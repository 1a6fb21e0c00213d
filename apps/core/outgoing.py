"""The door to the outside: a public https address is read, and nothing else is reached.

A name is resolved once for each request and every address that it has must be a public one; the
connection goes to the address that was checked, under the name's own certificate. A redirect is
a new request. Answers are cut off by size and by time.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urljoin, urlsplit

USER_AGENT = "Alliance/1 (+calendar)"
_PART = 65_536
_REDIRECTS = {301, 302, 303, 307, 308}
_LONGEST_URL = 2_000
# They lead to private addresses, or anywhere: mapped, translated and tunnelled IPv4.
_NOT_PUBLIC = [
    ipaddress.ip_network(text)
    for text in ("::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")
]


class FetchError(Exception):
    """The address was not read: why, as a code, and what was answered."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        super().__init__(code, detail)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered; the names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    return not any(ip.version == net.version and ip in net for net in _NOT_PUBLIC)


def addresses_of(host: str, port: int) -> list[str]:
    """Every address of the host, as the system resolves it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, kw_only=True)
class Door:
    """How the outside is reached: tests put a world of their own behind it."""

    resolve: Callable[[str, int], list[str]] = addresses_of
    permits: Callable[[str], bool] = is_public
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    max_bytes: int = 2_000_000
    seconds: float = 5.0
    redirects: int = 3


def checked(url: str) -> SplitResult:
    """The parts of an https address that may be asked for. Raises FetchError."""
    if len(url) > _LONGEST_URL or any(char <= " " or char == "\x7f" for char in url):
        raise FetchError("bad_address")
    try:
        parts = urlsplit(url)
        port = parts.port or 443
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        raise FetchError("bad_address") from None
    if parts.scheme != "https":
        raise FetchError("not_https")
    if "@" in parts.netloc:
        raise FetchError("has_password")
    # Other services listen below; calendars are served at 443 or by somebody's own server.
    if not host or (port != 443 and port < 1024):
        raise FetchError("bad_address")
    return parts


def fetch(url: str, *, headers: Mapping[str, str], door: Door) -> Answer:
    """Read an address, following a few redirects. Raises FetchError."""
    until = time.monotonic() + door.seconds
    for _hop in range(door.redirects + 1):
        answer = _ask(checked(url), headers, door, until)
        if answer.status not in _REDIRECTS:
            return answer
        url = urljoin(url, answer.headers.get("location", ""))
    raise FetchError("too_many_redirects")


def _ask(parts: SplitResult, headers: Mapping[str, str], door: Door, until: float) -> Answer:
    host = (parts.hostname or "").encode("idna").decode("ascii")
    port = parts.port or 443
    address = _address(host, port, door)
    connection = _Connection(host, port, address, door.trust, _left(until))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        try:
            asked = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **headers}
            connection.request("GET", path, headers=asked)
            response = connection.getresponse()
        except ssl.SSLError as error:
            raise FetchError("bad_certificate", error.reason or "") from None
        return _read(response, connection, door, until)
    except TimeoutError:
        raise FetchError("too_slow") from None
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise FetchError("unreachable", type(error).__name__) from None
    finally:
        connection.close()


def _address(host: str, port: int, door: Door) -> str:
    try:
        addresses = door.resolve(host, port)
    except (OSError, UnicodeError):
        raise FetchError("unknown_host", host) from None
    if not addresses:
        raise FetchError("unknown_host", host)
    # One private address among public ones is an attempt, not an accident.
    if not all(door.permits(address) for address in addresses):
        raise FetchError("not_public", host)
    return addresses[0]


def _read(
    response: http.client.HTTPResponse, connection: "_Connection", door: Door, until: float
) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    # What was asked for plainly and comes packed may unpack to anything.
    if headers.get("content-encoding", "identity").lower() not in {"", "identity"}:
        raise FetchError("encoded", headers["content-encoding"][:40])
    body = b""
    while len(body) <= door.max_bytes:
        connection.allow(_left(until))
        part = response.read1(_PART)
        if not part:
            return Answer(response.status, headers, body)
        body += part
    raise FetchError("too_long")


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise FetchError("too_slow")
    return left


class _Connection(http.client.HTTPSConnection):
    """To the address that was checked, under the name that was asked for."""

    def __init__(
        self, host: str, port: int, address: str, trust: ssl.SSLContext, seconds: float
    ) -> None:
        super().__init__(host, port, timeout=seconds, context=trust)
        self._address = address
        self._trust = trust

    def connect(self) -> None:
        """Open the line; the system is not asked for the name again."""
        line = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._trust.wrap_socket(line, server_hostname=self.host)

    def allow(self, seconds: float) -> None:
        """Wait at most so long for what comes next."""
        if self.sock is not None:
            self.sock.settimeout(seconds)

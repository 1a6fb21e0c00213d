"""A web address in one canonical form.

http and https are one address, because a shop answers both and people write either; the written
form stays in `raw`. Parameters that only follow the visitor are dropped, the others are sorted.
"""

import re
import unicodedata
from typing import Final, NamedTuple
from urllib.parse import quote, unquote, unquote_to_bytes

from apps.leads.normalise.cleaning import clean, refang
from apps.leads.normalise.hosts import canonical_host, is_address

_WEB: Final = re.compile(r"https?:[/\\]*|[/\\]{2,}", re.IGNORECASE)
# "shop.example:8080" has no scheme, "mailto:ana" has one.
_OTHER_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:(?![0-9])", re.IGNORECASE)
_PARTS: Final = re.compile(r"(?P<authority>[^/\\?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?")
_PORT: Final = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>[0-9]{0,6}))?")
_DEFAULT_PORTS: Final = frozenset({80, 443})
_HIGHEST_PORT: Final = 65_535

# Brackets and quotes are always escaped: they are what people wrap and disarm addresses with, so a
# canonical form that kept them would not survive being read again.
_PLAIN_PATH: Final = re.compile(r"(?:/(?!\.)[A-Za-z0-9\-._~!$*,:@&=+]*)*")
_PLAIN_QUERY: Final = re.compile(r"[A-Za-z0-9\-._~]*")
_SAFE_IN_PATH: Final = "!$*,;:@&=+"
_SAFE_IN_QUERY: Final = "!$*,;:@/?"
_WRAPPING: Final = "<>\"'“”\u2018\u2019「」 "
_PATH_SESSION: Final = re.compile(r";(?:jsessionid|phpsessid|sid)=.*", re.IGNORECASE)

_TRACKING: Final = re.compile(
    r"utm_\w+|[gd]clid|gclsrc|[gw]braid|fbclid|fb_\w+|msclkid|yclid|ysclid|twclid|ttclid|li_fat_id"
    r"|srsltid|igshid|igsh|mc_[ce]id|_hsenc|_hsmi|hsctatracking|mkt_tok|_ga|_gl|_openstat|vero_\w+"
    r"|oly_\w+|s_cid|cmpid|spm|scm|pvid|algo_\w+|aff_\w+|afsmartredirect|sharer_\w+|share_\w+"
    r"|ut_sk|pdp_npi|gatewayadapt|from_share|wt_mc|trk|trkid|jsessionid|phpsessid|aspsessionid\w*",
    re.IGNORECASE,
)


class WebAddress(NamedTuple):
    """A parsed address; everything in it is already canonical."""

    host: str
    port: int | None
    path: str
    query: tuple[tuple[str, str], ...]

    def parameter(self, key: str) -> str:
        return next((value for name, value in self.query if name == key), "")

    def keeping(self, keys: frozenset[str]) -> "WebAddress":
        return self._replace(query=tuple(pair for pair in self.query if pair[0] in keys))

    def __str__(self) -> str:
        port = "" if self.port is None else f":{self.port}"
        query = "&".join(f"{key}={value}" if value else key for key, value in self.query)
        return f"https://{self.host}{port}{self.path}{'?' if query else ''}{query}"


def parse_address(raw: object) -> WebAddress | None:
    """The web address that the value names, or None; never raises."""
    text = clean(raw)
    if text is None:
        return None
    text = refang(text.strip(_WRAPPING))
    web = _WEB.match(text)
    if web is None and _OTHER_SCHEME.match(text):
        return None
    parts = _PARTS.match(text, web.end() if web else 0)
    if parts is None:
        return None
    place = _host_and_port(parts["authority"])
    if place is None or (web is None and _is_mere_number(parts["authority"], place[0])):
        return None
    return WebAddress(*place, _canonical_path(parts["path"]), _canonical_query(parts["query"]))


def _is_mere_number(authority: str, host: str) -> bool:
    """Without a scheme "12.5" is an amount, not the address 12.0.0.5 that a browser makes of it."""
    return is_address(host) and host not in authority


def _host_and_port(authority: str) -> tuple[str, int | None] | None:
    match = _PORT.fullmatch(authority.rpartition("@")[2])
    if match is None:
        return None
    written = match["host"]
    host = canonical_host(unquote(written) if "%" in written else written)
    port = int(match["port"]) if match["port"] else None
    if host is None or (port is not None and port > _HIGHEST_PORT):
        return None
    return host, None if port in _DEFAULT_PORTS else port


def _canonical_path(path: str) -> str:
    if _PLAIN_PATH.fullmatch(path):
        return path or "/"
    kept: list[str] = []
    parts = path.replace("\\", "/").split("/")[1:]
    segments = [_PATH_SESSION.sub("", _canonical(part, _SAFE_IN_PATH)) for part in parts]
    for place, segment in enumerate(segments):
        if segment not in {".", ".."}:
            kept.append(segment)
            continue
        if segment == ".." and kept:
            kept.pop()
        if place == len(segments) - 1:
            kept.append("")
    return "/" + "/".join(kept)


def _canonical_query(query: str | None) -> tuple[tuple[str, str], ...]:
    if not query:
        return ()
    pairs = []
    for part in query.split("&"):
        key, _, value = part.partition("=")
        key = _canonical(key.replace("+", "%20"), _SAFE_IN_QUERY)
        if key and not _TRACKING.fullmatch(key):
            pairs.append((key, _canonical(value.replace("+", "%20"), _SAFE_IN_QUERY)))
    # Sorted by key alone: the order of a repeated key may mean something.
    return tuple(sorted(pairs, key=lambda pair: pair[0]))


def _canonical(part: str, safe: str) -> str:
    """One percent-encoding for one text; bytes that are not UTF-8 keep their escapes."""
    if _PLAIN_QUERY.fullmatch(part):
        return part
    octets = unquote_to_bytes(part)
    try:
        return quote(unicodedata.normalize("NFKC", octets.decode("utf-8")), safe=safe)
    except UnicodeDecodeError:
        return quote(octets, safe=safe)

"""Providers that translate a text: one hook, and an adapter of LibreTranslate's shape.

Off without configuration. The address is the operator's own setting, never anybody's input.
"""

import http.client
import json
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings

SECONDS = 10
MAX_BYTES = 256 * 1024


class NoTranslation(Exception):
    """The provider did not answer with a text: why, as a code."""


@dataclass(frozen=True, slots=True)
class Translated:
    """A text in another language; `source` is what the provider took the original for."""

    text: str
    source: str


class Provider(Protocol):
    """Whoever translates; `name` labels what it made."""

    @property
    def name(self) -> str:
        """Who it is."""

    def translate(self, text: str, *, source: str, target: str) -> Translated:
        """Raises NoTranslation."""


@dataclass(frozen=True, slots=True)
class LibreTranslate:
    """`POST /translate` of a text, its language and the wanted one, as LibreTranslate takes it."""

    url: str
    key: str = ""
    name: str = "LibreTranslate"

    def translate(self, text: str, *, source: str, target: str) -> Translated:
        asked = {
            "q": text,
            "source": "auto" if source.startswith("und") or not source else _language(source),
            "target": _language(target),
            "format": "text",
        }
        if self.key:
            asked["api_key"] = self.key
        answer = self._ask(json.dumps(asked).encode())
        found = answer.get("translatedText")
        if not isinstance(found, str) or not found.strip():
            raise NoTranslation("no_text")
        detected = answer.get("detectedLanguage")
        said = detected.get("language") if isinstance(detected, dict) else None
        return Translated(found, said if isinstance(said, str) else source)

    def _ask(self, body: bytes) -> dict[str, Any]:
        parts = urlsplit(self.url)
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
        try:
            path = f"{parts.path.rstrip('/')}/translate"
            connection.request("POST", path, body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            data = response.read(MAX_BYTES + 1)
        except (OSError, http.client.HTTPException):
            raise NoTranslation("unreachable") from None
        finally:
            connection.close()
        if response.status != http.client.OK:
            raise NoTranslation(f"answered_{response.status}")
        try:
            answer = json.loads(data) if len(data) <= MAX_BYTES else None
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise NoTranslation("bad_answer")
        return answer


def _language(tag: str) -> str:
    """The language of a tag as the provider names it; `auto` for one that is not known."""
    language = tag.split("-", maxsplit=1)[0]
    return "auto" if language in {"", "und"} else language


def provider() -> Provider | None:
    """The configured provider; None while there is none."""
    if not settings.TRANSLATION_URL:
        return None
    return LibreTranslate(
        settings.TRANSLATION_URL, settings.TRANSLATION_KEY, settings.TRANSLATION_NAME
    )

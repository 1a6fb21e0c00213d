"""What a file is and what it may be called: nothing the client says is believed."""

import mimetypes
import re
import unicodedata

import puremagic

MAX_NAME_BYTES = 200
_MARKUP = re.compile(
    rb"^\s*(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype|html|svg|script|!--)", re.IGNORECASE
)
_UNSAFE = re.compile(r'[<>:"|?*]')
# Names that Windows takes for devices, whatever their extension.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}
_UNKNOWN = "application/octet-stream"
_ZIP = "application/zip"
# Types whose content is a plain archive or plain text when sniffed.
_ZIPPED = ("application/vnd.openxmlformats", "application/vnd.oasis", "application/epub")


def sniff(head: bytes) -> str:
    """The media type of content by its first bytes. Nothing is unpacked, decoded or parsed."""
    if _MARKUP.match(head):
        lowered = head.lower()
        if b"<svg" in lowered:
            return "image/svg+xml"
        return "text/html" if b"<!doctype html" in lowered or b"<html" in lowered else "text/xml"
    if head.startswith(b"PK\x03\x04"):
        return _ZIP
    try:
        found = [match.mime_type for match in puremagic.magic_string(head) if match.mime_type]
    except (puremagic.PureError, ValueError):
        found = []
    if found:
        return str(found[0])
    return "text/plain" if _is_text(head) else _UNKNOWN


def _is_text(head: bytes) -> bool:
    try:
        # The head may end inside a character.
        text = head.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return False
        text = head[: error.start].decode("utf-8")
    return "\x00" not in text


def is_disguised(file_name: str, claimed: str, media_type: str) -> bool:
    """Whether the name or the client's word names another kind of content than there is."""
    guessed = mimetypes.guess_type(file_name)[0] or ""
    return any(_contradicts(word, media_type) for word in (guessed, claimed))


def _contradicts(word: str, media_type: str) -> bool:
    if word in {"", _UNKNOWN, media_type}:
        return False
    if media_type == _ZIP:
        return not word.startswith(_ZIPPED) and "zip" not in word
    if media_type == "text/plain":
        return not word.startswith(("text/", "application/json", "message/"))
    # Flavours of one family (image/jpeg and image/pjpeg) are no disguise; markup always is.
    families = word.split("/", maxsplit=1)[0], media_type.split("/", maxsplit=1)[0]
    return families[0] != families[1] or media_type in {"image/svg+xml", "text/html"}


def clean_name(raw: str) -> str:
    """A name that is safe to show, to send in a header and to save: one path part, no tricks."""
    text = unicodedata.normalize("NFC", raw.encode("utf-8", "replace").decode("utf-8"))
    text = re.split(r"[/\\]", text)[-1]
    text = "".join(c if unicodedata.category(c)[0] not in "CZ" or c == " " else "" for c in text)
    text = _UNSAFE.sub("_", text).strip(" .")
    if text.split(".")[0].lower() in _DEVICES:
        text = f"_{text}"
    return _shorten(text) or "file"


def clean_type(raw: str) -> str:
    """The client's word for the type, kept only when it looks like one."""
    word = raw.split(";", maxsplit=1)[0].strip().lower()
    return word if re.fullmatch(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}", word) else ""


def _shorten(name: str) -> str:
    """At most MAX_NAME_BYTES of UTF-8, the extension kept."""
    if len(name.encode()) <= MAX_NAME_BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    ending = f"{dot}{extension}" if stem and len(extension) <= 12 else ""
    room = MAX_NAME_BYTES - len(ending.encode())
    body = name[: len(name) - len(ending)].encode()[:room].decode(errors="ignore")
    return body + ending

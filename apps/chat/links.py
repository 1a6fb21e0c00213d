"""Addresses of this product in a text that every reader of the room may follow.

A message of the same room, and evidence of the room's own subject: whoever reads the one reads the
other. Whatever else is written stays plain text; nothing is ever fetched.
"""

import re
from typing import NamedTuple
from uuid import UUID

_ID = "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_MESSAGE = re.compile(rf"/rooms/{_ID}/messages/([0-9]{{1,18}})/")
_FILE = re.compile(rf"/evidence/{_ID}/")
MOST = 5


class Links(NamedTuple):
    """Numbers of messages, and ids of evidence."""

    seqs: tuple[int, ...] = ()
    files: tuple[UUID, ...] = ()


def in_text(body: str, room_id: UUID) -> Links:
    """What a text of the room points to, each once, in its order."""
    if "/" not in body:
        return Links()
    found = [int(seq) for ident, seq in _MESSAGE.findall(body) if ident == str(room_id)]
    files = [UUID(ident) for ident in _FILE.findall(body)]
    return Links(tuple(dict.fromkeys(found))[:MOST], tuple(dict.fromkeys(files))[:MOST])

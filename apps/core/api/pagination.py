"""Cursor pages: keyset, newest first, no counts."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import Any

from django.core.signing import BadSignature, Signer
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from apps.core.actor import Actor


class CursorPages(CursorPagination):
    """`?cursor=` and `?page_size=`; ids break ties, so no row is skipped or repeated.

    A cursor is signed for its list and its member: one that was made up or that belongs to
    another listing is not found.
    """

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = ("-created_at", "-id")

    request: Request
    base_url: str

    def decode_cursor(self, request: Request) -> Cursor | None:
        text = request.query_params.get(self.cursor_query_param)
        if text is None:
            return None
        try:
            signed = urlsafe_b64decode(text.encode()).decode()
            tokens = _signer(request).unsign_object(signed)
        except (BadSignature, NotBase64, ValueError):
            raise NotFound(self.invalid_cursor_message) from None
        return Cursor(*tokens)

    def encode_cursor(self, cursor: Cursor) -> str:
        tokens = [cursor.offset, cursor.reverse, cursor.position]
        signed = _signer(self.request).sign_object(tokens)
        text = urlsafe_b64encode(signed.encode()).decode()
        return str(replace_query_param(self.base_url, self.cursor_query_param, text))


def _signer(request: Any) -> Signer:
    member = request.auth.member_id if isinstance(request.auth, Actor) else ""
    return Signer(salt=f"cursor:{member}:{request.path}")

"""Cursor pages: keyset, newest first, no counts."""

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """`?cursor=` and `?page_size=`; ids break ties, so no row is skipped or repeated."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = ("-created_at", "-id")

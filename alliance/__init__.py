"""Composition root: settings, URLs, ASGI and Celery."""

from alliance.celery import app as celery_app

__all__ = ["celery_app"]

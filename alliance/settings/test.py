"""Tests: real PostgreSQL and Redis, fast password hashing, mail in memory."""

import os
import tempfile
from pathlib import Path

from alliance.settings.base import *  # noqa: F403
from alliance.settings.base import DATABASES

SECRET_KEY = "tests-only-" + "x" * 50
DEMO_CLOCK = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# A key that anybody may know, so that browsers can be added.
VAPID_PRIVATE_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"
# Two keys that anybody may know: postings are made with the first, both are read.
CORRELATION_KEYS = (
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=",
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
_SCRATCH = Path(os.environ.get("ALLIANCE_TEST_DIR") or tempfile.mkdtemp(prefix="alliance-test-"))
EVIDENCE_ROOT = _SCRATCH / "evidence"
IMPORT_ROOT = _SCRATCH / "imports"
STATIC_ROOT = _SCRATCH / "static"
WHITENOISE_AUTOREFRESH = False
CELERY_TASK_ALWAYS_EAGER = False
if os.environ.get("ALLIANCE_TEST_DB"):
    DATABASES["default"]["TEST"] = {"NAME": os.environ["ALLIANCE_TEST_DB"]}

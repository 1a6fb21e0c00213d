"""The tests' settings, for a server in a process of its own: it serves the files as they lie."""

import os

from alliance.settings.test import *  # noqa: F403
from alliance.settings.test import DATABASES

DATABASES["default"]["NAME"] = os.environ["ALLIANCE_SERVED_DB"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# A browser fetches each file once, as it does where files are named by what is in them.
WHITENOISE_MAX_AGE = 3600
# Somebody translates: what he answers is the business of workers, which a test is itself.
TRANSLATION_URL = "http://127.0.0.1:9"

"""Development and the embedded demo on one machine."""

import os
import warnings

from alliance.settings.base import *  # noqa: F403
from alliance.settings.base import CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES, VAR_DIR

DEBUG = os.environ.get("DEBUG", "0") == "1"
SECRET_KEY = os.environ.get("SECRET_KEY", "development-only-" + "x" * 40)
DEMO_CLOCK = True
# The demo has three members: with five, as in production, it would never see a signal.
SIGNAL_LEAST_MEMBERS = int(os.environ.get("SIGNAL_LEAST_MEMBERS", "3"))
# WhiteNoise reads each static file whole under ASGI: fine for one machine, a proxy does it better.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 12, "timeout": 20}
if os.environ.get("ALLIANCE_AS_OWNER") == "1":
    DATABASES["default"]["OPTIONS"] = {}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
CELERY_BROKER_TRANSPORT_OPTIONS = {**CELERY_BROKER_TRANSPORT_OPTIONS, "visibility_timeout": 60}
CELERY_TASK_TIME_LIMIT = 50
CELERY_TASK_SOFT_TIME_LIMIT = 45

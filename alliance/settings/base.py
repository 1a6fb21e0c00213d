"""Settings shared by every environment; values that differ come from the environment."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# Two time zone databases on one machine disagree: only the pinned tzdata package counts.
os.environ["PYTHONTZPATH"] = ""

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(os.environ.get("ALLIANCE_VAR", BASE_DIR / "var"))


IDLE_LIMIT = os.environ.get("DB_IDLE_IN_TRANSACTION", "60s")


def database(url: str) -> dict[str, Any]:
    """Django's form of `postgresql://user:password@host:port/name?host=/socket/dir`."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "apps.core.postgres",
        "NAME": parts.path.lstrip("/") or "alliance",
        "USER": unquote(parts.username or "alliance_app"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": query.get("port") or str(parts.port or ""),
        # Under ASGI a kept connection is a leaked one; the pool below does the keeping.
        "CONN_MAX_AGE": 0,
        # Whoever stands still in a transaction loses it, and its locks, to the others: a frozen
        # worker can then neither mark nor change anything when it wakes. Whoever is ended within a
        # long statement leaves it, and its locks, no longer than the second.
        "OPTIONS": {
            "options": f"-c idle_in_transaction_session_timeout={IDLE_LIMIT}"
            " -c client_connection_check_interval=1s"
        },
        "ATOMIC_REQUESTS": False,
    }


DATABASE_URL = os.environ.get("DATABASE_URL", "postgresql://alliance_app@/alliance")
DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL", DATABASE_URL)
DATABASES = {
    "default": database(
        DATABASE_OWNER_URL if os.environ.get("ALLIANCE_AS_OWNER") == "1" else DATABASE_URL
    )
}
DB_OWNER_ROLE = "alliance_owner"
DB_APP_ROLE = "alliance_app"
DB_SEARCH_ROLE = "alliance_search"
DB_CHAT_ROLE = "alliance_chat"

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "alliance",
    }
}

SECRET_KEY = os.environ.get("SECRET_KEY", "")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]
# Translations in rooms: off without an address. LibreTranslate's shape.
TRANSLATION_URL = os.environ.get("TRANSLATION_URL", "")
TRANSLATION_KEY = os.environ.get("TRANSLATION_KEY", "")
TRANSLATION_NAME = os.environ.get("TRANSLATION_NAME", "LibreTranslate")
PUBLIC_URL = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
    "apps.core",
    "apps.members",
    "apps.sharing",
    "apps.duty",
    "apps.evidence",
    "apps.chat",
    "apps.notifications",
    "apps.leads",
    "apps.investigations",
    "apps.handovers",
]

MIDDLEWARE = [
    "apps.core.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.TransactionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "apps.members.middleware.ActorMiddleware",
    "apps.core.middleware.ProblemMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "alliance.urls"
ASGI_APPLICATION = "alliance.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "apps.core.web.folding.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "apps.members.context.people_and_time",
                "apps.handovers.context.navigation",
            ],
        },
    }
]

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "apps.members.backends.PeopleBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "members:sign_in"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
PASSWORD_RESET_TIMEOUT = 60 * 60 * 4
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True

# Who asks who is acting: the composition root names it, so that core need not know members.
SOCKET_SEATS_RESOLVER = "apps.members.actors.resolve_sockets"

# Sign-in throttling: five failures for one address and account, then fifteen minutes.
AXES_HANDLER = "axes.handlers.cache.AxesCacheHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "apps.members.web.views.locked_out"
AXES_USERNAME_FORM_FIELD = "username"
AXES_VERBOSE = False
AXES_IPWARE_META_PRECEDENCE_ORDER = ["REMOTE_ADDR"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "worker-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
EVIDENCE_ROOT = VAR_DIR / "evidence"
EVIDENCE_MAX_BYTES = 50 * 1024 * 1024
EXPORT_ROOT = VAR_DIR / "exports"
IMPORT_ROOT = VAR_DIR / "imports"

# Sharing (sharing.md 4): how long access lasts unless somebody says otherwise, how long a hidden
# holder has to answer, how often one may ask another, and how soon copies are to be deleted.
GRANT_LASTS_DAYS = 180
ACCESS_ANSWER_WORKING_DAYS = 5
ACCESS_MOST_HOLDERS = 20
ACCESS_REQUESTS_PER_PAIR = 5
ACCESS_REQUESTS_PER_PAIR_DAYS = 7
ACCESS_REQUEST_PER_SELECTOR_DAYS = 30
DELETION_WITHIN_DAYS = 14

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Tests only (refused by check --deploy): calendars of any address are read from this machine, under
# the seal in this file.
CALENDAR_LOOPBACK_CA = ""

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
# A mail server that hangs is left after this: the message is tried again later.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Alliance <no-reply@alliance.example>")

# Push to browsers is off without a key: `manage.py make_vapid_keys` prints one.
VAPID_PRIVATE_KEY = os.environ.get("VAPID_PRIVATE_KEY", "")
VAPID_SUBJECT = os.environ.get("VAPID_SUBJECT", "mailto:operator@alliance.example")
PUSH_TIMEOUT = 5
# Browsers name the address they are pushed at: only these services are ever called.
PUSH_HOSTS = [
    host
    for host in os.environ.get(
        "PUSH_HOSTS",
        "fcm.googleapis.com,.push.services.mozilla.com,.push.apple.com,.notify.windows.com",
    ).split(",")
    if host
]


def secret_lines(name: str) -> tuple[str, ...]:
    """Secrets given by comma in `NAME`, or line by line in the file that `NAME_FILE` names."""
    file = os.environ.get(f"{name}_FILE", "")
    text = Path(file).read_text() if file else os.environ.get(name, "").replace(",", "\n")
    return tuple(line.strip() for line in text.splitlines() if line.strip())


# The keys of what members know in common, outside the database, the current one first: those after
# it are read until every posting is made anew. `manage.py make_correlation_key` prints one.
CORRELATION_KEYS = secret_lines("CORRELATION_KEYS")
# Blind signals (sharing.md 4.3): how many members a circle needs, how often all are asked at once,
# how much a member may ask in a day, what is too common to mean anything, what looks like guessing.
SIGNAL_LEAST_MEMBERS = int(os.environ.get("SIGNAL_LEAST_MEMBERS", "5"))
SIGNAL_EVERY_MINUTES = 30
SIGNAL_JITTER_MINUTES = 10
SIGNAL_DAILY_QUOTA = 200
SIGNAL_FLOOD_CAP = 25
SIGNAL_LEAST_STRENGTH = 0.6
SIGNAL_LASTS_DAYS = 180
SIGNAL_QUARANTINE_MEMBERS = 5
SIGNAL_QUARANTINE_SHARE = 0.25
SIGNAL_WATCHED_DAYS = 30
SIGNAL_FREEZE_WITHDRAWN = 5
SIGNAL_FREEZE_WITHDRAWN_SHARE = 0.5
SIGNAL_FREEZE_TRIES = 2_000
SIGNAL_FREEZE_HIT_SHARE = 0.005

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.core.api.authentication.ActorAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["apps.core.api.authentication.HasActor"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "apps.core.api.pagination.CursorPages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "apps.core.api.problems.handle",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Alliance",
    "DESCRIPTION": "Share leads, hand investigations over round the clock, chat in the case.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "apps.core.api.schema.add_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "AskedStateEnum": "apps.handovers.models.Asked.State",
        "CalendarKindEnum": "apps.duty.models.CalendarSource.Kind",
        "CalendarStateEnum": "apps.duty.models.CalendarSource.State",
        "CapabilityEnum": "apps.sharing.models.Capability",
        "DiscoverabilityEnum": "apps.leads.models.Discoverability",
        "GrantStateEnum": "apps.sharing.models.Grant.State",
        "HandoverKindEnum": "apps.handovers.models.Handover.Kind",
        "HandoverStateEnum": "apps.handovers.models.Handover.State",
        "LeadCapabilityEnum": "apps.leads.api.share_forms.CAPABILITIES",
        "LevelEnum": "apps.core.models.Level",
        "MailChoiceEnum": "apps.notifications.models.MailChoice",
        "MemberKindEnum": "apps.members.models.Member.Kind",
        "HoldVerdictEnum": ["keep", "lift"],
        "NotificationStepEnum": "apps.notifications.models.Step",
        "PairVerdictEnum": "apps.leads.correlating.models.PairJudgement.Verdict",
        "SelectorKindEnum": "apps.leads.normalise.KINDS",
        "SightingKindEnum": "apps.leads.correlating.models.Sighting.Kind",
        "SwapStateEnum": "apps.duty.models.Swap.State",
        "TaskKindEnum": "apps.investigations.models.Task.Kind",
    },
}

CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", REDIS_URL)
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 240
CELERY_TASK_SOFT_TIME_LIMIT = 210
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
}
# How often what is due is looked for, in seconds.
_TICK = float(os.environ.get("DISPATCH_EVERY", "5"))
# Intervals only: local wall times are due rows, never crontab.
CELERY_BEAT_SCHEDULE = {
    "dispatch-due": {
        "task": "core.dispatch_due",
        "schedule": _TICK,
        "options": {"expires": _TICK},
    },
    "deliver": {"task": "notifications.deliver", "schedule": 2.0, "options": {"expires": 2}},
    "drain-outbox": {"task": "core.drain_outbox", "schedule": 2.0, "options": {"expires": 2}},
    "reconcile": {"task": "core.reconcile", "schedule": 60.0, "options": {"expires": 60}},
}

# The demo may move its clock; production refuses to start with this on (check --deploy).
DEMO_CLOCK = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"structured": {"()": "apps.core.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "axes": {"level": "WARNING"},
        "uvicorn.access": {"level": "WARNING"},
    },
}

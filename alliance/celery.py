"""The Celery application: workers and beat start here."""

import os

from celery import Celery
from celery.signals import worker_init

from alliance.collecting import keep_what_is_loaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings.dev")

app = Celery("alliance")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


# A stretch of an import makes so many objects and drops them all before anybody looks.
YOUNG = 50_000


@worker_init.connect
def _keep_what_is_loaded(**_more: object) -> None:
    """Before the pool forks: memory that the collector leaves alone stays shared."""
    keep_what_is_loaded(young=YOUNG)

"""The Celery application: workers and beat start here."""

import gc
import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings.dev")

app = Celery("alliance")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def _keep_what_is_loaded(**_more: object) -> None:
    """Before the pool forks: memory that the collector leaves alone stays shared."""
    gc.collect()
    gc.freeze()

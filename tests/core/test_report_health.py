"""Health: the process answers; it can serve."""

from datetime import timedelta

import pytest
from django.test import Client

from apps.core import clock, due
from apps.core.ids import uuid7
from apps.core.web import views


def test_process_answers_without_a_database(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")


@pytest.mark.django_db
def test_ready_when_database_and_redis_answer(client: Client) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"database": True, "redis": True, "due_late_in_seconds": 0}


@pytest.mark.django_db
def test_late_work_is_shown_and_takes_nobody_out_of_service(client: Client) -> None:
    late = clock.now() - timedelta(minutes=3)
    due.plan("t.late", uuid7(), at=late, member_id=uuid7())

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert 180 <= answer.json()["due_late_in_seconds"] < 300


@pytest.mark.django_db
def test_not_ready_without_redis(client: Client, settings: object) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["redis"]) == (503, False)


@pytest.mark.django_db
def test_not_ready_without_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_database_answers", lambda: False)

    assert client.get("/readyz").status_code == 503


def test_health_is_never_cached(client: Client) -> None:
    assert "no-store" in client.get("/healthz")["Cache-Control"]

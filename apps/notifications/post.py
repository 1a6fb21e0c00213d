"""Handing messages over to mail servers and push services: the network, and no database."""

import json
import smtplib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import requests
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from pywebpush import WebPushException, webpush

from apps.core.errors import ENDING

_HANDS = 8
_GONE = {404, 410}
_LATER = {408, 425, 429}
# What a push service keeps for a browser that sleeps: past a day it is no news.
_KEPT_FOR_SECONDS = 24 * 3600


class Result(StrEnum):
    """What became of one try."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Outcome:
    result: Result
    error: str = ""
    # The server itself did not answer: nothing more is tried in this round.
    is_lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """What is pushed to one browser: an id and a title, never content."""

    endpoint: str
    p256dh: str
    auth: str
    title: str
    notification_id: str
    is_urgent: bool


def send_mails(letters: Sequence[EmailMessage]) -> list[Outcome]:
    """Hand the letters over through one connection, each on its own."""
    if not letters:
        return []
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        return [_lost(error)] * len(letters)
    outcomes: list[Outcome] = []
    try:
        for letter in letters:
            if outcomes and outcomes[-1].is_lost:
                outcomes.append(outcomes[-1])
            else:
                outcomes.append(_send_mail(connection, letter))
    finally:
        connection.close()
    return outcomes


def _send_mail(connection: Any, letter: EmailMessage) -> Outcome:
    try:
        connection.send_messages([letter])
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError) as error:
        return _lost(error)
    except smtplib.SMTPRecipientsRefused as error:
        codes = {code for code, _text in error.recipients.values()}
        return _refused(error, is_final=all(code >= 500 for code in codes))
    except smtplib.SMTPResponseException as error:
        return _refused(error, is_final=error.smtp_code >= 500)
    except ValueError as error:
        # An address that no letter can carry.
        return _refused(error, is_final=True)
    except (OSError, smtplib.SMTPException) as error:
        return _lost(error)
    return Outcome(Result.SENT)


def _lost(error: Exception) -> Outcome:
    return Outcome(Result.LATER, named(error), is_lost=True)


def _refused(error: Exception, *, is_final: bool) -> Outcome:
    return Outcome(Result.REFUSED if is_final else Result.LATER, named(error))


def named(error: Exception) -> str:
    """An error in one line, as it is kept on the row."""
    return f"{type(error).__name__}: {error}"[:500]


def send_pushes(pushes: Sequence[Push]) -> list[Outcome]:
    """Hand the pushes over side by side: one that hangs holds up its own thread alone."""
    if not pushes:
        return []
    with ThreadPoolExecutor(min(_HANDS, len(pushes))) as hands:
        return list(hands.map(_send_push, pushes))


class _NoRedirects(requests.Session):
    """A push service that sends elsewhere is not followed: elsewhere is on no list."""

    def post(self, url: Any, data: Any = None, json: Any = None, **kwargs: Any) -> Any:
        return super().post(url, data=data, json=json, **{**kwargs, "allow_redirects": False})


def _send_push(push: Push) -> Outcome:
    try:
        with _NoRedirects() as session:
            webpush(
                {"endpoint": push.endpoint, "keys": {"p256dh": push.p256dh, "auth": push.auth}},
                data=json.dumps({"id": push.notification_id, "title": push.title}),
                vapid_private_key=settings.VAPID_PRIVATE_KEY,
                vapid_claims={"sub": settings.VAPID_SUBJECT},
                timeout=settings.PUSH_TIMEOUT,
                ttl=_KEPT_FOR_SECONDS,
                headers={"Urgency": "high" if push.is_urgent else "normal"},
                requests_session=session,
            )
    except WebPushException as error:
        return _answered(error)
    except requests.RequestException as error:
        # Its text names the address, which is the browser's secret.
        return Outcome(Result.LATER, type(error).__name__, is_lost=True)
    except ENDING:
        raise
    except Exception as error:  # noqa: BLE001 - a wrong key of ours must never stop the mails
        return Outcome(Result.LATER, type(error).__name__)
    return Outcome(Result.SENT)


def _answered(error: WebPushException) -> Outcome:
    status = error.response.status_code if error.response is not None else 0
    said = f"The push service answered {status}."
    if status in _GONE:
        return Outcome(Result.GONE, said)
    if status in _LATER or status >= 500:
        return Outcome(Result.LATER, said)
    return Outcome(Result.REFUSED, said)


def send_all(
    letters: Sequence[EmailMessage], pushes: Sequence[Push]
) -> tuple[list[Outcome], list[Outcome]]:
    """Mail and push at the same time: neither waits for the other's server."""
    with ThreadPoolExecutor(2) as hands:
        mailed, pushed = hands.submit(send_mails, letters), hands.submit(send_pushes, pushes)
        return mailed.result(), pushed.result()

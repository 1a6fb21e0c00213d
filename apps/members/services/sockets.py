"""Open sockets ask again who they are, at once."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db import transaction

from apps.core import stream


def recheck(user_ids: Iterable[UUID]) -> None:
    """After commit every socket of these people reads session and membership afresh."""
    hints = [(stream.account(user_id), {"type": "recheck"}) for user_id in user_ids]
    transaction.on_commit(partial(stream.publish, hints))

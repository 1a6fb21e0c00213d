"""Translations run here: outside any transaction, for nobody waits with a lock for a provider."""

from functools import partial
from uuid import UUID

from celery import shared_task
from django.db import transaction

from apps.chat import services, translating
from apps.chat.models import Translation
from apps.core import clock, scope
from apps.core.actor import Actor


@shared_task(name="chat.translate")
def translate(translation_id: str, viewer_id: str) -> None:
    """Ask the provider for one translation; rung twice it is asked for once more at most."""
    actor, ident = Actor.system(UUID(viewer_id)), UUID(translation_id)
    provider = translating.provider()
    with scope.acting(actor):
        work = services.work_of(ident, actor=actor)
    if work is None or provider is None:
        with scope.acting(actor):
            services.fail_translation(ident, reason="not_allowed", at=clock.now())
        return
    try:
        found = provider.translate(work.text, source=work.source, target=work.target)
    except translating.NoTranslation as error:
        with scope.acting(actor):
            services.fail_translation(ident, reason=str(error), at=clock.now())
        return
    with scope.acting(actor):
        services.keep_translation(ident, found, provider=provider.name, at=clock.now())


def ring(row: Translation) -> None:
    """Start once the request has committed; whoever asks again rings again."""
    if row.state == Translation.State.WAITING:
        call = partial(translate.delay, str(row.pk), str(row.member_id))
        transaction.on_commit(call, robust=True)

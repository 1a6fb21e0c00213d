"""What the members app adds to the house's registries."""

from uuid import UUID

from django.urls import reverse

from apps.core.actor import Actor
from apps.core.registries import Subject, letters, subjects
from apps.members import mails, selectors


def register() -> None:
    """Called once, by the app's configuration."""
    subjects.register(
        "member",
        Subject(
            may_watch=lambda actor, ident: actor.member_id == ident,
            title=lambda _actor, ident: selectors.member_cards([ident])[ident].name,
            url=lambda _ident: reverse("members:people"),
        ),
    )
    subjects.register(
        "person",
        Subject(may_watch=_is_me, title=_name, url=lambda _ident: reverse("members:settings")),
    )
    letters.register("invitation", mails.invitation)
    letters.register("password_reset", mails.password_reset)


def _is_me(actor: Actor, user_id: UUID) -> bool:
    return actor.user_id is not None and actor.user_id == user_id


def _name(actor: Actor, user_id: UUID) -> str:
    return selectors.person(actor, user_id).user.name

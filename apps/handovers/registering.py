"""What handovers put into the registries of the apps below."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core import access, clock, reconcilers, scope
from apps.core.actor import Actor
from apps.core.registries import (
    Command,
    NotificationKind,
    Panel,
    Subject,
    Together,
    commands,
    due_kinds,
    letters,
    notification_kinds,
    panels,
    subjects,
)
from apps.handovers import commanding, mails, notifying, services, subscribers
from apps.investigations.models import Investigation
from apps.members.models import Member

_SEEN = (notifying, subscribers)


def register() -> None:
    """Called once, from AppConfig.ready()."""
    due_kinds.register("handover.draft", Together(services.draft_handovers))
    due_kinds.register("handover.offer", Together(services.offer_handovers))
    due_kinds.register("handover.expire", Together(services.expire_handovers))
    due_kinds.register("handover.hold", Together(services.hold_custodies))
    due_kinds.register("handover.retry", services.retry_handover)
    due_kinds.register("handover.complete", Together(services.complete_handovers))
    due_kinds.register("handover.auto_accept", services.auto_accept)
    due_kinds.register("custody.escalate", Together(services.escalate_custodies))
    subjects.register(
        "handover",
        Subject(
            may_watch=lambda actor, ident: access.may_read(actor, "handover", ident),
            title=lambda _actor, _ident: str(_("Handover")),
            url=lambda ident: f"/handovers/{ident}/",
            card=lambda ident: reverse("handovers:card", args=[ident]),
        ),
    )
    panels.register(
        "handovers",
        Panel(
            slot="investigation.side",
            order=0,
            title=_("Handovers"),
            url=lambda root_id: reverse("handovers:panel", args=[root_id]),
        ),
    )
    panels.register(
        "handover_quality",
        Panel(
            slot="duty.quality",
            order=0,
            title=_("Handovers"),
            url=lambda _member_id: reverse("handovers:quality"),
        ),
    )
    commands.register(
        "/handover",
        Command(
            label=_("Hand the case over at once"),
            usage=commanding.HANDOVER,
            run=commanding.hand_over,
        ),
    )
    commands.register(
        "briefing",
        Command(label=_("Briefing"), run=commanding.add_line, may=commanding.may_add_line),
    )
    _register_notifications()
    letters.register(mails.HELD, mails.held_for_an_hour)
    reconcilers.register(reconcile)


def _register_notifications() -> None:
    kinds = {
        "handover.offered": NotificationKind(
            line=_("A handover is offered to your desk."),
            mail_subject=_("A handover waits for your desk's answer"),
            mails=True,
            group="handovers",
        ),
        "handover.emergency": NotificationKind(
            line=_("An emergency: a case is offered to your desk, and to others, now."),
            mail_subject=_("An emergency handover waits for an answer within five minutes"),
            mails=True,
            group="handovers",
            urgent=True,
        ),
        "handover.taken": NotificationKind(
            line=_("Another desk has taken the case that was offered to yours, too."),
            mail_subject=_("Another desk has taken the case"),
            group="handovers",
        ),
        "handover.bounced": NotificationKind(
            line=_("A case that your desk had handed over was given back."),
            mail_subject=_("A case was given back"),
            group="handovers",
        ),
        "handover.accepted": NotificationKind(
            line=_("Your handover was accepted."),
            mail_subject=_("A handover was accepted"),
            group="handovers",
        ),
        "handover.declined": NotificationKind(
            line=_("Your handover was declined; the next desk is asked."),
            mail_subject=_("A handover was declined"),
            group="handovers",
        ),
        "handover.expired": NotificationKind(
            line=_("Your handover was not answered in time; the next desk is asked."),
            mail_subject=_("A handover was not answered"),
            group="handovers",
        ),
        "handover.returned": NotificationKind(
            line=_("Your handover was accepted; the actions returned stay with your desk."),
            mail_subject=_("A handover was accepted, with actions returned"),
        ),
        "handover.corrected": NotificationKind(
            line=_("The sending desk corrected your read-back."),
            mail_subject=_("A read-back was corrected"),
            mails=True,
        ),
        "briefing.incomplete": NotificationKind(
            line=_("Your briefing lacks required parts: it cannot be accepted until you add them."),
            mail_subject=_("A briefing is incomplete"),
            mails=True,
        ),
        "custody.held": NotificationKind(
            line=_("Nobody has taken over a case: your desk still holds it."),
            mail_subject=_("A case is held: nobody has taken over"),
            mails=True,
            group="custody",
        ),
        "custody.unheard": NotificationKind(
            line=_("A case has been held for 15 minutes and nobody has taken over."),
            mail_subject=_("A case is still held: nobody has taken over"),
            mails=True,
            group="custody",
        ),
        "custody.urgent": NotificationKind(
            line=_("A case has been held for half an hour or more and nobody has taken over."),
            mail_subject=_("Urgent: a case is held and nobody has taken over"),
            mails=True,
            group="custody",
            urgent=True,
        ),
    }
    for name, kind in kinds.items():
        notification_kinds.register(name, kind)


def reconcile() -> None:
    """Every open case has what must be due (I5): re-derived for each member in turn."""
    for member_id in Member.objects.filter(state=Member.State.ACTIVE).values_list("pk", flat=True):
        with scope.acting(Actor.system(member_id)):
            ids = _open_ids(member_id)
        for investigation_id in ids:
            with scope.acting(Actor.system(member_id)):
                services.replan(investigation_id, at=clock.now())


def _open_ids(member_id: UUID) -> list[UUID]:
    return list(
        Investigation.objects.filter(member_id=member_id, closed_at__isnull=True)
        .order_by("id")
        .values_list("pk", flat=True)
    )

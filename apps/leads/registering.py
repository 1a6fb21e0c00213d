"""What leads tell the apps below them."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core import access, clock, reconcilers
from apps.core.actor import Actor
from apps.core.models import Level
from apps.core.registries import (
    NotificationKind,
    Subject,
    due_kinds,
    notification_kinds,
    subjects,
)
from apps.leads import checks, selectors, services, subscribers, tasks
from apps.leads.correlating import batching, reposting, showing, telling
from apps.leads.exchange import exporting
from apps.leads.models import Lead
from apps.leads.services import asking, share_runs
from apps.leads.services.searches import NEWS
from apps.leads.triaging import bulks, searches
from apps.sharing import selectors as sharing

_SEEN = (checks, subscribers)


def register() -> None:
    subjects.register("lead", Subject(may_watch=_may_watch, title=_title, url=_url, tlp=_tlp))
    subjects.register(
        "import",
        Subject(may_watch=_may_watch_import, title=_import_title, url=_import_url),
    )
    subjects.register(
        "saved_search",
        Subject(may_watch=_may_watch_search, title=_search_title, url=_search_url),
    )
    subjects.register(
        "bulk_action", Subject(may_watch=_may_watch_bulk, title=_bulk_title, url=_bulk_url)
    )
    due_kinds.register(services.DUE_KIND, tasks.ring_again)
    due_kinds.register(exporting.FORGET, services.forget_export)
    due_kinds.register(exporting.RING, tasks.ring_export_again)
    _register_triage()
    due_kinds.register(services.RENORMALISE_KIND, services.renormalise_member)
    reconcilers.register(keep_normalised)
    _register_signals()
    _register_sharing()


def _register_triage() -> None:
    due_kinds.register(services.RESCORE, services.rescore)
    due_kinds.register(services.TELL, services.tell_searches)
    due_kinds.register(services.WAKE, services.wake)
    notification_kinds.register(
        NEWS,
        NotificationKind(
            line=_("A search that you follow has new leads."),
            mail_subject=_("A search that you follow has new leads"),
        ),
    )


def _register_signals() -> None:
    subjects.register(
        "signal", Subject(may_watch=_may_watch_signal, title=_signal_title, url=_signal_url)
    )
    due_kinds.register(batching.DUE_KIND, batching.run_batch)
    due_kinds.register(reposting.DUE_KIND, reposting.repost_member)
    reconcilers.register(keep_correlating)
    notification_kinds.register(
        telling.NOTICE,
        NotificationKind(
            line=_("Another member also knows one of your leads."),
            mail_subject=_("A signal about one of your leads"),
        ),
    )


def _register_sharing() -> None:
    due_kinds.register(share_runs.DUE_KIND, services.advance_share_run)
    due_kinds.register(asking.FAN_OUT, asking.ask_holders)
    due_kinds.register(asking.EXPIRE, asking.expire_question)
    due_kinds.register(asking.RELEASE, asking.release_request)
    due_kinds.register(asking.WITHDRAW, asking.withdraw_questions)
    subjects.register(
        "question", Subject(may_watch=_is_asked, title=_asked_title, url=_requests_url)
    )
    subjects.register("request", Subject(may_watch=_asks, title=_request_title, url=_requests_url))
    subjects.register(
        "proposal", Subject(may_watch=_proposes, title=_proposal_title, url=_requests_url)
    )
    subjects.register(
        "reshare", Subject(may_watch=_passes_on, title=_reshare_title, url=_requests_url)
    )
    subjects.register(
        "deletion", Subject(may_watch=_deletes, title=_deletion_title, url=_shared_url)
    )
    for name, line, mail_subject in (
        ("access.asked", _("A member asks for one of your leads."), _("A member asks for a lead")),
        ("access.answered", _("A request of yours is answered."), _("A request is answered")),
        ("lead.shared", _("An ally shares a lead with you."), _("An ally shares a lead with you")),
    ):
        notification_kinds.register(
            name, NotificationKind(line=line, mail_subject=mail_subject, mails=True)
        )


def _is_asked(actor: Actor, question_id: UUID) -> bool:
    return sharing.questions(actor).filter(pk=question_id).exists()


def _asks(actor: Actor, request_id: UUID) -> bool:
    return sharing.requests(actor).filter(pk=request_id).exists()


def _asked_title(_actor: Actor, _question_id: UUID) -> str:
    return gettext("A member asks for one of your leads")


def _request_title(_actor: Actor, _request_id: UUID) -> str:
    return gettext("A request of yours")


def _requests_url(_id: UUID) -> str:
    return reverse("leads:requests")


def _proposes(actor: Actor, proposal_id: UUID) -> bool:
    return sharing.proposals(actor).filter(pk=proposal_id).exists()


def _proposal_title(_actor: Actor, _proposal_id: UUID) -> str:
    return gettext("A proposed change")


def _passes_on(actor: Actor, reshare_id: UUID) -> bool:
    return sharing.reshares(actor).filter(pk=reshare_id).exists()


def _reshare_title(_actor: Actor, _reshare_id: UUID) -> str:
    return gettext("A request to share a lead further")


def _deletes(actor: Actor, duty_id: UUID) -> bool:
    return sharing.deletions(actor).filter(pk=duty_id).exists()


def _deletion_title(_actor: Actor, _duty_id: UUID) -> str:
    return gettext("Copies to delete")


def _shared_url(_id: UUID) -> str:
    return reverse("leads:shared")


def keep_normalised() -> None:
    """What an older normaliser has read is due to be read anew."""
    services.keep_normalised(clock.now())


def keep_correlating() -> None:
    """The next batch is due, and postings of an older key or normaliser are made anew."""
    at = clock.now()
    batching.plan_next(at)
    reposting.keep(at)


def _may_watch(actor: Actor, lead_id: UUID) -> bool:
    return selectors.may_watch(actor, lead_id)


def _title(actor: Actor, lead_id: UUID) -> str:
    view = selectors.view(actor, selectors.find(actor, lead_id))
    return view.title or view.reference


def _tlp(lead_id: UUID) -> str:
    return Lead.objects.values_list("tlp", flat=True).get(pk=lead_id)


def _url(lead_id: UUID) -> str:
    return reverse("leads:detail", args=[lead_id])


def _may_watch_import(actor: Actor, batch_id: UUID) -> bool:
    return access.may_read(actor, "import", batch_id, min_level=Level.FULL)


def _import_title(actor: Actor, batch_id: UUID) -> str:
    return selectors.find_batch(actor, batch_id).name


def _import_url(batch_id: UUID) -> str:
    return reverse("leads:import", args=[batch_id])


def _may_watch_signal(actor: Actor, signal_id: UUID) -> bool:
    return showing.signals(actor).filter(pk=signal_id).exists()


def _signal_title(_actor: Actor, _signal_id: UUID) -> str:
    return gettext("A signal about one of your leads")


def _signal_url(signal_id: UUID) -> str:
    return f"{reverse('leads:signals')}#signal-{signal_id}"


def _may_watch_search(actor: Actor, search_id: UUID) -> bool:
    return searches.searches(actor).filter(pk=search_id).exists()


def _search_title(actor: Actor, search_id: UUID) -> str:
    found = searches.searches(actor).filter(pk=search_id).first()
    return found.name if found else gettext("A search that is no longer kept")


def _search_url(search_id: UUID) -> str:
    return reverse("leads:search_open", args=[search_id])


def _may_watch_bulk(actor: Actor, action_id: UUID) -> bool:
    return bulks.actions(actor).filter(pk=action_id).exists()


def _bulk_title(actor: Actor, action_id: UUID) -> str:
    return bulks.find(actor, action_id).get_verb_display()


def _bulk_url(action_id: UUID) -> str:
    return reverse("leads:bulk", args=[action_id])

"""What an audience would read, before anything is written: of a draft, and of many leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count

from apps.core.actor import Actor
from apps.core.models import Level
from apps.leads import field_classes, policies
from apps.leads.drafts import Draft, read
from apps.leads.models import Lead, LeadSelector
from apps.leads.services.keeping import admit, make, selector_rows
from apps.leads.services.opening import Share
from apps.leads.services.share_runs import Chosen, chosen_ids
from apps.leads.sharing_preview import Preview, preview
from apps.sharing import policies as rules
from apps.sharing import services as sharing
from apps.sharing.models import Grant

# The number is given when the lead is kept; its reader sees one in this place.
NUMBER_TO_COME: Final = "LD-…"
SAMPLES: Final = 3


@dataclass(frozen=True, slots=True)
class KindShown:
    """In how many of the leads a kind of value is read, whole or masked."""

    kind: str
    leads: int
    is_masked: bool


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """Why so many of the leads do not go to this reader."""

    reason: str
    leads: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPreview:
    """What one reader will see of many leads; `samples` are the newest of them, whole."""

    name: str
    level: int
    total: int
    shared: int
    refused: tuple[ReasonCount, ...]
    fields: tuple[str, ...]
    kinds: tuple[KindShown, ...]
    readers: int
    leaves: str
    enters: tuple[str, ...]
    samples: tuple[Preview, ...]

    @property
    def crosses(self) -> bool:
        """Whether they go to a country other than the owner's, as far as both are known."""
        return bool(self.leaves and self.enters)


def preview_draft(
    draft: Draft, shares: Sequence[Share], *, actor: Actor, at: datetime
) -> list[Preview]:
    """What each of an audience would read of a report that is not kept yet; nothing is written."""
    admit(draft, actor=actor, at=at)
    reading = read(draft)
    lead = make(draft, reading, reference=NUMBER_TO_COME)
    lead.member_id, lead.created_at, lead.created_by = actor.member_id, at, actor.user_id
    rows = selector_rows(lead, reading)
    return [
        preview(actor, lead, sharing.known(one.to, actor), level=one.terms.level, rows=rows)
        for one in shares
    ]


def preview_run(chosen: Chosen, shares: Sequence[Share], *, actor: Actor) -> list[RunPreview]:
    """What each of an audience would read of many own leads. Raises Invalid for none of them."""
    policies.may_add(actor).require()
    ids = chosen_ids(actor, chosen)
    return [_of_share(one, ids, actor) for one in shares]


def _of_share(one: Share, ids: list[UUID], actor: Actor) -> RunPreview:
    to, level = sharing.known(one.to, actor), one.terms.level
    open_lights, refused = _by_light(to.kind, level, ids, actor)
    going = Lead.objects.filter(pk__in=ids, tlp__in=open_lights)
    newest = list(going.order_by("-id")[:SAMPLES])
    samples = tuple(preview(actor, lead, to, level=level) for lead in newest)
    # Who reads and where is the same for every lead: asked of one that does not go, too.
    about = samples or (preview(actor, Lead.objects.get(pk=ids[0]), to, level=level),)
    is_named = to.kind == Grant.Grantee.PERSON
    return RunPreview(
        name=about[0].name,
        level=level,
        total=len(ids),
        shared=len(ids) - sum(reason.leads for reason in refused),
        refused=refused,
        fields=tuple(field_classes.readable(level, is_owner=False, is_named=is_named)),
        kinds=_kinds(ids, open_lights, level),
        readers=about[0].readers,
        leaves=about[0].leaves,
        enters=about[0].enters,
        samples=samples,
    )


def _by_light(
    to_kind: str, level: int, ids: list[UUID], actor: Actor
) -> tuple[list[str], tuple[ReasonCount, ...]]:
    """The lights under which they go, and how many do not for which reason."""
    counted = Lead.objects.filter(pk__in=ids).values_list("tlp").annotate(Count("pk"))
    open_lights: list[str] = []
    refused: dict[str, int] = {}
    for tlp, count in counted.order_by("tlp"):
        decision = rules.may_share(actor, to_kind=to_kind, level=level, tlp=tlp)
        if decision:
            open_lights.append(tlp)
        else:
            reason = str(decision.reason)
            refused[reason] = refused.get(reason, 0) + count
    return open_lights, tuple(ReasonCount(*one) for one in refused.items())


def _kinds(ids: list[UUID], lights: list[str], level: int) -> tuple[KindShown, ...]:
    """Every kind of value that is read at the level, and in how many of the leads."""
    has = LeadSelector.objects.filter(lead_id__in=ids, lead__tlp__in=lights, key__isnull=False)
    counted = has.values_list("kind").annotate(Count("lead_id", distinct=True)).order_by("kind")
    # What is sealed stays masked for whoever has not said why: nobody has yet.
    reach = min(level, Level.CASE)
    return tuple(
        KindShown(kind, count, is_masked=reach < field_classes.level_of_kind(kind))
        for kind, count in counted
        if level >= field_classes.shown_from(kind)
    )

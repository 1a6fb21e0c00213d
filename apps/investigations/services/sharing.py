"""Giving an ally access to a case and taking it back; the case is locked before the grant."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import scope
from apps.core.actor import Actor
from apps.core.errors import Invalid, NotFound
from apps.core.models import Level
from apps.investigations import selectors
from apps.investigations.models import Investigation
from apps.investigations.services.custody import lock
from apps.sharing import selectors as grants
from apps.sharing import services as sharing
from apps.sharing.models import CASE_CAPABILITIES, Grant

MAX_PURPOSE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What an ally is to get: how much of the case, what for, until when."""

    grantee_id: UUID
    level: int
    purpose: str
    capabilities: tuple[str, ...] = ()
    expires_at: datetime | None = None


def share_investigation(
    investigation_id: UUID, share: Share, *, actor: Actor, at: datetime
) -> Grant:
    """Give an ally access now; an earlier share with the same ally is replaced."""
    found = selectors.find(actor, investigation_id)
    if found.member_id != actor.member_id:
        # An ally cannot pass on what it was given, and need not learn to whom it could go.
        raise NotFound
    _check(share, at)
    investigation = lock(found.pk)
    subject = ("investigation", investigation.pk)
    earlier = _earlier(actor, investigation, share.grantee_id)
    given = sharing.grant(
        subject,
        owner_id=investigation.member_id,
        grantee_id=share.grantee_id,
        terms=sharing.Terms(
            level=share.level,
            purpose=share.purpose.strip(),
            capabilities=share.capabilities,
            expires_at=share.expires_at,
        ),
        tlp=investigation.tlp,
        actor=actor,
        at=at,
    )
    for grant in earlier:
        sharing.end(grant, actor=actor, at=at, state=Grant.State.ENDED, reason="replaced")
    return given


def _earlier(actor: Actor, investigation: Investigation, grantee_id: UUID) -> list[Grant]:
    """The shares that a new one replaces. A grant that carries custody ends with custody."""
    return list(
        grants.grants_on(actor, "investigation", investigation.pk).filter(
            grantee_id=grantee_id, state=Grant.State.ACTIVE, for_custody=False
        )
    )


def _check(share: Share, at: datetime) -> None:
    wrong: dict[str, list[str]] = {}
    if share.level not in Level.values:
        wrong["level"] = [_("Choose how much the ally may read.")]
    if not share.purpose.strip() or len(share.purpose) > MAX_PURPOSE or "\x00" in share.purpose:
        wrong["purpose"] = [
            _("Say in 1 to %(count)s characters what it is shared for.") % {"count": MAX_PURPOSE}
        ]
    if not set(share.capabilities) <= set(CASE_CAPABILITIES):
        wrong["capabilities"] = [_("Choose from what an ally can be allowed to do.")]
    elif share.capabilities and share.level < Level.CASE:
        wrong["capabilities"] = [_("To work on the case an ally must be able to read it.")]
    if share.expires_at and share.expires_at <= at:
        wrong["expires_at"] = [_("The end must lie in the future.")]
    if wrong:
        raise Invalid(wrong)


def revoke_share(
    investigation_id: UUID, grant_id: UUID, *, reason: str, actor: Actor, at: datetime
) -> None:
    """End an ally's access: by the owner, or by the ally renouncing."""
    found = selectors.find(actor, investigation_id)
    given = grants.grants_on(actor, "investigation", found.pk).filter(pk=grant_id).first()
    if given is None:
        raise NotFound
    with scope.as_owner(found, actor):
        lock(found.pk)
    sharing.revoke(given, actor=actor, at=at, reason=reason.strip() or "revoked")

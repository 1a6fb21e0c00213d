"""Acquiring, reading and verifying files; every act leaves a row in the custody log."""

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core import access
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound
from apps.core.events import Ref, emit
from apps.core.models import Level
from apps.evidence import naming, policies, selectors, storage
from apps.evidence.events import EvidenceAdded, EvidenceAltered
from apps.evidence.models import CustodyLog, Evidence, LogHead

TOOL = "alliance-evidence/1 sha256"
MAX_NOTE = 2000
MAX_URL = 2000
Act = CustodyLog.Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What the person says about a file: kept as said."""

    claimed_type: str = ""
    note: str = ""
    source_url: str = ""
    captured_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a verification; `found` is empty when the content is gone."""

    evidence: Evidence
    found: str

    @property
    def is_intact(self) -> bool:
        return self.found == self.evidence.sha256


def store(
    stream: BinaryIO, name: str, *, root: Ref, actor: Actor, at: datetime, origin: Origin
) -> Evidence:
    """Acquire a file for a subject the actor may work on; the bytes are never changed again."""
    root_type, root_id = root
    if not access.may_read(actor, root_type, root_id, min_level=Level.CASE):
        raise NotFound
    policies.may_add(actor, root).require()
    _check(origin, at)
    stored = storage.keep(stream)
    media_type, file_name = naming.sniff(stored.head), naming.clean_name(name)
    claimed = naming.clean_type(origin.claimed_type)
    evidence = Evidence.objects.create(
        member_id=actor.member_id,
        root_type=root_type,
        root_id=root_id,
        sha256=stored.sha256,
        size=stored.size,
        media_type=media_type,
        claimed_type=claimed,
        is_disguised=naming.is_disguised(file_name, claimed, media_type),
        file_name=file_name,
        note=origin.note,
        source_url=origin.source_url,
        captured_at=origin.captured_at,
        uploaded_by=actor.user_id,
        uploaded_at=at,
    )
    record(evidence, Act.ACQUIRED, sha256=stored.sha256, actor=actor, at=at)
    fact = EvidenceAdded(
        subject_id=root_id,
        root=root,
        evidence_id=evidence.pk,
        file_name=file_name,
        sha256=stored.sha256,
    )
    emit(fact, actor=actor, at=at)
    return evidence


def _check(origin: Origin, at: datetime) -> None:
    wrong: dict[str, list[str]] = {}
    if len(origin.note) > MAX_NOTE:
        wrong["note"] = [_("At most %(count)s characters.") % {"count": MAX_NOTE}]
    if origin.source_url and not _is_web_address(origin.source_url):
        wrong["source_url"] = [_("Give a web address that starts with http:// or https://.")]
    if origin.captured_at and origin.captured_at > at:
        wrong["captured_at"] = [_("A file cannot have been captured in the future.")]
    if any("\x00" in text for text in (origin.note, origin.source_url)):
        wrong["non_field_errors"] = [_("The text contains a character that cannot be kept.")]
    if wrong:
        raise Invalid(wrong)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and len(url) <= MAX_URL


def record(
    evidence: Evidence, act: str, *, sha256: str, actor: Actor, at: datetime, reason: str = ""
) -> CustodyLog:
    """Add one act to a file's custody log, chained to the act before."""
    LogHead.objects.get_or_create(evidence_id=evidence.pk)
    head = LogHead.objects.select_for_update().get(evidence_id=evidence.pk)
    row = CustodyLog(
        member_id=actor.member_id,
        root_type=evidence.root_type,
        root_id=evidence.root_id,
        evidence_id=evidence.pk,
        seq=head.seq + 1,
        act=act,
        by=actor.user_id,
        via=actor.via,
        at=at,
        sha256=sha256,
        tool=TOOL,
        reason=reason,
        previous=head.digest,
    )
    row.digest = selectors.link_digest(row)
    row.save(force_insert=True)
    head.seq, head.digest = row.seq, row.digest
    head.save(update_fields=["seq", "digest"])
    return row


def view(evidence_id: UUID, *, actor: Actor, at: datetime) -> Evidence:
    """Show what is known about a file; looking is an act too."""
    evidence = selectors.find(actor, evidence_id)
    record(evidence, Act.VIEWED, sha256=evidence.sha256, actor=actor, at=at)
    return evidence


def read(evidence_id: UUID, *, actor: Actor, at: datetime) -> tuple[Evidence, BinaryIO]:
    """Hand out the original. Bytes that are not those acquired are refused, never sent."""
    evidence = selectors.find(actor, evidence_id)
    stream = _intact(evidence)
    record(evidence, Act.DOWNLOADED, sha256=evidence.sha256, actor=actor, at=at)
    return evidence, stream


def _intact(evidence: Evidence) -> BinaryIO:
    """The stored content, if it is what was acquired."""
    if storage.digest_of(evidence.sha256) != evidence.sha256:
        raise DomainError(
            "evidence.altered",
            _("The stored content of %(name)s is not what was acquired. It is not handed out.")
            % {"name": evidence.file_name},
        )
    return storage.path_of(evidence.sha256).open("rb")


def preview(evidence_id: UUID, *, actor: Actor, at: datetime) -> tuple[Evidence, BinaryIO]:
    """A picture to be shown on a page; a person's first look at it is an act.

    Raises NotFound for what is no picture that is safely shown, DomainError for one that was
    altered.
    """
    evidence = selectors.find(actor, evidence_id)
    if not evidence.is_picture:
        raise NotFound
    stream = _intact(evidence)
    looked = CustodyLog.objects.filter(
        evidence_id=evidence.pk, act=Act.VIEWED, member_id=actor.member_id, by=actor.user_id
    )
    if not looked.exists():
        record(evidence, Act.VIEWED, sha256=evidence.sha256, actor=actor, at=at)
    return evidence, stream


def verify(evidence_id: UUID, *, actor: Actor, at: datetime) -> Verdict:
    """Hash the stored content again and record what was found."""
    evidence = selectors.find(actor, evidence_id)
    policies.may_verify(actor).require()
    verdict = Verdict(evidence, storage.digest_of(evidence.sha256))
    record(evidence, Act.VERIFIED, sha256=verdict.found, actor=actor, at=at)
    if not verdict.is_intact:
        fact = EvidenceAltered(
            subject_id=evidence.root_id,
            root=(evidence.root_type, evidence.root_id),
            evidence_id=evidence.pk,
            file_name=evidence.file_name,
        )
        emit(fact, actor=actor, at=at)
    return verdict

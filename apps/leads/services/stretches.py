"""One stretch of an import: rows judged against what is known, and written in bulk."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from apps.core import bulk
from apps.core.actor import Actor
from apps.core.events import emit
from apps.core.ids import uuid7s
from apps.leads.correlating import postings
from apps.leads.drafts import NamedValue, key_of, named_by
from apps.leads.events import ImportAdvanced, LeadsImported
from apps.leads.importing.rows import Defaults, Judged, judge
from apps.leads.models import ImportBatch, ImportRow, Lead, LeadSelector
from apps.leads.names import rows as names
from apps.leads.reading import Row
from apps.leads.services.keeping import facts, take_references, words_of
from apps.leads.services.scoring import first_score
from apps.sharing import services as sharing

Outcome = ImportRow.Outcome
New = tuple[Judged, Sequence[UUID], UUID]


@dataclass(slots=True)
class Result:
    """What became of one row, as its import row will say it."""

    number: int
    code: str
    params: dict[str, Any]
    digest: bytes
    outcome: str = Outcome.ERROR
    title: str = ""
    locator: str = ""
    lead_id: UUID | None = None
    match_id: UUID | None = None
    match_reference: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the member had before: leads by row content, leads by selector."""

    by_content: dict[tuple[str, bytes], tuple[UUID | None, UUID | None]]
    by_key: dict[UUID, tuple[UUID, str]]


def work(batch: ImportBatch, rows: Sequence[Row], *, actor: Actor, at: datetime) -> None:
    """Judge the rows, write them when the batch runs, and move the cursor past them."""
    defaults = Defaults(
        source=batch.source,
        source_kind=batch.source_kind,
        source_reliability=batch.source_reliability,
        credibility=batch.credibility,
        tlp=batch.tlp,
        country=batch.country,
        language=batch.language,
    )
    take(batch, [judge(row, batch.mapping, defaults, at=at) for row in rows], actor=actor, at=at)


def take(
    batch: ImportBatch, judged: Sequence[Judged], *, actor: Actor, at: datetime
) -> list[Result]:
    """Keep what is new of the judged reports, and what became of each: for every door."""
    is_dry = batch.state == ImportBatch.State.CHECKING
    if not is_dry:
        _one_writer(batch.member_id)
    keys = [list(map(key_of, one.reading.selectors)) if one.reading else [] for one in judged]
    known = _known(batch, judged, keys)
    results = _results(batch, judged, keys, known)
    if not is_dry:
        _write(batch, _to_add(judged, keys, results), at=at)
    told = bulk.columns(results, tuple(Result.__dataclass_fields__))
    bulk.load(ImportRow, told, member_id=batch.member_id, batch_id=batch.pk)
    _move(batch, results, at=at)
    _tell(batch, results, actor=actor, at=at)
    return results


def _one_writer(member_id: UUID) -> None:
    """One import of a member writes at a time, so that two can't both find a row new."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"leads.import:{member_id}"]
        )


def _known(batch: ImportBatch, judged: Sequence[Judged], keys: Sequence[Sequence[UUID]]) -> Known:
    written = bulk.byte_array(one.digest for one in judged if one.draft)
    by_content: dict[tuple[str, bytes], tuple[UUID | None, UUID | None]] = {
        (source, bytes(digest)): (lead_id, batch_id)
        for lead_id, source, digest, batch_id in _asked(_KEPT, batch.member_id, written)
    }
    earlier = (row[0] for row in _asked(_EARLIER, batch.pk, written, str(Outcome.ADDED)))
    sources = {one.digest: one.draft.source for one in judged if one.draft}
    for digest in (bytes(found) for found in earlier if found is not None):
        by_content.setdefault((sources[digest], digest), (None, batch.pk))
    wanted = "{" + ",".join({key.hex for found in keys for key in found}) + "}"
    rows = _asked(_NEWEST, batch.member_id, wanted, batch.pk)
    return Known(by_content, {key: (lead_id, ref) for key, lead_id, ref in rows})


def _asked(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """Thousands of values are one parameter, written as an array before: the driver asks of each
    element of a list how it is to be written.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


_KEPT = """
SELECT id, source, row_digest, batch_id FROM leads_lead
WHERE member_id = %s AND row_digest = ANY (%s::bytea[])
"""
_EARLIER = """
SELECT digest FROM leads_importrow WHERE batch_id = %s AND digest = ANY (%s::bytea[])
AND outcome = %s
"""
# Of each value the newest lead that has it, what the batch itself brought left out.
_NEWEST = """
SELECT wanted.key, newest.lead_id, newest.reference
FROM (SELECT %s::uuid AS member_id, unnest(%s::uuid[]) AS key) AS wanted
CROSS JOIN LATERAL (
  SELECT selector.lead_id, lead.reference FROM leads_leadselector AS selector
  JOIN leads_lead AS lead ON lead.id = selector.lead_id
  WHERE selector.member_id = wanted.member_id AND selector.key = wanted.key
    AND lead.batch_id IS DISTINCT FROM %s
  ORDER BY selector.lead_id DESC LIMIT 1
) AS newest
"""


def _results(
    batch: ImportBatch, judged: Sequence[Judged], keys: Sequence[Sequence[UUID]], known: Known
) -> list[Result]:
    """One result per row: what it becomes, or in a dry run what it would."""
    fresh: dict[tuple[str, bytes], UUID | None] = {}
    is_dry = batch.state == ImportBatch.State.CHECKING
    # Descending, so that a newest-first list shows the rows as the file has them.
    ids = reversed(uuid7s(len(judged)))
    results = []
    for one, its_keys, new_id in zip(judged, keys, ids, strict=True):
        row = Result(one.number, one.code, one.params, one.digest)
        results.append(row)
        if one.draft and one.reading:
            row.title, row.locator = one.draft.headline, one.reading.locator[0]
            _settle(row, batch, (one.draft.source, one.digest), known, fresh)
            if row.outcome == Outcome.ADDED:
                row.lead_id = None if is_dry else new_id
                fresh[one.draft.source, one.digest] = row.lead_id
                row.match_id, row.match_reference = _match(its_keys, known)
    return results


def _settle(
    row: Result,
    batch: ImportBatch,
    content: tuple[str, bytes],
    known: Known,
    fresh: dict[tuple[str, bytes], UUID | None],
) -> None:
    """Say whether a good row is new, known from before, or in the file twice."""
    if content in fresh:
        row.outcome, row.lead_id = Outcome.DUPLICATE, fresh[content]
    elif content in known.by_content:
        row.lead_id, batch_id = known.by_content[content]
        row.outcome = Outcome.DUPLICATE if batch_id == batch.pk else Outcome.KNOWN
    else:
        row.outcome = Outcome.ADDED


def _match(keys: Iterable[UUID], known: Known) -> tuple[UUID | None, str]:
    return next((known.by_key[key] for key in keys if key in known.by_key), (None, ""))


def _to_add(
    judged: Sequence[Judged], keys: Sequence[Sequence[UUID]], results: Sequence[Result]
) -> list[New]:
    """What is new of the rows, with the keys of its selectors and the id that it gets."""
    return [
        (one, its_keys, row.lead_id)
        for one, its_keys, row in zip(judged, keys, results, strict=True)
        if row.outcome == Outcome.ADDED and row.lead_id
    ]


def _write(batch: ImportBatch, new: Sequence[New], *, at: datetime) -> None:
    """The access rows first, then leads, selectors, postings and words, each table at once."""
    if not new:
        return
    sharing.own_subjects(
        (("lead", lead_id) for _one, _keys, lead_id in new), member_id=batch.member_id, at=at
    )
    references = take_references(batch.member_id, len(new))
    leads, named, words = [], [], []
    for (one, its_keys, lead_id), reference in zip(new, references, strict=True):
        if one.draft is None or one.reading is None:
            continue
        lead = facts(one.draft, one.reading, reference=reference, lead_id=lead_id)
        points, made_of = first_score(one.draft, one.reading, since=at, at=at)
        lead |= {"priority": points, "priority_facts": made_of, "row_digest": one.digest}
        values = named_by(one.reading, member_id=batch.member_id, lead_id=lead_id, keys=its_keys)
        leads.append(lead)
        named += values
        words += words_of(lead, values)
    _load_leads(batch, leads, at=at)
    bulk.load(LeadSelector, bulk.columns(named, NamedValue._fields))
    postings.post_many(named, member_id=batch.member_id, known_since=at)
    names.keep_many(((one["id"], one["values"]) for one in leads), member_id=batch.member_id)
    sharing.index_many("lead", words, member_id=batch.member_id, at=at)


def _load_leads(batch: ImportBatch, leads: Sequence[dict[str, Any]], *, at: datetime) -> None:
    bulk.load(
        Lead,
        {name: [lead[name] for lead in leads] for name in leads[0]},
        member_id=batch.member_id,
        batch_id=batch.pk,
        created_at=at,
        created_by=batch.created_by,
        priority_until=at,
    )


def _move(batch: ImportBatch, results: Sequence[Result], *, at: datetime) -> None:
    tally = Counter(str(row.outcome) for row in results)
    batch.cursor = results[-1].number
    batch.processed += len(results)
    batch.added += tally[Outcome.ADDED]
    batch.known += tally[Outcome.KNOWN]
    batch.duplicates += tally[Outcome.DUPLICATE]
    batch.errors += tally[Outcome.ERROR]
    batch.matches += sum(1 for row in results if row.match_id)
    batch.advanced_at = at
    batch.save()


def _tell(batch: ImportBatch, results: Iterable[Result], *, actor: Actor, at: datetime) -> None:
    if batch.state == ImportBatch.State.CHECKING:
        emit(
            ImportAdvanced(
                subject_id=batch.pk,
                processed=batch.processed,
                total=batch.total,
                state=batch.state,
            ),
            actor=actor,
            at=at,
        )
        return
    tally = Counter(str(row.outcome) for row in results)
    fact = LeadsImported(
        subject_id=batch.pk,
        processed=batch.processed,
        total=batch.total,
        added=tally[Outcome.ADDED],
        known=tally[Outcome.KNOWN],
        errors=tally[Outcome.ERROR],
    )
    emit(fact, actor=actor, at=at)

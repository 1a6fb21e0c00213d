"""Importing a file: upload, dry run, run; each stretch of rows is one transaction."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path, PurePath
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import due
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid
from apps.core.events import emit
from apps.leads import policies, selectors
from apps.leads.events import ImportAdvanced
from apps.leads.importing import storage
from apps.leads.models import ImportBatch, ImportMapping, ImportRow
from apps.leads.reading import (
    FIELDS,
    NO_HINTS,
    Hints,
    ReadError,
    Row,
    Table,
    guess_mapping,
    open_table,
)
from apps.leads.services import stretches
from apps.sharing import services as sharing
from apps.sharing.models import Tlp

DUE_KIND = "leads.run_import"
STRETCH = 1_000
SAMPLE = 50
SHOWN_SAMPLE = 5
LONGEST_NAME = 200
AGAIN_AFTER = timedelta(seconds=60)
State = ImportBatch.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file with what the person says about it."""

    file_name: str
    source: str = ""
    source_kind: str = ""
    source_reliability: str = ""
    credibility: int | None = None
    tlp: str = Tlp.AMBER
    country: str = ""
    language: str = ""
    hints: Hints = NO_HINTS


def upload(stream: BinaryIO, told: Upload, *, actor: Actor, at: datetime) -> ImportBatch:
    """Keep a file for import, with its columns and a guess of what they mean."""
    policies.may_add(actor).require()
    name = PurePath(told.file_name.replace("\\", "/")).name[:LONGEST_NAME] or "file"
    batch = ImportBatch(
        member_id=actor.member_id,
        source=" ".join(told.source.split())[:LONGEST_NAME] or PurePath(name).stem,
        source_kind=told.source_kind,
        source_reliability=told.source_reliability,
        credibility=told.credibility,
        file_name=name,
        hints=asdict(told.hints),
        tlp=told.tlp,
        country=told.country,
        language=told.language,
        created_by=actor.user_id,
        created_at=at,
    )
    with storage.keeping(actor.member_id, batch.pk, stream) as path:
        _look_into(batch, path, actor)
        sharing.own_subject(("import", batch.pk), member_id=actor.member_id, at=at)
        batch.save(force_insert=True)
    return batch


def _look_into(batch: ImportBatch, path: Path, actor: Actor) -> None:
    """What the file holds, in one pass; raises Invalid where it is no table."""
    try:
        table = open_table(path, batch.file_name, hints=Hints(**batch.hints))
        every = iter(table)
        rows = list(islice(every, SAMPLE))
        total = len(rows) + sum(1 for _row in every)
    except ReadError as error:
        raise _unreadable(error) from error
    if not total:
        raise _unreadable(ReadError("reading.empty"))
    batch.format, batch.columns, batch.total = table.format, table.columns, total
    batch.encoding, batch.encoding_is_sure = table.encoding, table.encoding_is_sure
    batch.sample = [_short(row) for row in rows[:SHOWN_SAMPLE]]
    batch.mapping = _guess(actor, table, rows)


def _unreadable(error: ReadError) -> DomainError:
    return Invalid({"file": [error.message]}, code=error.code, message=error.message)


def _short(row: Row) -> dict[str, str]:
    return {column: cell[:120] for column, cell in row.cells.items()}


def _guess(actor: Actor, table: Table, rows: list[Row]) -> dict[str, str]:
    """The member's own mapping for these very columns, else a guess by names and contents."""
    for kept in selectors.mappings(actor).order_by("-updated_at")[:100]:
        if set(kept.columns) == set(table.columns):
            return {column: kept.columns[column] for column in table.columns}
    return guess_mapping(table.columns, [row.cells for row in rows])


def start_check(
    batch_id: UUID, mapping: Mapping[str, str], *, actor: Actor, at: datetime
) -> ImportBatch:
    """Begin a dry run: the rows are judged, nothing becomes a lead."""
    batch = _locked(actor, batch_id)
    policies.may_add(actor).require()
    if batch.state not in {State.UPLOADED, State.CHECKED, State.CHECKING, State.FAILED}:
        raise DomainError("import.past_check", _("This file has already been imported."))
    batch.mapping = _checked_mapping(batch, mapping)
    return _start(batch, State.CHECKING, actor=actor, at=at)


def start_run(batch_id: UUID, *, actor: Actor, at: datetime) -> ImportBatch:
    """Begin the import itself; it goes on by itself until it is done, whatever is killed."""
    batch = _locked(actor, batch_id)
    policies.may_add(actor).require()
    if batch.state == State.RUNNING:
        return batch
    if batch.state != State.CHECKED:
        raise DomainError("import.not_checked", _("Check the file first: nothing was imported."))
    return _start(batch, State.RUNNING, actor=actor, at=at)


def cancel(batch_id: UUID, *, actor: Actor, at: datetime) -> ImportBatch:
    """Stop; the leads that were already added stay."""
    batch = _locked(actor, batch_id)
    policies.may_add(actor).require()
    if batch.state in {State.DONE, State.CANCELLED}:
        raise DomainError("import.ended", _("This import has already ended."))
    _end(batch, State.CANCELLED, actor=actor, at=at)
    return batch


def save_mapping(
    name: str, columns: Mapping[str, str], *, actor: Actor, at: datetime
) -> ImportMapping:
    """Keep what the columns mean under a name; the same name is replaced."""
    policies.may_add(actor).require()
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(
            {"name": [_("Give a name of at most %(count)s characters.") % {"count": LONGEST_NAME}]}
        )
    unknown = sorted(set(columns.values()) - set(FIELDS))
    if unknown:
        raise Invalid({"columns": [_("“%(field)s” is not a field.") % {"field": unknown[0]}]})
    kept, _created = ImportMapping.objects.update_or_create(
        member_id=actor.member_id,
        name=name,
        defaults={"columns": dict(columns), "created_by": actor.user_id, "updated_at": at},
    )
    return kept


def _checked_mapping(batch: ImportBatch, mapping: Mapping[str, str]) -> dict[str, str]:
    wrong = [
        _("The file has no column “%(column)s”.") % {"column": column[:100]}
        for column in mapping
        if column not in batch.columns
    ]
    wrong += [
        _("“%(field)s” is not a field.") % {"field": field[:100]}
        for field in dict.fromkeys(mapping.values())
        if field not in FIELDS
    ]
    full = {column: mapping.get(column, "ignore") for column in batch.columns}
    if not wrong and set(full.values()) == {"ignore"}:
        wrong = [_("Say of at least one column what it holds.")]
    if wrong:
        raise Invalid({"mapping": wrong[:20]})
    return full


def _locked(actor: Actor, batch_id: UUID) -> ImportBatch:
    selectors.find_batch(actor, batch_id)
    return ImportBatch.objects.select_for_update().get(pk=batch_id)


def _start(batch: ImportBatch, state: str, *, actor: Actor, at: datetime) -> ImportBatch:
    ImportRow.objects.filter(batch=batch).delete()
    batch.state = state
    batch.cursor = batch.processed = batch.matches = 0
    batch.added = batch.known = batch.duplicates = batch.errors = 0
    batch.failure = ""
    batch.started_at, batch.advanced_at, batch.ended_at = at, None, None
    batch.save()
    due.plan(DUE_KIND, batch.pk, at=at + AGAIN_AFTER, member_id=batch.member_id)
    _tell(batch, actor=actor, at=at)
    return batch


def advance(batch_id: UUID, rows: "Rows", *, actor: Actor, at: datetime) -> bool:
    """Do one stretch in the caller's transaction; False when there is nothing left to do.

    Any number of workers may call it for one import: the batch's lock puts them in turn, and the
    cursor, moved in the same transaction, says what is done. One that was rung twice has two, of
    whom each would read the file from its start for every stretch of the other's: whoever finds
    that another has gone on leaves it to him.
    """
    batch = ImportBatch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None or not batch.is_working or rows.were_overtaken(batch):
        return False
    try:
        stretch = rows.after(batch)
    except ReadError as error:
        batch.failure = error.code
        _end(batch, State.FAILED, actor=actor, at=at)
        return False
    if not stretch:
        checked = batch.state == State.CHECKING
        _end(batch, State.CHECKED if checked else State.DONE, actor=actor, at=at)
        return False
    stretches.work(batch, stretch, actor=actor, at=at)
    return True


def again(batch_id: UUID, *, at: datetime) -> bool:
    """Whether an import stands still and needs another ring; keeps watching while it works."""
    batch = ImportBatch.objects.filter(pk=batch_id).first()
    if batch is None or not batch.is_working:
        return False
    due.plan(DUE_KIND, batch.pk, at=at + AGAIN_AFTER, member_id=batch.member_id)
    moved_at = batch.advanced_at or batch.started_at
    return moved_at is None or at - moved_at >= AGAIN_AFTER / 2


def _end(batch: ImportBatch, state: str, *, actor: Actor, at: datetime) -> None:
    batch.state = state
    batch.ended_at = at
    batch.save(update_fields=["state", "ended_at", "failure"])
    due.cancel(batch.pk, kinds=[DUE_KIND])
    if state in {State.DONE, State.CANCELLED}:
        transaction.on_commit(partial(storage.forget, batch.member_id, batch.pk))
    _tell(batch, actor=actor, at=at)


def _tell(batch: ImportBatch, *, actor: Actor, at: datetime) -> None:
    fact = ImportAdvanced(
        subject_id=batch.pk, processed=batch.processed, total=batch.total, state=batch.state
    )
    emit(fact, actor=actor, at=at)


class Rows:
    """The rows of a stored file, read on from where the last stretch ended."""

    def __init__(self) -> None:
        self._rows: Iterator[Row] | None = None
        self._at: tuple[Any, ...] = ()

    def were_overtaken(self, batch: ImportBatch) -> bool:
        """Whether others have moved the import since these rows were read."""
        return bool(self._at) and self._at != _place(batch)

    def after(self, batch: ImportBatch, count: int = STRETCH) -> list[Row]:
        """The next rows past the cursor. Raises ReadError where the file is gone or damaged."""
        if self._rows is None or self._at != _place(batch):
            self._rows = _rows_past(batch)
        found = list(islice(self._rows, count))
        self._at = _place(batch, found[-1].number if found else batch.cursor)
        return found


def _place(batch: ImportBatch, cursor: int | None = None) -> tuple[Any, ...]:
    return batch.pk, batch.state, batch.started_at, batch.cursor if cursor is None else cursor


def _rows_past(batch: ImportBatch) -> Iterator[Row]:
    path = storage.path_of(batch.member_id, batch.pk)
    if not path.is_file():
        raise ReadError("reading.gone")
    table = open_table(path, batch.file_name, hints=Hints(**batch.hints))
    return (row for row in table if row.number > batch.cursor)

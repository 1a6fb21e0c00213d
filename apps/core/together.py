"""Several small questions of one page, asked of the database in one statement."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from apps.core.actor import Actor

Question = tuple[str, Sequence[Any]]
NOTHING: Question = ("SELECT 1 WHERE false", ())


def question(rows: "QuerySet[Any, Any]") -> Question:
    """The statement of a queryset of values."""
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        return NOTHING


def counted(rows: "QuerySet[Any, Any]", most: int) -> Question:
    """How many rows there are, counted no further than `most`.

    Their order stays: it is that of an index, of which no more is read then than is counted.
    """
    sql, params = question(rows.values("pk")[:most])
    return f"SELECT count(*) AS n FROM ({sql}) AS counted", params  # noqa: S608 - a queryset's own


# Stand in for whoever asks and for when: nothing has these.
ANY_PERSON: Final = UUID(int=2)
ANYBODY: Final = Actor(member_id=UUID(int=1), user_id=ANY_PERSON)
ANY_TIME: Final = datetime(1, 1, 1, tzinfo=UTC)


def filled(forms: Mapping[str, Question], actor: Actor, *, at: datetime) -> dict[str, Question]:
    """Questions compiled once for anybody at any time, with a person and an instant in place.

    To compile what every page asks costs more than to answer it.
    """
    places = {ANYBODY.member_id: actor.member_id, ANY_PERSON: actor.user_id, ANY_TIME: at}
    return {
        name: (sql, [places.get(value, value) for value in params])
        for name, (sql, params) in forms.items()
    }


def ask(questions: Mapping[str, Question]) -> dict[str, list[dict[str, Any]]]:
    """The rows of each, as JSON has them: identifiers and times are texts."""
    told = ", ".join(
        f"(SELECT json_agg(row_to_json(one)) FROM ({sql}) AS one)"  # noqa: S608 - statements of the code alone
        for sql, _params in questions.values()
    )
    params = [value for _sql, given in questions.values() for value in given]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {told}", params)
        found = cursor.fetchone()
    return {name: rows or [] for name, rows in zip(questions, found, strict=True)}

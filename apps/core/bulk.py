"""Many rows at once: inserted by COPY, or written anew in one statement.

COPY is refused on walled tables, so it goes through a temporary one. Values are written column by
column: what a column holds is decided once for all its rows.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from itertools import islice
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models
from psycopg.types.json import Jsonb

from apps.core.ids import uuid7, uuid7_digits

Convert = Callable[[Any], str]
CHUNK: Final = 1_000
_NULL: Final = "\\N"
# What means something in COPY's text format (the backslash is the first, as the others get one),
# and within a quoted element of an array.
_ESCAPED: Final = (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r"))
_QUOTED: Final = str.maketrans({"\\": "\\\\", '"': '\\"'})


def _text(value: str) -> str:
    # Choices are enumerations; what they are written as is their value.
    text = str(value)
    # What is escaped is a backslash or cannot be printed: most texts are copied as they are.
    if text.isprintable() and "\\" not in text:
        return text
    if "\0" in text:
        raise ValueError(f"PostgreSQL keeps no text with a NUL in it: {text[:80]!r}")
    for mark, written in _ESCAPED:
        text = text.replace(mark, written)
    return text


# Written by hand: the driver asks about each value of each row anew how it is to be written.
_WRITTEN: Final[dict[type, Convert]] = {
    str: _text,
    UUID: lambda value: f"{value.int:032x}",
    int: str,
    float: repr,
    bool: lambda value: "t" if value else "f",
    datetime: datetime.isoformat,
    bytes: lambda value: f"\\\\x{value.hex()}",
    memoryview: lambda value: f"\\\\x{value.hex()}",
}


def _way(kind: type) -> Convert:
    """How a value of this type is written; a subclass as what it is derived from."""
    if kind is type(None):
        return lambda _value: _NULL
    way = _WRITTEN.get(kind) or next(
        (way for known, way in _WRITTEN.items() if issubclass(kind, known)), None
    )
    if way is None:
        raise TypeError(f"no way to write a {kind.__name__} in bulk")
    return way


def _texts(values: Sequence[str]) -> list[str]:
    """A column of texts: asked together whether any must be escaped, in most none is."""
    together = "".join(values)
    return list(values if together.isprintable() and "\\" not in together else map(_text, values))


def _plain(values: Sequence[Any]) -> list[str]:
    kinds = set(map(type, values))
    if kinds == {str}:
        return _texts(values)
    if len(kinds) == 1:
        return list(map(_way(kinds.pop()), values))
    ways = {kind: _way(kind) for kind in kinds}
    return [ways[type(value)](value) for value in values]


def _array(values: Sequence[Any] | None) -> str:
    if values is None:
        return _NULL
    texts = [str(value) for value in values]
    together = "".join(texts)
    if texts and together.isprintable() and "\\" not in together and '"' not in together:
        return '{"' + '","'.join(texts) + '"}'
    quoted = ['"' + text.translate(_QUOTED) + '"' for text in texts]
    return _text("{" + ",".join(quoted) + "}")


def _column(field: "models.Field[Any, Any]", values: Sequence[Any]) -> list[str]:
    """One column of the rows as COPY reads it."""
    if isinstance(field, models.JSONField):
        dump = (field.encoder or json.JSONEncoder)().encode
        return [
            _NULL if value is None else "{}" if value == {} else _text(dump(value))
            for value in values
        ]
    return list(map(_array, values)) if isinstance(field, ArrayField) else _plain(values)


def _is_one(values: Sequence[Any]) -> bool:
    """Whether a column holds one and the same value in all of several rows.

    Equal values of other kinds may be written differently (1, 1.0 and True), or differ within.
    """
    first = values[0]
    if first != values[-1]:
        return False
    if isinstance(first, str | UUID | datetime | None):
        return len(set(map(type, values))) == 1 and values.count(first) == len(values)
    return all(value is first for value in values) or all(value == {} for value in values)


def byte_array(values: Iterable[bytes]) -> str:
    """Values as one parameter, a `bytea[]`: the driver asks of each how it is to be written."""
    return "{" + ",".join(f'"\\\\x{value.hex()}"' for value in values) + "}"


def plain_array(values: Iterable[int | UUID]) -> str:
    """Numbers or ids as one parameter, as `byte_array` does it: none of them needs quotes."""
    return "{" + ",".join(map(str, values)) + "}"


def insert(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of one model, under the wall like any other insert.

    The caller's transaction keeps or drops them; ids are made before, defaults are not applied.
    """
    if rows:
        load(type(rows[0]), columns(rows, tuple(_fields(type(rows[0])))))


def columns(rows: Sequence[object], names: Sequence[str]) -> dict[str, Sequence[Any]]:
    """These attributes of the rows as `load` takes them, one sequence of values for each."""
    found = zip(*map(attrgetter(*names), rows), strict=True)
    return dict(zip(names, found, strict=bool(rows)))


def load(model: type[models.Model], told: Mapping[str, Sequence[Any]], **same: Any) -> None:
    """Insert rows of which the values are given by field, one of each for every row.

    What is the same in every row is told once; for what is not told at all the model's default
    stands, and new ids are made.
    """
    if not any(told.values()):
        return
    meta, fields = model._meta, _fields(model)
    # Most of what leads of one file say of their source, lights and country is the same.
    all_alike = [name for name, values in told.items() if len(values) > 1 and _is_one(values)]
    same |= {name: told[name][0] for name in all_alike[: len(told) - 1]}
    given = {
        name: _column(fields[name], values) for name, values in told.items() if name not in same
    }
    # The database would open the system's source of random bits anew for each.
    count = max(map(len, told.values()))
    given |= {
        name: uuid7_digits(count)
        for name, field in fields.items()
        if field.default is uuid7 and name not in given and name not in same
    }
    rest = {name: field for name, field in fields.items() if name not in given}
    params = [_same(field, same) for field in rest.values()]
    table, own = meta.db_table, f"bulk_{meta.db_table}"
    every = ", ".join(f'"{field.column}"' for field in fields.values())
    copied = ", ".join(f'"{fields[name].column}"' for name in given)
    names = ", ".join(f'"{field.column}"' for field in [*map(fields.get, given), *rest.values()])
    made = "".join(f", %s::{field.db_type(connection)}" for field in rest.values())
    with connection.cursor() as cursor:
        # Names of tables and columns come from the models alone. Made from a query, the temporary
        # table requires nothing: what is the same for all rows is not copied.
        cursor.execute(
            f'CREATE TEMP TABLE IF NOT EXISTS "{own}" ON COMMIT DROP'  # noqa: S608
            f' AS SELECT {every} FROM "{table}" WITH NO DATA'
        )
        with cursor.copy(f'COPY "{own}" ({copied}) FROM STDIN') as copy:
            lines = map("\t".join, zip(*given.values(), strict=True))
            while chunk := list(islice(lines, CHUNK)):
                copy.write("\n".join([*chunk, ""]))
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) SELECT {copied}{made} FROM "{own}"',  # noqa: S608
            params,
        )
        cursor.execute(f'TRUNCATE "{own}"')


def _fields(model: type[models.Model]) -> dict[str, Any]:
    return {field.attname: field for field in model._meta.concrete_fields if not field.generated}


def _same(field: "models.Field[Any, Any]", same: Mapping[str, Any]) -> Any:
    value = same[field.attname] if field.attname in same else field.get_default()
    # Choices are enumerations, which the driver would write by name.
    value = value.value if isinstance(value, Enum) else value
    return field.get_db_prep_save(value, connection)


def update(rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """Write these fields of saved rows of one model, in one statement for any number.

    Raises DatabaseError when a row is gone, or is not the stamp's to change, as `save` does.
    """
    if not rows:
        return
    meta = type(rows[0])._meta
    known = {field.name: field for field in meta.concrete_fields}
    columns = [meta.pk, *(known[name] for name in fields)]
    names = [f'"{column.column}"' for column in columns]
    told = [_values(rows, column) for column in columns]
    arrays = ", ".join(f"%s::{column.db_type(connection)}[]" for column in columns)
    changes = ", ".join(f"{name} = new.{name}" for name in names[1:])
    # Names of tables, columns and types come from the models alone.
    statement = (
        f'UPDATE "{meta.db_table}" AS old SET {changes}'  # noqa: S608
        f" FROM unnest({arrays}) AS new ({', '.join(names)}) WHERE old.{names[0]} = new.{names[0]}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        if cursor.rowcount != len(rows):
            raise DatabaseError(f"{len(rows)} of {meta.db_table} to write, {cursor.rowcount} were")


def _values(rows: Sequence[models.Model], field: "models.Field[Any, Any]") -> list[Any]:
    found = [getattr(row, field.attname) for row in rows]
    if isinstance(field, models.JSONField):
        dump = (field.encoder or json.JSONEncoder)().encode
        return [Jsonb(value, dumps=dump) for value in found]
    if isinstance(field, models.TextField | models.CharField):
        # Choices are enumerations, which the driver would write by name.
        return [None if value is None else str(value) for value in found]
    return found

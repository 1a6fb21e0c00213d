"""Many rows at once: COPY is refused on walled tables, so it goes through a temporary one."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from psycopg.types.json import Jsonb

Convert = Callable[[Any], Any]


def _convert(field: "models.Field[Any, Any]") -> Convert | None:
    if isinstance(field, models.JSONField):
        return lambda value: Jsonb(value, dumps=_dumps(field))
    if isinstance(field, ArrayField):
        return list
    if isinstance(field, models.TextField | models.CharField):
        # Choices are enumerations, which the driver would write by name.
        return lambda value: None if value is None else str(value)
    return None


def _dumps(field: models.JSONField) -> Callable[[Any], str]:
    return partial(json.dumps, cls=field.encoder)


def insert(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of one model, under the wall like any other insert.

    The caller's transaction keeps or drops them; ids are made before, defaults are not applied.
    """
    if not rows:
        return
    meta = type(rows[0])._meta
    fields = [(f.attname, _convert(f)) for f in meta.concrete_fields if not f.generated]
    names = ", ".join(f'"{f.column}"' for f in meta.concrete_fields if not f.generated)
    table, own = meta.db_table, f"bulk_{meta.db_table}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMP TABLE IF NOT EXISTS "{own}" (LIKE "{table}") ON COMMIT DROP')
        with cursor.copy(f'COPY "{own}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(
                    [
                        convert(getattr(row, name)) if convert else getattr(row, name)
                        for name, convert in fields
                    ]
                )
        # Names of tables and columns come from the models alone.
        cursor.execute(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM "{own}"')  # noqa: S608
        cursor.execute(f'TRUNCATE "{own}"')

"""Rotas keep what they said, and seats when they were taken: the past stays as it was.

Of an installation made before, the terms that it has now count from when the rota was made, and a
seat from when it was: their ids tell it.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import apps.core.ids
from apps.core import walls
from apps.core.models import Level

PEOPLE = walls.child("desk", column="desk_id", min_level=Level.FULL, append_only=True)
UNITS = [
    ("hourly", "Hourly"),
    ("daily", "Daily"),
    ("weekly", "Weekly"),
    ("monthly", "Monthly"),
]

CARRY_OVER = """
INSERT INTO duty_rotaterms (id, member_id, desk_id, rota_id, number, said_at, from_at, tz, unit,
    length, start_on, start_time, valid_from, valid_until, people)
SELECT uuidv7(), r.member_id, r.desk_id, r.id, r.version, made.at, made.at, d.tz, r.unit, r.length,
    r.start_on, r.start_time, r.valid_from, r.valid_until,
    ARRAY(SELECT s.user_id FROM duty_rotaplace p JOIN duty_deskperson s ON s.id = p.seat_id
           WHERE p.rota_id = r.id ORDER BY p.position)
  FROM duty_rota r JOIN duty_desk d ON d.id = r.desk_id
  CROSS JOIN LATERAL (SELECT coalesce(uuid_extract_timestamp(r.id), '2020-01-01Z') AS at) made
"""
SEATED = """
UPDATE duty_deskperson SET since = coalesce(uuid_extract_timestamp(id), '2020-01-01Z')
"""


def _id() -> tuple[str, models.UUIDField]:
    field = models.UUIDField(
        default=apps.core.ids.uuid7, editable=False, primary_key=True, serialize=False
    )
    return "id", field


class Migration(migrations.Migration):
    dependencies = [
        ("duty", "0005_cover"),
    ]

    operations = [
        migrations.AddField(
            model_name="rota",
            name="ended_at",
            field=models.DateTimeField(help_text="From then on it gives nobody.", null=True),
        ),
        migrations.CreateModel(
            name="RotaTerms",
            fields=[
                _id(),
                ("member_id", models.UUIDField()),
                (
                    "number",
                    models.IntegerField(help_text="Counts what was said of the rota."),
                ),
                ("said_at", models.DateTimeField()),
                ("from_at", models.DateTimeField(help_text="From when it holds.")),
                (
                    "tz",
                    models.TextField(
                        help_text="The zone of the desk, on whose clocks turns change."
                    ),
                ),
                ("unit", models.TextField(choices=UNITS)),
                (
                    "length",
                    models.PositiveSmallIntegerField(default=1, help_text="Units in a turn."),
                ),
                (
                    "start_on",
                    models.DateField(
                        help_text="The local date on which the first person's turn starts."
                    ),
                ),
                (
                    "start_time",
                    models.TextField(help_text="HH:MM, at which every turn starts."),
                ),
                (
                    "valid_from",
                    models.DateField(help_text="The first local day that it gives.", null=True),
                ),
                (
                    "valid_until",
                    models.DateField(help_text="The last local day that it gives.", null=True),
                ),
                (
                    "people",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        default=list,
                        help_text="Who takes turns, in order; each once.",
                        size=None,
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="duty.desk",
                    ),
                ),
                (
                    "rota",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="terms",
                        to="duty.rota",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("rota", "number"), name="duty_terms_number"),
                    models.CheckConstraint(
                        condition=models.Q(("from_at__gte", models.F("said_at"))),
                        name="duty_terms_not_before_said",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("length__gte", 1)), name="duty_terms_length"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("start_time__regex", "^([01]\\d|2[0-3]):[0-5]\\d$")),
                        name="duty_terms_start_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("unit__in", ["hourly", "daily", "weekly", "monthly"])),
                        name="duty_terms_unit",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_until__isnull", True),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="duty_terms_validity",
                    ),
                ],
            },
        ),
        walls.Wall("RotaTerms", PEOPLE),
        migrations.CreateModel(
            name="FormerSeat",
            fields=[
                _id(),
                ("member_id", models.UUIDField()),
                ("user_id", models.UUIDField(db_index=True)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_seats",
                        to="duty.desk",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["desk", "until"], name="duty_former_seat_lately")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))),
                        name="duty_former_seat_forward",
                    )
                ],
            },
        ),
        walls.Wall("FormerSeat", PEOPLE),
        migrations.AddField(
            model_name="deskperson",
            name="since",
            field=models.DateTimeField(help_text="From when the person sits there.", null=True),
        ),
        migrations.RunSQL(CARRY_OVER, migrations.RunSQL.noop),
        migrations.RunSQL(SEATED, migrations.RunSQL.noop),
        # What is altered next may have no trigger pending.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="deskperson",
            name="since",
            field=models.DateTimeField(help_text="From when the person sits there."),
        ),
        migrations.RemoveConstraint(model_name="rota", name="duty_rota_name"),
        migrations.RemoveConstraint(model_name="rota", name="duty_rota_length"),
        migrations.RemoveConstraint(model_name="rota", name="duty_rota_start_time"),
        migrations.RemoveConstraint(model_name="rota", name="duty_rota_unit"),
        migrations.RemoveConstraint(model_name="rota", name="duty_rota_validity"),
        migrations.AddConstraint(
            model_name="rota",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("desk", "name"),
                name="duty_rota_name",
            ),
        ),
        *(
            migrations.RemoveField(model_name="rota", name=name)
            for name in (
                "unit",
                "length",
                "start_on",
                "start_time",
                "valid_from",
                "valid_until",
            )
        ),
        migrations.DeleteModel(name="RotaPlace"),
    ]

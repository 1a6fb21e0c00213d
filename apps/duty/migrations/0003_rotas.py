import apps.core.ids
import django.db.models.deletion
from django.db import migrations, models

from apps.core import walls
from apps.core.models import Level

PEOPLE = walls.child("desk", column="desk_id", min_level=Level.FULL)


class Migration(migrations.Migration):
    dependencies = [("duty", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="Leave",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("member_id", models.UUIDField()),
                ("user_id", models.UUIDField(db_index=True)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("note", models.TextField(blank=True)),
                ("by", models.UUIDField(help_text="Who entered it.", null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["member_id", "ends_at"], name="duty_leave_coming")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="duty_leave_forward",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rota",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("member_id", models.UUIDField()),
                ("name", models.TextField()),
                (
                    "unit",
                    models.TextField(
                        choices=[
                            ("hourly", "Hourly"),
                            ("daily", "Daily"),
                            ("weekly", "Weekly"),
                            ("monthly", "Monthly"),
                        ]
                    ),
                ),
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
                ("start_time", models.TextField(help_text="HH:MM, at which every turn starts.")),
                (
                    "valid_from",
                    models.DateField(help_text="The first local day that it gives.", null=True),
                ),
                (
                    "valid_until",
                    models.DateField(help_text="The last local day that it gives.", null=True),
                ),
                (
                    "order",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="First, second, third ..."
                    ),
                ),
                ("version", models.IntegerField(default=1)),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rotas",
                        to="duty.desk",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RotaPlace",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("member_id", models.UUIDField()),
                ("position", models.PositiveSmallIntegerField()),
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
                        related_name="places",
                        to="duty.rota",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="duty.deskperson",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Swap",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("member_id", models.UUIDField()),
                ("asker_id", models.UUIDField(help_text="Whose shift it is.")),
                (
                    "asked_of",
                    models.UUIDField(help_text="One colleague; absent: the whole desk.", null=True),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("note", models.TextField(blank=True)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("asked", "Asked"),
                            ("taken", "Taken"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                            ("past_due", "Past Due"),
                        ],
                        default="asked",
                    ),
                ),
                ("taken_by", models.UUIDField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="swaps",
                        to="duty.desk",
                    ),
                ),
                (
                    "rota",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="swaps",
                        to="duty.rota",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="rota",
            constraint=models.UniqueConstraint(fields=("desk", "name"), name="duty_rota_name"),
        ),
        migrations.AddConstraint(
            model_name="rota",
            constraint=models.CheckConstraint(
                condition=models.Q(("length__gte", 1)), name="duty_rota_length"
            ),
        ),
        migrations.AddConstraint(
            model_name="rota",
            constraint=models.CheckConstraint(
                condition=models.Q(("start_time__regex", "^([01]\\d|2[0-3]):[0-5]\\d$")),
                name="duty_rota_start_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="rota",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit__in", ["hourly", "daily", "weekly", "monthly"])),
                name="duty_rota_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="rota",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_from__isnull", True),
                    ("valid_until__isnull", True),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="duty_rota_validity",
            ),
        ),
        migrations.AddConstraint(
            model_name="rotaplace",
            constraint=models.UniqueConstraint(
                fields=("rota", "position"), name="duty_place_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="rotaplace",
            constraint=models.UniqueConstraint(fields=("rota", "seat"), name="duty_place_once"),
        ),
        migrations.AddIndex(
            model_name="swap",
            index=models.Index(fields=["desk", "ends_at"], name="duty_swap_coming"),
        ),
        migrations.AddConstraint(
            model_name="swap",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="duty_swap_forward"
            ),
        ),
        migrations.AddConstraint(
            model_name="swap",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "taken"), ("taken_by__isnull", False)),
                    models.Q(
                        models.Q(("state", "taken"), _negated=True), ("taken_by__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="duty_swap_taken",
            ),
        ),
        migrations.AddConstraint(
            model_name="swap",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["asked", "taken", "declined", "withdrawn", "past_due"])
                ),
                name="duty_swap_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="swap",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("taken_by__isnull", True),
                    models.Q(("taken_by", models.F("asker_id")), _negated=True),
                    _connector="OR",
                ),
                name="duty_swap_other",
            ),
        ),
        migrations.AddConstraint(
            model_name="swap",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")),
                fields=("rota", "asker_id", "starts_at"),
                name="duty_swap_once",
            ),
        ),
        walls.Wall("Rota", PEOPLE),
        walls.Wall("RotaPlace", PEOPLE),
        walls.Wall("Leave", walls.own()),
        walls.Wall("Swap", PEOPLE),
    ]

import datetime

from django.db import migrations, models

import apps.core.ids
from apps.core import walls

MODES = [("warn", "Warn"), ("block", "Block")]


class Migration(migrations.Migration):
    dependencies = [("investigations", "0004_returned_tasks")]

    operations = [
        migrations.AddField(
            model_name="investigation",
            name="pap",
            field=models.TextField(
                choices=[
                    ("red", "PAP:RED"),
                    ("amber", "PAP:AMBER"),
                    ("green", "PAP:GREEN"),
                    ("clear", "PAP:CLEAR"),
                ],
                default="green",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="kind",
            field=models.TextField(
                choices=[
                    ("general", "Anything else"),
                    ("takedown", "Takedown"),
                    ("test_purchase", "Test purchase"),
                ],
                default="general",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="held",
            field=models.TextField(
                blank=True,
                choices=MODES,
                default="",
                help_text="A hold that was met when it was planned.",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="task", name="held_until", field=models.DateTimeField(null=True)
        ),
        migrations.CreateModel(
            name="TargetHold",
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
                ("lead_id", models.UUIDField()),
                ("mode", models.TextField(choices=MODES, default="warn")),
                (
                    "reason",
                    models.TextField(
                        help_text="For the member and for review; nobody else is told."
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("review", "Waiting for review"),
                            ("active", "In force"),
                            ("released", "Released"),
                            ("lifted", "Lifted by the alliance"),
                            ("ended", "Over"),
                        ],
                        default="active",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("created_by", models.UUIDField(null=True)),
                ("hold_until", models.DateTimeField()),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("reviewed_by", models.UUIDField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("hold_until__gt", models.F("created_at")),
                            (
                                "hold_until__lte",
                                models.expressions.CombinedExpression(
                                    models.F("created_at"),
                                    "+",
                                    models.Value(datetime.timedelta(days=30)),
                                ),
                            ),
                        ),
                        name="investigations_hold_30_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="investigations_hold_has_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["review", "active"])),
                        fields=("lead_id",),
                        name="investigations_one_hold_each",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HeldTarget",
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
                ("hold_id", models.UUIDField()),
                ("member_id", models.UUIDField()),
                ("digest", models.BinaryField()),
                ("mode", models.TextField(choices=MODES)),
                ("in_force", models.BooleanField(default=True)),
                ("held_at", models.DateTimeField()),
                ("hold_until", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["digest", "hold_until"], name="investigations_held_digest")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hold_id", "digest"), name="investigations_held_target_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Encounter",
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
                (
                    "side",
                    models.TextField(
                        choices=[("holder", "Your hold was met"), ("planner", "You met a hold")]
                    ),
                ),
                ("hold_id", models.UUIDField(null=True, help_text="The holder's own hold.")),
                ("investigation_id", models.UUIDField(null=True, help_text="The planner's case.")),
                (
                    "user_id",
                    models.UUIDField(null=True, help_text="Who planned, on the planner's side."),
                ),
                ("measure", models.TextField()),
                ("mode", models.TextField(choices=MODES)),
                ("met_at", models.DateTimeField()),
                ("hold_until", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["member_id", "-met_at", "-id"], name="investigations_encounters"
                    )
                ],
            },
        ),
        walls.Wall("TargetHold", walls.own()),
        walls.Wall(
            "HeldTarget",
            walls.platform("keyed digests, ids and times; read by deconflicting alone"),
        ),
        walls.Wall("Encounter", walls.own(append_only=True)),
    ]

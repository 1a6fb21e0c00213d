import django.db.models.deletion
from django.db import migrations, models

import apps.core.ids
from apps.core import walls
from apps.core.models import Level


class Migration(migrations.Migration):
    dependencies = [("handovers", "0003_engine")]

    operations = [
        migrations.AddField(
            model_name="handover",
            name="return_reasons",
            field=models.JSONField(default=dict, help_text="Why each returned action was."),
        ),
        migrations.AddField(
            model_name="handover",
            name="question_answers",
            field=models.JSONField(
                default=dict,
                help_text="What the receiver knows of each open question; empty: taken over.",
            ),
        ),
        migrations.CreateModel(
            name="BriefingRead",
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
                ("user_id", models.UUIDField()),
                ("version", models.IntegerField()),
                ("read_at", models.DateTimeField()),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reads",
                        to="handovers.handover",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("handover", "member_id", "user_id"), name="handovers_read_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
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
                ("text", models.TextField()),
                ("written_by", models.UUIDField(null=True)),
                ("written_at", models.DateTimeField()),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="handovers.handover",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="handovers_correction_says",
                    )
                ],
            },
        ),
        walls.Wall("BriefingRead", walls.own()),
        walls.Wall(
            "Correction",
            walls.child("handover", column="handover_id", min_level=Level.TEASER, append_only=True),
        ),
    ]

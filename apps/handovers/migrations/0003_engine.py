from datetime import timedelta

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import apps.core.ids
from apps.core import walls
from apps.handovers import sql


class Migration(migrations.Migration):
    dependencies = [
        ("handovers", "0002_walls"),
        ("investigations", "0003_locks"),
        ("duty", "0002_walls"),
        ("members", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Asked",
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
                ("desk_id", models.UUIDField()),
                ("desk_member_id", models.UUIDField()),
                (
                    "position",
                    models.SmallIntegerField(default=0, help_text="0 is the best candidate."),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("waiting", "Waiting for an answer"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("expired", "Not answered in time"),
                            ("taken", "Taken by another desk"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="waiting",
                    ),
                ),
                ("grant_id", models.UUIDField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.UUIDField(null=True)),
                ("reason_code", models.TextField(blank=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="asked",
                        to="handovers.handover",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=Q(state="waiting"),
                        fields=["desk_member_id"],
                        name="handovers_asked_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("handover", "desk_id"), name="handovers_asked_once"
                    ),
                    models.UniqueConstraint(
                        condition=Q(state="accepted"),
                        fields=("handover",),
                        name="handovers_taken_once",
                    ),
                ],
            },
        ),
        walls.Wall("Asked", walls.child("handover", column="handover_id", only="desk_member_id")),
        migrations.RemoveConstraint("handover", "handovers_offer_has_receiver"),
        migrations.RemoveConstraint("handover", "handovers_acceptance_has_instant"),
        migrations.AddField(
            model_name="handover",
            name="briefing",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="handovers.briefing",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="is_automatic",
            field=models.BooleanField(
                default=False, help_text="Taken by its member's rule for silence, not by a person."
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="overlap_until",
            field=models.DateTimeField(
                help_text="Until when the receiver can give the case back.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="handover",
            name="kind",
            field=models.TextField(
                choices=[
                    ("planned", "End of duty"),
                    ("emergency", "Emergency"),
                    ("given_back", "Given back"),
                ],
                default="planned",
            ),
        ),
        migrations.AlterField(
            model_name="handover",
            name="state",
            field=models.TextField(
                choices=[
                    ("planned", "Planned"),
                    ("drafted", "Drafted"),
                    ("offered", "Offered"),
                    ("accepted", "Accepted"),
                    ("completed", "Completed"),
                    ("declined", "Declined"),
                    ("expired", "Not answered in time"),
                    ("cancelled", "Cancelled"),
                    ("bounced", "Given back"),
                ],
                default="planned",
            ),
        ),
        migrations.AlterField(
            model_name="handover",
            name="to_desk_id",
            field=models.UUIDField(
                help_text="The one desk asked, or that took it; none while several are asked.",
                null=True,
            ),
        ),
        *[
            migrations.AddField(
                model_name="policy",
                name=name,
                field=models.DurationField(help_text="Instead of each desk's own.", null=True),
            )
            for name in ("offer_lead", "ack_within", "overlap")
        ],
        migrations.AddField(
            model_name="policy",
            name="allow_translation",
            field=models.BooleanField(
                default=False, help_text="Ask desks that share no language with the case, too."
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="auto_accept_after",
            field=models.DurationField(
                help_text="As a receiver: after this silence an offer counts as accepted.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="policy",
            name="duty_managers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(),
                default=list,
                help_text="None: every manager and admin.",
                size=None,
            ),
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.CheckConstraint(
                condition=Q(auto_accept_after__isnull=True) | Q(auto_accept_after__gt=timedelta(0)),
                name="handovers_policy_silence",
            ),
        ),
        migrations.RunSQL(sql.CARRY_OVER, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="briefing",
            constraint=models.UniqueConstraint(
                fields=("handover", "id"), name="handovers_briefing_of"
            ),
        ),
        migrations.AddConstraint(
            model_name="briefing",
            constraint=models.CheckConstraint(
                condition=Q(digest__regex="^[0-9a-f]{64}$"), name="handovers_briefing_hashed"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=~Q(state="offered")
                | Q(to_desk_id__isnull=False, offered_at__isnull=False, ack_deadline__isnull=False)
                | Q(kind="emergency", offered_at__isnull=False, ack_deadline__isnull=False),
                name="handovers_offer_has_receiver",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=Q(offered_at__isnull=True) | Q(briefing__isnull=False),
                name="handovers_offer_names_briefing",
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=~Q(state="accepted")
                | Q(
                    decided_at__isnull=False, to_desk_id__isnull=False, overlap_until__isnull=False
                ),
                name="handovers_acceptance_has_instant",
            ),
        ),
        migrations.RunSQL(sql.OWN_BRIEFING, sql.NO_OWN_BRIEFING),
        migrations.RunSQL(sql.CARRY_OVER_ASKED, migrations.RunSQL.noop),
        migrations.RunSQL(sql.NOTHING_PENDS, sql.MAY_PEND),
        migrations.RunSQL(sql.STAFFED, sql.NOT_STAFFED),
    ]

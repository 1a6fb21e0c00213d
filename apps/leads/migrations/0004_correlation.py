import apps.core.ids
import django.contrib.postgres.fields
import django.db.models.deletion
from apps.core import walls
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0003_selectors"), ("core", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="Quarantine",
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
                ("digest", models.BinaryField(unique=True)),
                ("key_id", models.TextField()),
                ("kind", models.TextField()),
                ("member_count", models.IntegerField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("waiting", "Waiting for review"),
                            ("stopped", "Stopped: never signals"),
                            ("cleared", "Cleared: signals again"),
                        ],
                        default="waiting",
                    ),
                ),
                ("found_at", models.DateTimeField()),
                ("judged_at", models.DateTimeField(null=True)),
                ("judged_by", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SignalPolicy",
            fields=[
                ("member_id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "most",
                    models.TextField(
                        choices=[
                            ("hidden", "Hidden: gives and gets no signals"),
                            ("blind", "Blind: another member also knows it"),
                            ("named", "Named: your member's name is said"),
                        ],
                        default="named",
                    ),
                ),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Standing",
            fields=[
                ("member_id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "made_with",
                    models.TextField(
                        blank=True,
                        help_text="Key and normaliser of all its postings, once they are all alike.",
                    ),
                ),
                (
                    "made_until",
                    models.UUIDField(help_text="The last lead that was made anew.", null=True),
                ),
                ("frozen_at", models.DateTimeField(null=True)),
                ("frozen_for", models.TextField(blank=True)),
                (
                    "cleared_at",
                    models.DateTimeField(help_text="Tries before this count no more.", null=True),
                ),
                ("cleared_by", models.UUIDField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="lead",
            name="discoverability",
            field=models.TextField(
                choices=[
                    ("hidden", "Hidden: gives and gets no signals"),
                    ("blind", "Blind: another member also knows it"),
                    ("named", "Named: your member's name is said"),
                ],
                default="blind",
            ),
        ),
        migrations.CreateModel(
            name="OwnSelector",
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
                ("kind", models.TextField()),
                ("namespace", models.TextField(blank=True)),
                ("norm", models.TextField()),
                ("raw", models.TextField()),
                ("note", models.TextField(blank=True)),
                ("added_at", models.DateTimeField()),
                ("added_by", models.UUIDField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("member_id", "kind", "namespace", "norm"),
                        name="leads_own_selector_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PairJudgement",
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
                ("other_id", models.UUIDField()),
                (
                    "verdict",
                    models.TextField(
                        choices=[
                            ("same", "The same seller"),
                            ("different", "Different sellers"),
                            ("unsure", "Cannot be told yet"),
                        ]
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("judged_at", models.DateTimeField()),
                ("judged_by", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["member_id", "other_id"], name="leads_judgement_other")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("member_id", "lead_id", "other_id"), name="leads_judgement_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SelectorPosting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "lead_id",
                        "digest",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("lead_id", models.UUIDField()),
                ("digest", models.BinaryField()),
                ("member_id", models.UUIDField()),
                ("discoverability", models.SmallIntegerField(default=0)),
                ("strength", models.FloatField()),
                ("key_id", models.TextField()),
                ("known_since", models.DateTimeField()),
                ("tried", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["digest", "member_id"], name="leads_posting_digest"),
                    models.Index(
                        condition=models.Q(("discoverability__gt", 0), ("tried", False)),
                        fields=["member_id", "known_since"],
                        name="leads_posting_untried",
                    ),
                    models.Index(
                        condition=models.Q(("discoverability__gt", 0), ("tried", True)),
                        fields=["member_id"],
                        name="leads_posting_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignalTry",
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
                ("digest", models.BinaryField()),
                ("key_id", models.TextField()),
                ("lead_id", models.UUIDField()),
                ("tried_at", models.DateTimeField()),
                (
                    "hit_at",
                    models.DateTimeField(
                        help_text="When somebody else was found to know it.", null=True
                    ),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(
                        help_text="When the member hid the lead, having been told that it is known.",
                        null=True,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["member_id", "tried_at"], name="leads_try_newest")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("member_id", "digest"), name="leads_try_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Sighting",
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
                ("owner_id", models.UUIDField(help_text="The member whose lead it is.")),
                ("selector_kind", models.TextField()),
                ("namespace", models.TextField(blank=True)),
                ("norm", models.TextField()),
                (
                    "kind",
                    models.TextField(
                        choices=[("seen", "Seen in use"), ("false", "False positive")]
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("seen_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("created_by", models.UUIDField(null=True)),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sightings",
                        to="leads.lead",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["lead", "-seen_at"], name="leads_sighting_of_lead")
                ],
            },
        ),
        migrations.CreateModel(
            name="Signal",
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
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                (
                    "confidence",
                    models.TextField(
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High")]
                    ),
                ),
                (
                    "age",
                    models.TextField(
                        choices=[
                            ("month", "Less than 30 days"),
                            ("year", "Less than a year"),
                            ("older", "A year or longer"),
                        ]
                    ),
                ),
                (
                    "named",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        default=list,
                        help_text="Members that said their name.",
                        size=None,
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[("active", "Active"), ("ended", "No longer available")],
                        default="active",
                    ),
                ),
                ("batch_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signals",
                        to="leads.lead",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["member_id", "-batch_at", "-id"], name="leads_signal_newest"
                    ),
                    models.Index(fields=["lead"], name="leads_signal_of_lead"),
                    models.Index(
                        condition=models.Q(("state", "active")),
                        fields=["member_id"],
                        name="leads_signal_active",
                    ),
                ],
            },
        ),
        walls.Wall(
            "SelectorPosting",
            walls.platform("digests, ids, ranks, times; written by correlating.postings alone"),
        ),
        walls.Wall(
            "SignalTry",
            walls.platform("keyed digests, ids and times; written by correlating.ledger alone"),
        ),
        walls.Wall(
            "Standing", walls.platform("ids, times and counters; written by correlating alone")
        ),
        walls.Wall(
            "Quarantine",
            walls.platform("a keyed digest, a kind and a count; written by correlating alone"),
        ),
        walls.Wall("SignalPolicy", walls.own()),
        walls.Wall("Signal", walls.own()),
        walls.Wall("PairJudgement", walls.own()),
        walls.Wall("OwnSelector", walls.own()),
        walls.Wall("Sighting", walls.child("lead", column="lead_id", min_level=2, only="owner_id")),
    ]

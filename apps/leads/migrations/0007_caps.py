import django.contrib.postgres.fields
from django.db import migrations, models

import apps.core.ids
from apps.core import walls


class Migration(migrations.Migration):
    dependencies = [("leads", "0006_intake")]

    operations = [
        migrations.AddField(
            model_name="lead",
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
        migrations.CreateModel(
            name="Disclosure",
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
                ("member_id", models.UUIDField(help_text="The lead's owner.")),
                ("reader_id", models.UUIDField(help_text="The member that read.")),
                ("user_id", models.UUIDField(null=True)),
                ("lead_id", models.UUIDField()),
                ("reason", models.TextField()),
                ("created_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["lead_id", "-created_at"], name="leads_disclosure_newest")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="leads_disclosure_has_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Export",
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
                ("created_by", models.UUIDField(null=True)),
                (
                    "format",
                    models.TextField(
                        choices=[
                            ("stix", "STIX 2.1"),
                            ("misp", "MISP JSON"),
                            ("csv", "CSV"),
                            ("xlsx", "XLSX"),
                            ("jsonl", "JSON Lines"),
                        ]
                    ),
                ),
                (
                    "lead_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), size=None
                    ),
                ),
                (
                    "levels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SmallIntegerField(
                            choices=[(1, "Teaser"), (2, "Selectors"), (3, "Case"), (4, "Full")]
                        ),
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "left_out",
                    models.IntegerField(default=0, help_text="Listed leads that may not leave."),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("waiting", "Being made"),
                            ("ready", "Ready"),
                            ("stale", "Access has changed since"),
                            ("expired", "Deleted"),
                        ],
                        default="waiting",
                    ),
                ),
                ("size", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("ready_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField()),
                ("delivered_at", models.DateTimeField(null=True)),
                ("delivered_count", models.IntegerField(default=0)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["member_id", "-created_at", "-id"], name="leads_export_newest"
                    )
                ],
            },
        ),
        walls.Wall("Disclosure", walls.own(also="reader_id", append_only=True)),
        walls.Wall("Export", walls.own()),
    ]

import django.db.models.deletion
from django.db import migrations, models

import apps.core.ids
from apps.core import walls

# A duplicate names a lead of its own member: the database refuses any other.
DUPLICATE = """
ALTER TABLE leads_lead ADD CONSTRAINT leads_lead_of_member UNIQUE (member_id, id);
ALTER TABLE leads_lead ADD CONSTRAINT leads_duplicate_of FOREIGN KEY (member_id, duplicate_of_id)
  REFERENCES leads_lead (member_id, id) DEFERRABLE INITIALLY DEFERRED;
"""
NO_DUPLICATE = """
ALTER TABLE leads_lead DROP CONSTRAINT leads_duplicate_of;
ALTER TABLE leads_lead DROP CONSTRAINT leads_lead_of_member;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0004_correlation")]

    operations = [
        migrations.CreateModel(
            name="BulkAction",
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
                    "verb",
                    models.TextField(
                        choices=[
                            ("accept", "Accept"),
                            ("assign", "Assign"),
                            ("severity", "Set the severity"),
                            ("dismiss", "Dismiss"),
                            ("restore", "Restore"),
                            ("snooze", "Snooze"),
                        ]
                    ),
                ),
                ("done", models.IntegerField(default=0)),
                ("refused", models.IntegerField(default=0)),
                ("user_id", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField()),
                ("undo_until", models.DateTimeField()),
                ("undone_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="BulkItem",
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
                ("place", models.SmallIntegerField()),
                ("lead_id", models.UUIDField()),
                ("reference", models.TextField(blank=True)),
                (
                    "outcome",
                    models.TextField(
                        choices=[
                            ("done", "Done"),
                            ("refused", "Refused"),
                            ("undone", "Taken back"),
                            ("left", "Left as it is: somebody has changed it since"),
                        ]
                    ),
                ),
                (
                    "code",
                    models.TextField(blank=True, help_text="Why it was refused, for machines."),
                ),
                (
                    "reason",
                    models.TextField(blank=True, help_text="Why it was refused, as it was said."),
                ),
                ("before", models.JSONField(default=dict)),
                (
                    "version",
                    models.IntegerField(
                        default=0, help_text="The lead's, when the decision was taken."
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NameKey",
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
                ("key", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="SavedSearch",
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
                ("name", models.TextField()),
                (
                    "text",
                    models.TextField(
                        blank=True, help_text="Words and filters, as they were typed."
                    ),
                ),
                ("tab", models.TextField(default="all")),
                (
                    "is_shared",
                    models.BooleanField(default=False, help_text="Every colleague sees it."),
                ),
                (
                    "tells",
                    models.BooleanField(default=False, help_text="Its owner is told of new leads."),
                ),
                (
                    "told_until",
                    models.DateTimeField(help_text="What came in later has not been told yet."),
                ),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="lead",
            name="assignee_id",
            field=models.UUIDField(help_text="Who has taken it on.", null=True),
        ),
        migrations.AddField(
            model_name="lead",
            name="duplicate_of_id",
            field=models.UUIDField(help_text="The member's own lead it repeats.", null=True),
        ),
        migrations.AddField(
            model_name="lead",
            name="priority",
            field=models.SmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="lead",
            name="priority_facts",
            field=models.JSONField(default=dict, help_text="What made the priority."),
        ),
        migrations.AddField(
            model_name="lead",
            name="priority_until",
            field=models.DateTimeField(help_text="When it must be made anew.", null=True),
        ),
        migrations.AddField(
            model_name="lead",
            name="reopened_reason",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="lead",
            name="snoozed_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="lead",
            name="before_dismissal",
            field=models.TextField(
                blank=True,
                choices=[
                    ("new", "To decide"),
                    ("triaged", "Triaged"),
                    ("dismissed", "Dismissed"),
                    ("linked", "In an investigation"),
                    ("duplicate", "Duplicate of another lead"),
                    ("withdrawn", "Withdrawn"),
                ],
            ),
        ),
        migrations.AlterField(
            model_name="lead",
            name="status",
            field=models.TextField(
                choices=[
                    ("new", "To decide"),
                    ("triaged", "Triaged"),
                    ("dismissed", "Dismissed"),
                    ("linked", "In an investigation"),
                    ("duplicate", "Duplicate of another lead"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="new",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                fields=["member_id", "status", "-priority", "-id"], name="leads_by_priority"
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("priority_until__isnull", False)),
                fields=["member_id", "priority_until"],
                name="leads_to_score",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("duplicate_of_id__isnull", False)),
                fields=["member_id", "duplicate_of_id"],
                name="leads_duplicates",
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("duplicate_of_id__isnull", False), ("status", "duplicate")),
                    models.Q(
                        models.Q(("status", "duplicate"), _negated=True),
                        ("duplicate_of_id__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="leads_duplicate_names_the_other",
            ),
        ),
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(("duplicate_of_id", models.F("id")), _negated=True),
                name="leads_no_own_duplicate",
            ),
        ),
        migrations.AddIndex(
            model_name="bulkaction",
            index=models.Index(
                fields=["member_id", "-created_at", "-id"], name="leads_bulk_newest"
            ),
        ),
        migrations.AddField(
            model_name="bulkitem",
            name="action",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="leads.bulkaction",
            ),
        ),
        migrations.AddField(
            model_name="namekey",
            name="lead",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="name_keys",
                to="leads.lead",
            ),
        ),
        migrations.AddIndex(
            model_name="savedsearch",
            index=models.Index(
                condition=models.Q(("tells", True)), fields=["member_id"], name="leads_search_tells"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.UniqueConstraint(
                fields=("member_id", "user_id", "name"), name="leads_search_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkitem",
            constraint=models.UniqueConstraint(
                fields=("action", "lead_id"), name="leads_bulk_item_once"
            ),
        ),
        migrations.AddIndex(
            model_name="namekey",
            index=models.Index(fields=["key", "lead"], name="leads_name_key"),
        ),
        migrations.AddConstraint(
            model_name="namekey",
            constraint=models.UniqueConstraint(fields=("lead", "key"), name="leads_name_key_once"),
        ),
        migrations.RunSQL(DUPLICATE, NO_DUPLICATE),
        walls.Wall("SavedSearch", walls.own()),
        walls.Wall("BulkAction", walls.own()),
        walls.Wall("BulkItem", walls.own()),
        walls.Wall("NameKey", walls.child("lead", column="lead_id", min_level=3)),
    ]

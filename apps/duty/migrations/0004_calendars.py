import apps.core.ids
import django.db.models.deletion
from django.db import migrations, models

from apps.core import walls
from apps.core.models import Level

OPEN = walls.child("desk", column="desk_id", min_level=Level.TEASER)
FEEDS = "an address's digest, ids and times; read before a member is known"


class Migration(migrations.Migration):
    dependencies = [("duty", "0003_rotas")]

    operations = [
        migrations.CreateModel(
            name="CalendarFeed",
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
                ("member_id", models.UUIDField(db_index=True)),
                ("user_id", models.UUIDField(help_text="Who made it: with this person it ends.")),
                (
                    "desk_id",
                    models.UUIDField(
                        help_text="Whose hours; none: the person's own duty.", null=True
                    ),
                ),
                ("name", models.TextField(blank=True)),
                ("digest", models.TextField(unique=True)),
                ("created_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CalendarSource",
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
                ("kind", models.TextField(choices=[("file", "File"), ("feed", "Address")])),
                (
                    "state",
                    models.TextField(
                        choices=[("draft", "Looked at, not yet used"), ("active", "In use")],
                        default="draft",
                    ),
                ),
                ("name", models.TextField()),
                ("url", models.TextField(blank=True, help_text="Often a secret of its own.")),
                (
                    "text",
                    models.TextField(help_text="What was read last: read again as time goes on."),
                ),
                (
                    "report",
                    models.JSONField(
                        default=dict, help_text="What was taken from it, and what was not."
                    ),
                ),
                ("etag", models.TextField(blank=True)),
                (
                    "read_until",
                    models.DateTimeField(help_text="How far its shifts are written.", null=True),
                ),
                ("tried_at", models.DateTimeField(null=True)),
                ("last_read_at", models.DateTimeField(null=True)),
                ("next_read_at", models.DateTimeField(null=True)),
                ("failing_since", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("error", models.TextField(blank=True, help_text="The code of the last failure.")),
                ("error_detail", models.TextField(blank=True)),
                ("created_by", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendars",
                        to="duty.desk",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImportedShift",
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
                ("uid", models.TextField(help_text="A digest of the event's own identifier.")),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="imported_shifts",
                        to="duty.desk",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shifts",
                        to="duty.calendarsource",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="calendarsource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "file"), ("url", "")),
                    models.Q(("kind", "feed"), ("url__startswith", "https://")),
                    _connector="OR",
                ),
                name="duty_calendar_url",
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarsource",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("error", ""), ("failing_since__isnull", True), ("failures", 0)),
                    models.Q(
                        ("failing_since__isnull", False),
                        ("failures__gt", 0),
                        models.Q(("error", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="duty_calendar_failure",
            ),
        ),
        migrations.AddIndex(
            model_name="importedshift",
            index=models.Index(fields=["desk", "ends_at"], name="duty_importedshift_range"),
        ),
        migrations.AddConstraint(
            model_name="importedshift",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                name="duty_importedshift_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="importedshift",
            constraint=models.UniqueConstraint(
                fields=("source", "uid", "starts_at"), name="duty_importedshift_once"
            ),
        ),
        walls.Wall("CalendarFeed", walls.platform(FEEDS)),
        walls.Wall("CalendarSource", walls.own()),
        walls.Wall("ImportedShift", OPEN),
    ]

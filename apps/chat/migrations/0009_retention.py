"""How long a member's texts are kept, and that law may hold them."""

from django.db import migrations, models
from django.db.models import Q

import apps.core.ids
from apps.chat import retention_sql
from apps.core import walls


class Migration(migrations.Migration):
    dependencies = [("chat", "0008_filing")]

    operations = [
        migrations.AddField(
            "message",
            "purged_at",
            models.DateTimeField(
                null=True,
                help_text="Its text is gone: the rule of its member keeps it no longer.",
            ),
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["member_id", "posted_at"],
                condition=Q(purged_at__isnull=True, kind__in=["message", "edit"]),
                name="chat_message_to_purge",
            ),
        ),
        migrations.CreateModel(
            name="Retention",
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
                ("member_id", models.UUIDField(unique=True)),
                ("days", models.IntegerField(null=True, help_text="None: for good.")),
                ("held_at", models.DateTimeField(null=True)),
                ("hold_reason", models.TextField(blank=True)),
                ("changed_by", models.UUIDField(null=True)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.AddConstraint(
            "retention",
            models.CheckConstraint(
                condition=Q(days__isnull=True) | Q(days__gte=30), name="chat_retention_days"
            ),
        ),
        walls.Wall("Retention", walls.own()),
        migrations.RunSQL(retention_sql.PURGE_FUNCTION, retention_sql.DROP),
    ]

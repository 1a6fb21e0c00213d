"""Translations beside the original, and who allows them."""

from django.db import migrations, models

import apps.core.ids
from apps.chat import retention_sql
from apps.core import walls

ID = models.UUIDField(
    default=apps.core.ids.uuid7, editable=False, primary_key=True, serialize=False
)
STATES = [("waiting", "Being translated"), ("ready", "Translated"), ("failed", "Not translated")]


class Migration(migrations.Migration):
    dependencies = [("chat", "0009_retention")]

    operations = [
        migrations.CreateModel(
            name="TranslationPolicy",
            fields=[
                ("id", ID),
                ("member_id", models.UUIDField(unique=True)),
                ("allows", models.BooleanField(default=False)),
            ],
        ),
        walls.Wall("TranslationPolicy", walls.own()),
        migrations.CreateModel(
            name="Translation",
            fields=[
                ("id", ID),
                (
                    "member_id",
                    models.UUIDField(
                        help_text="Whose row it is: the asking member, or the person."
                    ),
                ),
                ("root_type", models.TextField()),
                ("root_id", models.UUIDField()),
                ("message_id", models.UUIDField()),
                ("language", models.TextField()),
                ("state", models.TextField(choices=STATES, default="waiting")),
                ("text", models.TextField(blank=True)),
                (
                    "source",
                    models.TextField(
                        blank=True, help_text="What the provider took the original for."
                    ),
                ),
                ("provider", models.TextField(blank=True)),
                ("error", models.TextField(blank=True)),
                ("asked_for", models.UUIDField(help_text="The member whose person asked.")),
                ("asked_by", models.UUIDField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("made_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddConstraint(
            "translation",
            models.UniqueConstraint(
                fields=["member_id", "message_id", "language"], name="chat_translation_once"
            ),
        ),
        migrations.AddIndex(
            "translation", models.Index(fields=["message_id"], name="chat_translation_of")
        ),
        walls.Wall("Translation", walls.child_of_any(min_level="3")),
        migrations.RunSQL(
            retention_sql.TRANSLATIONS_TRIGGER, retention_sql.DROP_TRANSLATIONS_TRIGGER
        ),
    ]

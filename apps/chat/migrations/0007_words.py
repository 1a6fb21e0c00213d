"""Messages are found by their words, which are kept with them; those that are there get theirs."""

from typing import Any

import django.contrib.postgres.fields
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from apps.chat import search_sql
from apps.core.grams import grams

BATCH = 1000


def add_words(apps: Any, _schema_editor: Any) -> None:
    message = apps.get_model("chat", "Message")
    texts = message.objects.filter(kind__in=["message", "edit"]).only("pk", "body", "words")
    batch = []
    for row in texts.iterator(chunk_size=BATCH):
        row.words = grams(row.body)
        batch.append(row)
        if len(batch) == BATCH:
            message.objects.bulk_update(batch, ["words"])
            batch = []
    message.objects.bulk_update(batch, ["words"])


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0006_mark_policy"),
        ("sharing", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            "message",
            "words",
            django.contrib.postgres.fields.ArrayField(
                models.TextField(), default=list, help_text="What it is found by."
            ),
        ),
        migrations.RunPython(add_words, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddIndex("message", GinIndex(fields=["words"], name="chat_message_words")),
        migrations.RunSQL(search_sql.SEARCH_FUNCTION, search_sql.DROP_SEARCH_FUNCTION),
    ]

"""Messages are put into the file; people are reminded in rooms."""

from django.db import migrations, models

import apps.core.ids
from apps.core import walls

KINDS = [
    ("message", "Message"),
    ("notice", "Notice"),
    ("edit", "Edit"),
    ("deletion", "Deletion"),
    ("reaction", "Reaction"),
    ("unreaction", "Reaction taken back"),
    ("pin", "Pinned"),
    ("unpin", "No longer pinned"),
    ("filed", "Put into the file"),
]


class Migration(migrations.Migration):
    dependencies = [("chat", "0007_words")]

    operations = [
        migrations.AlterField(
            "message", "kind", models.TextField(choices=KINDS, default="message")
        ),
        migrations.CreateModel(
            name="Reminder",
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
                ("room_id", models.UUIDField()),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
            ],
        ),
        walls.Wall("Reminder", walls.own()),
    ]

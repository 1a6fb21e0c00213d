"""Everything that happens in a room is an entry of its one sequence; rooms of four kinds."""

import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import F, Q

from apps.core import walls

ROOTS = """
UPDATE chat_readmarker AS mark SET root_type = room.root_type, root_id = room.root_id
  FROM chat_room AS room WHERE room.id = mark.room_id
"""


class Migration(migrations.Migration):
    dependencies = [("chat", "0002_walls")]

    operations = [
        migrations.AddField(
            "message",
            "target",
            models.BigIntegerField(null=True, help_text="The number of the message it is about."),
        ),
        migrations.AddField(
            "message",
            "thread",
            models.BigIntegerField(
                null=True, help_text="The number of the message whose thread it belongs to."
            ),
        ),
        migrations.AddField(
            "message",
            "mentions",
            django.contrib.postgres.fields.ArrayField(
                models.TextField(),
                default=list,
                help_text="Who is called: person:<id>, desk:<id> or on-duty.",
            ),
        ),
        migrations.AddField(
            "message",
            "files",
            django.contrib.postgres.fields.ArrayField(
                models.UUIDField(), default=list, help_text="Evidence that came with it."
            ),
        ),
        migrations.AlterField(
            "message",
            "kind",
            models.TextField(
                choices=[
                    ("message", "Message"),
                    ("notice", "Notice"),
                    ("edit", "Edit"),
                    ("deletion", "Deletion"),
                    ("reaction", "Reaction"),
                    ("unreaction", "Reaction taken back"),
                    ("pin", "Pinned"),
                    ("unpin", "No longer pinned"),
                ],
                default="message",
            ),
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["room", "target", "seq"],
                condition=Q(target__isnull=False),
                name="chat_message_about",
            ),
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["room", "thread", "seq"],
                condition=Q(thread__isnull=False),
                name="chat_message_in_thread",
            ),
        ),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=Q(kind__in=["message", "notice"], target__isnull=True)
                | (
                    ~Q(kind__in=["message", "notice"])
                    & Q(target__isnull=False, target__lt=F("seq"))
                ),
                name="chat_message_target",
            ),
        ),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=Q(thread__isnull=True) | Q(thread__lt=F("seq")),
                name="chat_message_thread",
            ),
        ),
        migrations.AddField(
            "room",
            "kind",
            models.TextField(
                choices=[
                    ("investigation", "Case"),
                    ("circle", "Circle"),
                    ("desk", "Desk"),
                    ("direct", "Direct messages"),
                ],
                default="investigation",
            ),
        ),
        migrations.AddField(
            "room",
            "about_id",
            models.UUIDField(null=True, help_text="The circle or the desk that meets here."),
        ),
        migrations.AddField(
            "room",
            "people",
            models.JSONField(
                default=list, help_text="Who talks here directly: pairs of member and person."
            ),
        ),
        migrations.AddField(
            "room",
            "people_key",
            models.TextField(blank=True, default="", help_text="The same people have one room."),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "room",
            models.UniqueConstraint(
                fields=["kind", "about_id"],
                condition=Q(about_id__isnull=False),
                name="chat_room_about_once",
            ),
        ),
        migrations.AddConstraint(
            "room",
            models.UniqueConstraint(
                fields=["people_key"], condition=~Q(people_key=""), name="chat_room_people_once"
            ),
        ),
        migrations.RemoveConstraint("readmarker", "chat_marker_once"),
        migrations.AddField(
            "readmarker",
            "thread",
            models.BigIntegerField(default=0, help_text="0 for the room itself."),
        ),
        migrations.AddField(
            "readmarker",
            "min_level",
            models.SmallIntegerField(default=3, help_text="3, or 9 for a mark kept private."),
        ),
        migrations.AddField("readmarker", "root_type", models.TextField(null=True)),
        migrations.AddField("readmarker", "root_id", models.UUIDField(null=True)),
        migrations.RunSQL(ROOTS, migrations.RunSQL.noop),
        migrations.AlterField("readmarker", "root_type", models.TextField()),
        migrations.AlterField("readmarker", "root_id", models.UUIDField()),
        migrations.AddConstraint(
            "readmarker",
            models.UniqueConstraint(
                fields=["member_id", "user_id", "room", "thread"], name="chat_marker_once"
            ),
        ),
        walls.Rewall("ReadMarker", walls.child_of_any(), instead_of=walls.own()),
    ]

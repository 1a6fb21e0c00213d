"""The functions behind every policy, the clock's row, and the walls of core's own tables."""

from django.db import migrations

from apps.core import walls
from apps.core.sql import MEMBER_FUNCTION, NOW_FUNCTION


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RunSQL(MEMBER_FUNCTION, "DROP FUNCTION alliance_member()"),
        migrations.RunSQL(NOW_FUNCTION, "DROP FUNCTION alliance_now()"),
        migrations.RunSQL(
            "INSERT INTO core_clock (id, moved_by) VALUES (1, interval '0')",
            "DELETE FROM core_clock",
        ),
        walls.Wall("Access", walls.own(also="viewer_id", member_column="owner_id")),
        walls.Wall("Event", walls.child_of_any(append_only=True)),
        walls.Wall("Idempotency", walls.own()),
    ]

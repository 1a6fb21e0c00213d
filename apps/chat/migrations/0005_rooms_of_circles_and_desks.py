"""The circles and desks that are there already get their rooms, open to those who sit there."""

from django.db import migrations

OPEN = """
CREATE TEMPORARY TABLE chat_opening ON COMMIT DROP AS
SELECT uuidv7() AS id, 'circle' AS kind, id AS about_id, member_id FROM sharing_circle
UNION ALL
SELECT uuidv7(), 'desk', id, member_id FROM duty_desk;

INSERT INTO core_access (
  viewer_id, owner_id, subject_type, subject_id, level, capabilities, created_at)
SELECT member_id, member_id, 'room', id, 4, '{}'::text[], now() FROM chat_opening
UNION ALL
SELECT seat.seated_member_id, opening.member_id, 'room', opening.id, 3, '{act,comment}'::text[], now()
  FROM chat_opening AS opening
  JOIN sharing_seat AS seat ON seat.circle_id = opening.about_id AND seat.state = 'active'
 WHERE opening.kind = 'circle' AND seat.seated_member_id <> opening.member_id;

INSERT INTO chat_room (
  id, member_id, root_type, root_id, kind, about_id, people, people_key, opened_at)
SELECT id, member_id, 'room', id, kind, about_id, '[]'::jsonb, '', now() FROM chat_opening;

INSERT INTO core_head (subject_type, subject_id, seq) SELECT 'room', id, 0 FROM chat_opening;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0004_append"),
        ("core", "0003_due"),
        ("duty", "0005_cover"),
        ("sharing", "0006_whole"),
    ]

    operations = [migrations.RunSQL(OPEN, migrations.RunSQL.noop)]

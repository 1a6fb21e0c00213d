"""What is sealed in a lead is found by its owner alone: its words are marked in the index."""

from django.db import migrations

MARK = """
UPDATE sharing_searchentry SET grams = (
  SELECT coalesce(array_agg(
    CASE WHEN left(word, 1) IN ('@', '!') THEN word ELSE '!' || word END), '{}')
  FROM unnest(grams) AS word)
WHERE root_type = 'lead' AND min_level = 4;
"""
UNMARK = """
UPDATE sharing_searchentry SET grams = (
  SELECT coalesce(array_agg(regexp_replace(word, '^!', '')), '{}') FROM unnest(grams) AS word)
WHERE root_type = 'lead' AND min_level = 4;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0008_lists"), ("sharing", "0006_whole")]

    operations = [migrations.RunSQL(MARK, UNMARK)]

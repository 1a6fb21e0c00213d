"""The keys of own words are made in a loop: the same ones, so the index stays as it is."""

from django.db import migrations

from apps.sharing import search_sql


class Migration(migrations.Migration):
    dependencies = [("sharing", "0007_search_by_week")]

    operations = [
        migrations.RunSQL(search_sql.KEYS_IN_A_LOOP, search_sql.KEYS_IN_A_QUERY),
    ]

"""Own words are indexed by week, and words below the level of the case in that of the case alone."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from apps.sharing import search_sql


class Migration(migrations.Migration):
    dependencies = [("sharing", "0006_whole"), ("leads", "0010_rare_words")]

    operations = [
        migrations.RenameField("searchentry", "updated_at", "came_at"),
        migrations.AlterField(
            "searchentry",
            "came_at",
            models.DateTimeField(help_text="When the subject came, whenever its words did."),
        ),
        migrations.RunSQL([search_sql.CAME, search_sql.WHOLE_CASES], migrations.RunSQL.noop),
        migrations.RemoveIndex("searchentry", "sharing_search_grams"),
        migrations.AddIndex(
            "searchentry",
            GinIndex(
                fields=["grams"],
                name="sharing_search_grams",
                condition=models.Q(min_level__gte=3),
                gin_pending_list_limit=1_024,
            ),
        ),
        migrations.RunSQL(
            [search_sql.KEYS, search_sql.OWN_INDEX],
            [search_sql.DROP_OWN_INDEX, search_sql.DROP_KEYS],
        ),
        migrations.RunSQL(search_sql.SHARED_ROWS, search_sql.BARE_SHARED_ROWS),
        migrations.RunSQL(search_sql.SEARCH_BY_WEEK, search_sql.DROP_SEARCH_BY_WEEK),
    ]

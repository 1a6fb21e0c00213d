"""A search asks the index of words sooner: for words that few have, and for what is sealed."""

from django.db import migrations

from apps.sharing.sql import DROP_SEARCH_RARE_FIRST, SEARCH_RARE_FIRST


class Migration(migrations.Migration):
    dependencies = [("leads", "0009_whole")]

    operations = [migrations.RunSQL(SEARCH_RARE_FIRST, DROP_SEARCH_RARE_FIRST)]

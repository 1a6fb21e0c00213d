"""Lists and links of leads ask functions that keep their plans."""

from django.db import migrations

from apps.leads.reading_sql import DROP_READ_AT_ONCE, READ_AT_ONCE


class Migration(migrations.Migration):
    dependencies = [("leads", "0011_lean_rows")]

    operations = [migrations.RunSQL(READ_AT_ONCE, DROP_READ_AT_ONCE)]

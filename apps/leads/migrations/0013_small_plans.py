"""Links ask one of three small plans, also where an earlier form of their function was made."""

from django.db import migrations

from apps.leads.reading_sql import LINKS_ANEW


class Migration(migrations.Migration):
    dependencies = [("leads", "0012_read_at_once")]

    operations = [migrations.RunSQL(LINKS_ANEW, migrations.RunSQL.noop)]

"""Links say of which values there are more than they tell; an own domain covers what is under it."""

from django.db import migrations

from apps.leads.reading_sql import LINKS_ANEW, VALUES_ANEW


class Migration(migrations.Migration):
    dependencies = [("leads", "0013_small_plans")]

    operations = [migrations.RunSQL(LINKS_ANEW + VALUES_ANEW, migrations.RunSQL.noop)]

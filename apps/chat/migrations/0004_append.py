from django.db import migrations

from apps.chat import sql


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0003_sequence"),
        ("core", "0002_walls"),
        ("members", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            sql.APPEND_FUNCTION + sql.ACCESS_TRIGGER + sql.OWNERSHIP, reverse_sql=sql.DROP
        ),
    ]

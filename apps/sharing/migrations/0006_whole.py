"""Whoever has taken copies finds them by an index of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sharing", "0005_caps")]

    operations = [
        migrations.AddIndex(
            model_name="exportentry",
            index=models.Index(
                fields=["exporter_id", "-exported_at", "-id"], name="sharing_export_taker"
            ),
        )
    ]

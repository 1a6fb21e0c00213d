"""The newest access rows are read from their index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0003_due")]

    operations = [
        migrations.RemoveIndex("access", "core_access_newest"),
        migrations.AddIndex(
            "access",
            models.Index(
                "viewer_id",
                "subject_type",
                models.F("created_at").desc(),
                models.F("subject_id").desc(),
                include=("owner_id", "level", "expires_at"),
                name="core_access_newest",
            ),
        ),
    ]

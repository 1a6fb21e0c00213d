"""Keys may be let take copies, which is a scope of its own.

A key that could write could take copies as well: those that exist keep what they could.
"""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_what_keys_could(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    keys = apps.get_model("members", "ApiKey")
    keys.objects.filter(scope="write").update(scope="write_export")


def take_it_back(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    keys = apps.get_model("members", "ApiKey")
    keys.objects.filter(scope="write_export").update(scope="write")
    keys.objects.filter(scope="export").update(scope="read")


class Migration(migrations.Migration):
    dependencies = [("members", "0003_leaving")]

    operations = [
        migrations.AlterField(
            model_name="apikey",
            name="scope",
            field=models.TextField(
                choices=[
                    ("read", "Read"),
                    ("write", "Read and write"),
                    ("export", "Read and take copies"),
                    ("write_export", "Read, write and take copies"),
                ],
                default="read",
            ),
        ),
        migrations.RunPython(keep_what_keys_could, take_it_back),
    ]

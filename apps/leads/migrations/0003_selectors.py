from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_walls")]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="read_version",
            field=models.SmallIntegerField(
                default=1, help_text="The version of the normaliser that read its selectors."
            ),
        ),
        migrations.AddField(
            model_name="leadselector",
            name="market",
            field=models.TextField(
                blank=True, default="", help_text="The country of the site it was read from."
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                fields=["member_id", "read_version", "id"], name="leads_read_version"
            ),
        ),
    ]

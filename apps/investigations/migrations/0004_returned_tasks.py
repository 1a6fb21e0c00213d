from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("investigations", "0003_locks")]

    operations = [
        migrations.AddField(
            model_name="task",
            name="returned_to_desk_id",
            field=models.UUIDField(
                help_text="The desk that keeps it: whoever took the case gave it back.", null=True
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="return_reason",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]

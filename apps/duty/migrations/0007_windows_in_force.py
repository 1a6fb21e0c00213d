"""Windows that were replaced stay for the time in which they were in force."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("duty", "0006_rota_terms"),
    ]

    operations = [
        migrations.AddField(
            model_name="dutywindow",
            name="from_at",
            field=models.DateTimeField(help_text="From when it is in force.", null=True),
        ),
        migrations.AddField(
            model_name="dutywindow",
            name="until_at",
            field=models.DateTimeField(help_text="Absent while it is in force.", null=True),
        ),
        migrations.AddField(
            model_name="dutywindow",
            name="tz",
            field=models.TextField(
                blank=True, default="", help_text="The desk's zone then, where it was another."
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="dutywindow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("from_at__isnull", True),
                    ("until_at__isnull", True),
                    ("until_at__gt", models.F("from_at")),
                    _connector="OR",
                ),
                name="duty_window_forward",
            ),
        ),
    ]

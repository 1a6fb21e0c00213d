"""The courier takes letters too, to people whom no notification reaches."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0003_preferences"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="letter",
            field=models.TextField(
                blank=True, default="", help_text="Who writes it: a name in the registry."
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="delivery",
            name="ref",
            field=models.UUIDField(help_text="What the letter is about.", null=True),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="channel",
            field=models.TextField(
                choices=[
                    ("mail", "Mail"),
                    ("digest", "Digest"),
                    ("push", "Push"),
                    ("letter", "Letter"),
                ]
            ),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="user_id",
            field=models.UUIDField(help_text="A letter finds its reader itself.", null=True),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("channel", "letter"),
                        ("ref__isnull", False),
                        ("user_id__isnull", True),
                        models.Q(("letter", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("channel", "letter"), _negated=True),
                        ("letter", ""),
                        ("ref__isnull", True),
                        ("user_id__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="notifications_delivery_letter",
            ),
        ),
    ]

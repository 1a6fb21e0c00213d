from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0002_walls")]

    operations = [
        migrations.AlterField(
            model_name="member",
            name="state",
            field=models.TextField(
                choices=[
                    ("active", "Active"),
                    ("suspended", "Suspended"),
                    ("left", "Has left the alliance"),
                ],
                default="active",
            ),
        ),
    ]

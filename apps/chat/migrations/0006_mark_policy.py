import apps.core.ids
from django.db import migrations, models

from apps.core import walls


class Migration(migrations.Migration):
    dependencies = [("chat", "0005_rooms_of_circles_and_desks")]

    operations = [
        migrations.CreateModel(
            name="MarkPolicy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("member_id", models.UUIDField(unique=True)),
                ("shows_marks", models.BooleanField(default=True)),
            ],
        ),
        walls.Wall("MarkPolicy", walls.own()),
    ]

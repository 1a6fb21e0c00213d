from django.db import migrations

from apps.core import walls


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_initial"), ("core", "0002_walls")]

    operations = [
        walls.Wall("Room", walls.child_of_any(min_level="3")),
        walls.Wall("Message", walls.child_of_any(min_level="3", append_only=True)),
        walls.Wall("ReadMarker", walls.own()),
    ]

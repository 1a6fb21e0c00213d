from django.db import migrations

from apps.core import walls


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_initial"), ("core", "0002_walls")]

    operations = [walls.Wall("Notification", walls.own())]

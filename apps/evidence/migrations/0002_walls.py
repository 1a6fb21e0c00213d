from django.db import migrations

from apps.core import walls
from apps.core.models import Level

CASE = str(int(Level.CASE))


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial"), ("core", "0002_walls")]

    operations = [
        walls.Wall("Evidence", walls.child_of_any(min_level=CASE)),
        walls.Wall("CustodyLog", walls.child_of_any(min_level=CASE, append_only=True)),
        walls.Wall("LogHead", walls.platform("advanced by evidence.services alone")),
    ]

from django.db import migrations

from apps.core import walls
from apps.core.models import Level

OPEN = walls.child("desk", column="desk_id", min_level=Level.TEASER)


class Migration(migrations.Migration):
    dependencies = [("duty", "0001_initial"), ("core", "0002_walls")]

    operations = [
        walls.Wall("Desk", walls.shared("desk")),
        walls.Wall("DutyWindow", OPEN),
        walls.Wall("Holiday", OPEN),
        walls.Wall("Closure", OPEN),
        walls.Wall("ExtraCover", OPEN),
        walls.Wall("Reason", walls.own()),
        walls.Wall("DeskPerson", walls.child("desk", column="desk_id", min_level=Level.FULL)),
    ]

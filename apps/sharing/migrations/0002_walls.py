from django.db import migrations

from apps.core import walls
from apps.sharing.sql import DROP_SEARCH_FUNCTION, SEARCH_FUNCTION


class Migration(migrations.Migration):
    dependencies = [("sharing", "0001_initial"), ("core", "0002_walls")]

    operations = [
        walls.Wall("Circle", walls.shared("circle")),
        walls.Wall("Seat", walls.child("circle", column="circle_id")),
        walls.Wall("Grant", walls.own(also="grantee_id")),
        walls.Wall("Tombstone", walls.own()),
        walls.Wall("SearchEntry", walls.child_of_any()),
        migrations.RunSQL(SEARCH_FUNCTION, DROP_SEARCH_FUNCTION),
    ]

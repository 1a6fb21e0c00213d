from django.db import migrations

from apps.core import walls
from apps.core.models import Level
from apps.investigations.sql import CHAIN, UNCHAIN

CASE = walls.child("investigation", column="investigation_id", min_level=Level.CASE)


class Migration(migrations.Migration):
    dependencies = [("investigations", "0001_initial"), ("core", "0002_walls")]

    operations = [
        walls.Wall("Investigation", walls.shared("investigation")),
        walls.Wall(
            "Custody",
            walls.child("investigation", column="investigation_id", min_level=Level.TEASER),
        ),
        walls.Wall("InvestigationLead", CASE),
        walls.Wall("Task", CASE),
        migrations.RunSQL(CHAIN, UNCHAIN),
    ]

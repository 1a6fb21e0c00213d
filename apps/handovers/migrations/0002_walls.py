from django.db import migrations

from apps.core import walls
from apps.core.models import Level


class Migration(migrations.Migration):
    dependencies = [("handovers", "0001_initial"), ("core", "0002_walls")]

    operations = [
        walls.Wall("Handover", walls.shared("handover")),
        walls.Wall(
            "Briefing",
            walls.child("handover", column="handover_id", min_level=Level.TEASER, append_only=True),
        ),
        walls.Wall("Policy", walls.own()),
    ]

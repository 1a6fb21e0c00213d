from django.db import migrations

from apps.core import walls


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial"), ("core", "0002_walls")]

    operations = [
        walls.Wall("Lead", walls.shared("lead")),
        walls.Wall("LeadSelector", walls.child("lead", column="lead_id", min_level=2)),
        walls.Wall("ImportMapping", walls.own()),
        walls.Wall("ImportBatch", walls.own()),
        walls.Wall("ImportRow", walls.own()),
    ]

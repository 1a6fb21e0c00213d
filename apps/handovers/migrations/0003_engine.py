from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("handovers", "0002_walls")]
    operations = []

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("duty", "0002_walls")]
    operations = []

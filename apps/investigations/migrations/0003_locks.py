from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("investigations", "0002_walls")]
    operations = []

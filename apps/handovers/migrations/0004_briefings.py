from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("handovers", "0003_engine")]
    operations = []

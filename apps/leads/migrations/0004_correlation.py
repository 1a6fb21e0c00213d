from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("leads", "0003_selectors")]

    operations = []

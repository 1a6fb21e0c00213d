from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("investigations", "0004_returned_tasks")]

    operations = []

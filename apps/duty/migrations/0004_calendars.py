from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("duty", "0003_rotas")]
    operations = []

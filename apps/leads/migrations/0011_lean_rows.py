"""Rows that an import writes by the million lose an index that another one begins with."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0010_rare_words")]

    operations = [
        migrations.AlterField(
            model_name="importrow",
            name="batch",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="leads.importbatch",
            ),
        ),
        migrations.AlterField(
            model_name="leadselector",
            name="lead",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="selectors",
                to="leads.lead",
            ),
        ),
        migrations.AlterField(
            model_name="namekey",
            name="lead",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="name_keys",
                to="leads.lead",
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("investigations", "0005_deconfliction"),
    ]

    operations = [
        migrations.AlterField(
            model_name="custody",
            name="cause",
            field=models.TextField(
                choices=[
                    ("opened", "Opened here"),
                    ("handover", "Handed over"),
                    ("bounced", "Went back"),
                    ("recalled", "Recalled by the owner"),
                    ("reopened", "Reopened here"),
                ]
            ),
        ),
    ]

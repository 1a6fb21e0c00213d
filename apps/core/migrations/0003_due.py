from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_walls")]
    operations = [
        migrations.AddField(
            model_name="due",
            name="late_by",
            field=models.DurationField(
                help_text="How late it was fired, if it was late.", null=True
            ),
        ),
        migrations.AddField(
            model_name="due",
            name="postponed_from",
            field=models.DateTimeField(
                help_text="When it was due at first, if it has been put off since.", null=True
            ),
        ),
        migrations.RemoveIndex(model_name="due", name="core_due_planned"),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("state", "planned")),
                fields=["due_at", "id"],
                name="core_due_claim",
            ),
        ),
        migrations.AddIndex(
            model_name="due",
            index=models.Index(
                condition=models.Q(("postponed_from__isnull", False), ("state", "planned")),
                fields=["postponed_from"],
                name="core_due_postponed",
            ),
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import apps.core.ids
from apps.core import walls
from apps.core.models import Level
from apps.investigations.sql import CARRY_OVER_HOLDS


class Migration(migrations.Migration):
    dependencies = [("investigations", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("member_id", models.UUIDField()),
                ("desk_id", models.UUIDField()),
                ("desk_member_id", models.UUIDField()),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("step", models.SmallIntegerField(null=True)),
                (
                    "investigation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holds",
                        to="investigations.investigation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(ended_at__isnull=True),
                        fields=("investigation",),
                        name="investigations_one_hold",
                    ),
                    models.CheckConstraint(
                        condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                        name="investigations_hold_forward",
                    ),
                ],
            },
        ),
        walls.Wall(
            "Hold",
            walls.child("investigation", column="investigation_id", min_level=Level.TEASER),
        ),
        migrations.AddField(
            model_name="investigation",
            name="custody_country",
            field=models.CharField(
                blank=True, help_text="Where the law keeps the evidence in custody.", max_length=2
            ),
        ),
        migrations.AddField(
            model_name="investigation",
            name="custody_country_reason",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="investigation", name="keep_by", field=models.UUIDField(null=True)
        ),
        migrations.AddField(
            model_name="investigation", name="keep_reason", field=models.TextField(blank=True)
        ),
        migrations.AddField(
            model_name="investigation", name="keep_until", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="investigation",
            name="keep_with",
            field=models.UUIDField(help_text="The one desk that may hold the case.", null=True),
        ),
        migrations.AddConstraint(
            model_name="custody",
            constraint=models.UniqueConstraint(
                fields=("handover_id", "cause"), name="investigations_one_move_each"
            ),
        ),
        migrations.AddConstraint(
            model_name="investigation",
            constraint=models.CheckConstraint(
                condition=Q(keep_with__isnull=True) | ~Q(keep_reason=""),
                name="investigations_pin_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="investigation",
            constraint=models.CheckConstraint(
                condition=Q(custody_country="") | ~Q(custody_country_reason=""),
                name="investigations_lock_has_reason",
            ),
        ),
        migrations.RunSQL(CARRY_OVER_HOLDS, migrations.RunSQL.noop),
    ]

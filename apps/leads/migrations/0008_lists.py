from django.db import migrations, models

from apps.core import walls


class Migration(migrations.Migration):
    """Each list of a member's own leads walks an index of its own, in the order it is shown."""

    dependencies = [("leads", "0007_caps")]

    operations = [
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                fields=["member_id", "created_by", "-created_at", "-id"],
                condition=models.Q(created_by__isnull=False),
                name="leads_by_author",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                fields=["member_id", "assignee_id"],
                condition=models.Q(assignee_id__isnull=False),
                name="leads_taken",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                fields=["member_id", "snoozed_until"],
                condition=models.Q(snoozed_until__isnull=False),
                name="leads_asleep",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                fields=["member_id", "-priority", "-id"],
                condition=models.Q(status="new", severity="urgent"),
                name="leads_urgent",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                fields=["member_id", "-created_at", "-id"],
                condition=models.Q(status__in=["dismissed", "duplicate", "withdrawn"]),
                name="leads_put_away",
            ),
        ),
        migrations.RunSQL(
            [
                walls.restated("leads_lead", walls.shared("lead")),
                walls.restated(
                    "leads_leadselector", walls.child("lead", column="lead_id", min_level=2)
                ),
            ],
            migrations.RunSQL.noop,
        ),
    ]

from django.db import migrations, models

from apps.sharing import sql

RELIABILITY = [
    ("a", "A: reliable"),
    ("b", "B: usually reliable"),
    ("c", "C: fairly reliable"),
    ("d", "D: not usually reliable"),
    ("e", "E: unreliable"),
    ("f", "F: cannot be judged"),
]
CREDIBILITY = [
    (1, "1: confirmed by other sources"),
    (2, "2: probably true"),
    (3, "3: possibly true"),
    (4, "4: doubtful"),
    (5, "5: improbable"),
    (6, "6: cannot be judged"),
]
KINDS = [
    ("monitoring", "Own monitoring"),
    ("customer", "Customer or consumer"),
    ("platform", "Marketplace or platform"),
    ("authority", "Customs, police or another authority"),
    ("investigator", "Investigator or law firm"),
    ("partner", "Partner or another member"),
    ("tip", "Public tip"),
    ("open", "Open source: press, register, public list"),
]
GRADED = (
    models.Q(source_reliability__in=["", *(value for value, _label in RELIABILITY)])
    & models.Q(source_kind__in=["", *(value for value, _label in KINDS)])
    & (
        models.Q(credibility__isnull=True)
        | models.Q(credibility__in=[value for value, _label in CREDIBILITY])
    )
)


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0005_triage"),
        ("core", "0003_due"),
        ("sharing", "0003_circle_invitation"),
    ]

    operations = [
        migrations.AddField(
            "lead",
            "source_kind",
            models.TextField(blank=True, choices=KINDS, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "importbatch",
            "source_kind",
            models.TextField(blank=True, choices=KINDS, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "importbatch",
            "source_reliability",
            models.TextField(blank=True, choices=RELIABILITY, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "importbatch",
            "credibility",
            models.SmallIntegerField(choices=CREDIBILITY, null=True),
        ),
        migrations.AlterField("importbatch", "source", models.TextField(blank=True)),
        migrations.AlterField(
            "importbatch",
            "file_name",
            models.TextField(blank=True, help_text="Empty for what came over the API."),
        ),
        migrations.AddConstraint(
            "lead", models.CheckConstraint(condition=GRADED, name="leads_lead_graded")
        ),
        migrations.AddConstraint(
            "importbatch", models.CheckConstraint(condition=GRADED, name="leads_import_graded")
        ),
        migrations.RemoveIndex("leadselector", "leads_selector_key"),
        migrations.AddIndex(
            "leadselector",
            models.Index(fields=["member_id", "key", "-lead_id"], name="leads_selector_newest"),
        ),
        migrations.RemoveIndex("selectorposting", "leads_posting_digest"),
        migrations.AddIndex(
            "selectorposting",
            models.Index(fields=["digest", "member_id", "-lead_id"], name="leads_posting_newest"),
        ),
        migrations.RunSQL(sql.TAG_ENTRIES, migrations.RunSQL.noop),
        migrations.RunSQL(sql.SHARED_INDEX, sql.DROP_SHARED_INDEX),
        migrations.RunSQL(sql.SEARCH_IN_STEPS, sql.DROP_SEARCH_IN_STEPS),
    ]

import apps.core.ids
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from apps.core import walls
from apps.sharing.sql import DROP_GRANT_TERMS_TRIGGER, GRANT_TERMS_TRIGGER


class Migration(migrations.Migration):
    dependencies = [("sharing", "0003_circle_invitation"), ("core", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="AccessQuestion",
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
                ("member_id", models.UUIDField(help_text="The holder.")),
                ("request_id", models.UUIDField()),
                ("requester_id", models.UUIDField()),
                ("lead_id", models.UUIDField(help_text="The holder's lead.")),
                ("offered_lead_id", models.UUIDField()),
                (
                    "offered_level",
                    models.SmallIntegerField(
                        choices=[(1, "Teaser"), (2, "Selectors"), (3, "Case"), (4, "Full")]
                    ),
                ),
                ("purpose", models.TextField()),
                ("brand", models.TextField(blank=True)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("pending", "Waiting for you"),
                            ("granted", "Granted"),
                            ("declined", "Declined"),
                            ("expired", "Expired"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="pending",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("recommendation", models.TextField(blank=True)),
                ("recommended_by", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.UUIDField(null=True)),
                ("grant_id", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="AccessRequest",
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
                ("signal_id", models.UUIDField()),
                (
                    "lead_id",
                    models.UUIDField(help_text="The requester's own lead, offered in return."),
                ),
                (
                    "selector_keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        default=list,
                        help_text="About which own values: each is asked seldom.",
                        size=None,
                    ),
                ),
                ("purpose", models.TextField()),
                ("brand", models.TextField(blank=True)),
                (
                    "offered_level",
                    models.SmallIntegerField(
                        choices=[(1, "Teaser"), (2, "Selectors"), (3, "Case"), (4, "Full")]
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("pending", "Pending"),
                            ("granted", "Granted"),
                            ("unavailable", "Not available"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="pending",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("created_by", models.UUIDField(null=True)),
                (
                    "release_at",
                    models.DateTimeField(help_text="Known once the holders are asked.", null=True),
                ),
                ("settled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Candidacy",
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
                (
                    "member_id",
                    models.UUIDField(help_text="The circle's keeper, whose row this is."),
                ),
                ("candidate_id", models.UUIDField()),
                (
                    "origin",
                    models.TextField(
                        choices=[
                            ("invited", "Invited by the keeper"),
                            ("requested", "Recommended by a member"),
                        ]
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("pending", "Waiting"),
                            ("admitted", "Admitted"),
                            ("refused", "Not admitted"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="pending",
                    ),
                ),
                (
                    "sponsors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        default=list,
                        help_text="Members that vouch.",
                        size=None,
                    ),
                ),
                (
                    "sponsors_needed",
                    models.SmallIntegerField(help_text="As the circle asked when it was opened."),
                ),
                (
                    "circle_name",
                    models.TextField(
                        help_text="As the code told it; the candidate reads no circle."
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("created_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="DeletionDuty",
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
                ("member_id", models.UUIDField(help_text="The member that has copies.")),
                ("owner_id", models.UUIDField()),
                ("subject_type", models.TextField()),
                ("subject_id", models.UUIDField()),
                (
                    "copies",
                    models.IntegerField(
                        help_text="How often it had been exported when access ended."
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("acknowledged_at", models.DateTimeField(null=True)),
                ("acknowledged_by", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ExportEntry",
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
                ("member_id", models.UUIDField(help_text="The subject's owner.")),
                ("exporter_id", models.UUIDField(help_text="The member that exported.")),
                ("user_id", models.UUIDField(null=True)),
                ("subject_type", models.TextField()),
                ("subject_id", models.UUIDField()),
                (
                    "level",
                    models.SmallIntegerField(
                        choices=[(1, "Teaser"), (2, "Selectors"), (3, "Case"), (4, "Full")]
                    ),
                ),
                ("format", models.TextField()),
                ("exported_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Proposal",
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
                ("member_id", models.UUIDField(help_text="The ally that proposes.")),
                ("owner_id", models.UUIDField()),
                ("subject_type", models.TextField()),
                ("subject_id", models.UUIDField()),
                ("base_version", models.IntegerField()),
                ("changes", models.JSONField()),
                ("note", models.TextField(blank=True)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("open", "Waiting for the owner"),
                            ("accepted", "Accepted"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("obsolete", "Overtaken by a change"),
                        ],
                        default="open",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("created_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Reading",
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
                ("member_id", models.UUIDField(help_text="The subject's owner.")),
                ("subject_type", models.TextField()),
                ("subject_id", models.UUIDField()),
                ("reader_id", models.UUIDField(help_text="The member that read.")),
                (
                    "user_id",
                    models.UUIDField(help_text="The person, or nobody for a key.", null=True),
                ),
                (
                    "level",
                    models.SmallIntegerField(
                        choices=[(1, "Teaser"), (2, "Selectors"), (3, "Case"), (4, "Full")]
                    ),
                ),
                ("count", models.IntegerField(default=1)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ReshareRequest",
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
                ("member_id", models.UUIDField(help_text="The grantee that asks.")),
                ("owner_id", models.UUIDField()),
                ("subject_type", models.TextField()),
                ("subject_id", models.UUIDField()),
                ("target_id", models.UUIDField(help_text="The member that should read it, too.")),
                (
                    "level",
                    models.SmallIntegerField(
                        choices=[(1, "Teaser"), (2, "Selectors"), (3, "Case"), (4, "Full")]
                    ),
                ),
                ("purpose", models.TextField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("open", "Waiting for the owner"),
                            ("approved", "Approved"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("created_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ShareRun",
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
                ("subject_type", models.TextField()),
                ("wanted", models.JSONField(default=dict, help_text="What was chosen.")),
                ("audience", models.JSONField()),
                ("total", models.IntegerField()),
                ("processed", models.IntegerField(default=0)),
                ("shared", models.IntegerField(default=0)),
                ("refused", models.IntegerField(default=0)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("running", "Running"),
                            ("done", "Done"),
                            ("cancelled", "Stopped"),
                        ],
                        default="running",
                    ),
                ),
                ("created_by", models.UUIDField(null=True)),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        default=list,
                        help_text="As whom it was begun.",
                        size=None,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ShareRunItem",
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
                ("position", models.IntegerField()),
                ("subject_id", models.UUIDField()),
                (
                    "outcome",
                    models.TextField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("shared", "Shared"),
                            ("refused", "Not shared"),
                        ],
                        default="waiting",
                    ),
                ),
                ("code", models.TextField(blank=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="seat",
            name="sharing_seat_once",
        ),
        migrations.AddField(
            model_name="circle",
            name="lists_members",
            field=models.BooleanField(
                default=True, help_text="Whether those who sit there read who else does."
            ),
        ),
        migrations.AddField(
            model_name="circle",
            name="sponsors_needed",
            field=models.SmallIntegerField(
                default=0, help_text="How many who sit there must vouch before the keeper decides."
            ),
        ),
        migrations.AddField(
            model_name="circleinvitation",
            name="recommended_by_id",
            field=models.UUIDField(
                help_text="The seated member that recommends; the keeper's own code has none.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="grantee_kind",
            field=models.TextField(
                choices=[("member", "A member"), ("circle", "A circle"), ("person", "A person")],
                default="member",
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="grantee_member_id",
            field=models.UUIDField(help_text="For whom the named person works.", null=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="not_before",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="replaces_id",
            field=models.UUIDField(help_text="The grant whose terms these replace.", null=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="version",
            field=models.IntegerField(default=1),
        ),
        migrations.AddField(
            model_name="grant",
            name="via_id",
            field=models.UUIDField(
                help_text="The grant to a circle that this one carries.", null=True
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="backfill",
            field=models.BooleanField(
                default=False, help_text="Reads what was shared with the circle before it joined."
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="left_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="seat",
            name="reason",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="seat",
            name="state",
            field=models.TextField(
                choices=[("active", "Active"), ("suspended", "Suspended"), ("left", "Has left")],
                default="active",
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="suspended_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="grant",
            name="capabilities",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.TextField(
                    choices=[
                        ("comment", "Comment"),
                        ("propose", "Propose changes"),
                        ("sight", "Report sightings"),
                        ("export", "Export"),
                        ("reshare", "Ask to share it further"),
                        ("act", "Act and hold custody"),
                    ]
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="grant",
            name="state",
            field=models.TextField(
                choices=[
                    ("dormant", "Waiting for acceptance"),
                    ("waiting", "Begins later"),
                    ("active", "Active"),
                    ("suspended", "Suspended"),
                    ("ended", "Ended"),
                    ("revoked", "Revoked"),
                    ("expired", "Expired"),
                    ("superseded", "Replaced by other terms"),
                ],
                default="active",
            ),
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(
                condition=models.Q(("via_id__isnull", False)),
                fields=["via_id"],
                name="sharing_grant_via",
            ),
        ),
        migrations.AddConstraint(
            model_name="circle",
            constraint=models.CheckConstraint(
                condition=models.Q(("sponsors_needed__gte", 0), ("sponsors_needed__lte", 9)),
                name="sharing_circle_sponsors",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["active", "waiting", "suspended"])),
                fields=("via_id", "grantee_id"),
                name="sharing_grant_seat_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.UniqueConstraint(
                fields=("replaces_id",), name="sharing_grant_successor"
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("not_before__isnull", True),
                    ("expires_at__isnull", True),
                    ("not_before__lt", models.F("expires_at")),
                    _connector="OR",
                ),
                name="sharing_grant_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "left"), _negated=True),
                fields=("circle", "seated_member_id"),
                name="sharing_seat_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("left_at__isnull", False), ("state", "left")),
                    models.Q(models.Q(("state", "left"), _negated=True), ("left_at__isnull", True)),
                    _connector="OR",
                ),
                name="sharing_seat_left",
            ),
        ),
        migrations.AddIndex(
            model_name="accessquestion",
            index=models.Index(
                fields=["member_id", "requester_id", "created_at"], name="sharing_question_pair"
            ),
        ),
        migrations.AddConstraint(
            model_name="accessquestion",
            constraint=models.UniqueConstraint(
                fields=("request_id", "lead_id"), name="sharing_question_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "pending")),
                fields=("member_id", "signal_id"),
                name="sharing_request_once",
            ),
        ),
        migrations.AddField(
            model_name="candidacy",
            name="circle",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="candidacies",
                to="sharing.circle",
            ),
        ),
        migrations.AddConstraint(
            model_name="deletionduty",
            constraint=models.UniqueConstraint(
                condition=models.Q(("acknowledged_at__isnull", True)),
                fields=("member_id", "subject_type", "subject_id"),
                name="sharing_deletion_once",
            ),
        ),
        migrations.AddIndex(
            model_name="exportentry",
            index=models.Index(
                fields=["member_id", "subject_type", "subject_id", "-exported_at"],
                name="sharing_export_subject",
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                fields=["subject_type", "subject_id", "state"], name="sharing_proposal_subject"
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.UniqueConstraint(
                fields=("subject_type", "subject_id", "reader_id", "user_id"),
                name="sharing_reading_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="resharerequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("member_id", "subject_type", "subject_id", "target_id"),
                name="sharing_reshare_once",
            ),
        ),
        migrations.AddField(
            model_name="sharerunitem",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="items",
                to="sharing.sharerun",
            ),
        ),
        migrations.AddConstraint(
            model_name="candidacy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "pending")),
                fields=("circle", "candidate_id"),
                name="sharing_candidacy_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="sharerunitem",
            constraint=models.UniqueConstraint(
                fields=("run", "position"), name="sharing_run_item_once"
            ),
        ),
        walls.Wall("Candidacy", walls.child("circle", column="circle_id", also="candidate_id")),
        walls.Wall("Reading", walls.own()),
        walls.Wall("ExportEntry", walls.own(also="exporter_id", append_only=True)),
        walls.Wall("DeletionDuty", walls.own(also="owner_id")),
        walls.Wall("ReshareRequest", walls.own(also="owner_id")),
        walls.Wall("Proposal", walls.own(also="owner_id")),
        walls.Wall("AccessRequest", walls.own()),
        walls.Wall("AccessQuestion", walls.own()),
        walls.Wall("ShareRun", walls.own()),
        walls.Wall("ShareRunItem", walls.own()),
        migrations.RunSQL(GRANT_TERMS_TRIGGER, DROP_GRANT_TERMS_TRIGGER),
    ]

"""Investigations as the partner API shows them: the fields of the reader's level, no others."""

from typing import Any

from rest_framework import serializers

from apps.core.models import Level
from apps.investigations.models import Custody, Investigation, InvestigationLead, Task
from apps.leads.models import Severity
from apps.sharing.caps import Pap
from apps.sharing.models import CASE_CAPABILITIES, ExportEntry, Grant, Tlp


class CaseSerializer(serializers.Serializer[Any]):
    """A case as `project` gives it: what the reader's level does not reach is null."""

    id = serializers.UUIDField()
    member_id = serializers.UUIDField()
    reference = serializers.CharField()
    severity = serializers.ChoiceField(choices=Severity.choices)
    tlp = serializers.ChoiceField(choices=Tlp.choices)
    pap = serializers.ChoiceField(choices=Pap.choices)
    status = serializers.ChoiceField(choices=Investigation.Status.choices)
    accountable_desk_id = serializers.UUIDField()
    accountable_member_id = serializers.UUIDField()
    held_at = serializers.DateTimeField(allow_null=True)
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    level = serializers.IntegerField()
    title = serializers.CharField(allow_null=True)
    summary = serializers.CharField(allow_null=True)
    contingency = serializers.CharField(allow_null=True)
    severity_reason = serializers.CharField(allow_null=True)
    language = serializers.CharField(allow_null=True)
    jurisdiction = serializers.CharField(allow_null=True)
    keep_with = serializers.UUIDField(allow_null=True)
    keep_reason = serializers.CharField(allow_null=True)
    keep_until = serializers.DateTimeField(allow_null=True)
    custody_country = serializers.CharField(allow_null=True)
    custody_country_reason = serializers.CharField(allow_null=True)
    status_reason = serializers.CharField(allow_null=True)
    outcome = serializers.CharField(allow_null=True)
    opened_by = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField(allow_null=True)


class OpenSerializer(serializers.Serializer[Any]):
    """A new case; `desk_id` is accountable from the first instant."""

    desk_id = serializers.UUIDField()
    title = serializers.CharField()
    summary = serializers.CharField(required=False, allow_blank=True, default="")
    contingency = serializers.CharField(required=False, allow_blank=True, default="")
    severity = serializers.ChoiceField(choices=Severity.choices, default=Severity.STABLE)
    severity_reason = serializers.CharField(required=False, allow_blank=True, default="")
    tlp = serializers.ChoiceField(choices=Tlp.choices, default=Tlp.AMBER)
    pap = serializers.ChoiceField(choices=Pap.choices, default=Pap.GREEN)
    language = serializers.CharField(required=False, default="en")
    jurisdiction = serializers.CharField(required=False, allow_blank=True, default="")
    lead_ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=200
    )


class FactsSerializer(serializers.Serializer[Any]):
    """Changed facts, with the version of the case that they were read from."""

    version = serializers.IntegerField()
    title = serializers.CharField(required=False)
    summary = serializers.CharField(required=False, allow_blank=True)
    contingency = serializers.CharField(required=False, allow_blank=True)
    severity = serializers.ChoiceField(choices=Severity.choices, required=False)
    severity_reason = serializers.CharField(required=False, allow_blank=True)
    tlp = serializers.ChoiceField(choices=Tlp.choices, required=False)
    pap = serializers.ChoiceField(choices=Pap.choices, required=False)
    language = serializers.CharField(required=False)
    jurisdiction = serializers.CharField(required=False, allow_blank=True)


class StatusSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(
        choices=[(s.value, s.label) for s in Investigation.Status if s != "closed"]
    )
    reason = serializers.CharField()


class CloseSerializer(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(choices=Investigation.Outcome.choices)
    reason = serializers.CharField(required=False, allow_blank=True, default="")


class ReopenSerializer(serializers.Serializer[Any]):
    desk_id = serializers.UUIDField()
    reason = serializers.CharField()


class PinSerializer(serializers.Serializer[Any]):
    """The one desk that may hold the case; `until` empty keeps it there for good."""

    desk_id = serializers.UUIDField()
    reason = serializers.CharField(max_length=1000)
    until = serializers.DateTimeField(required=False, allow_null=True, default=None)


class LegalLockSerializer(serializers.Serializer[Any]):
    """The country in which the law keeps custody of the evidence."""

    country = serializers.CharField(max_length=2)
    reason = serializers.CharField(max_length=1000)


class CustodySerializer(serializers.Serializer[Custody]):
    seq = serializers.IntegerField()
    desk_id = serializers.UUIDField()
    desk_member_id = serializers.UUIDField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    cause = serializers.ChoiceField(choices=Custody.Cause.choices)
    handover_id = serializers.UUIDField(allow_null=True)


class EntrySerializer(serializers.Serializer[Any]):
    """One line of the timeline, in the reader's language."""

    id = serializers.UUIDField(source="event.pk")
    name = serializers.CharField(source="event.name")
    seq = serializers.IntegerField(source="event.seq")
    occurred_at = serializers.DateTimeField(source="event.occurred_at")
    text = serializers.CharField()
    who = serializers.CharField()
    member = serializers.CharField()
    member_id = serializers.UUIDField(source="event.actor_member_id")
    desk = serializers.CharField(source="desk.name", default="")
    desk_time_zone = serializers.CharField(source="desk.tz", default="")


class TaskSerializer(serializers.Serializer[Task]):
    id = serializers.UUIDField()
    member_id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Task.Kind.choices)
    held = serializers.CharField(
        help_text="warn or block: another member holds the target; contact the alliance's desk."
    )
    held_until = serializers.DateTimeField(allow_null=True)
    title = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    assignee_id = serializers.UUIDField(allow_null=True)
    created_by = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = serializers.UUIDField(allow_null=True)
    returned_to_desk_id = serializers.UUIDField(allow_null=True)
    return_reason = serializers.CharField()


class NewTaskSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=Task.Kind.choices, default=Task.Kind.GENERAL)
    due_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    assignee_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class AssignSerializer(serializers.Serializer[Any]):
    assignee_id = serializers.UUIDField(allow_null=True)


class LinkedLeadSerializer(serializers.Serializer[InvestigationLead]):
    lead_id = serializers.UUIDField()
    linked_by = serializers.UUIDField(allow_null=True)
    linked_at = serializers.DateTimeField()


class LeadIdsSerializer(serializers.Serializer[Any]):
    lead_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=200)


class ShareSerializer(serializers.Serializer[Any]):
    grantee_id = serializers.UUIDField()
    level = serializers.IntegerField(min_value=Level.TEASER, max_value=Level.FULL)
    purpose = serializers.CharField()
    capabilities = serializers.ListField(
        child=serializers.ChoiceField(
            choices=[(one.value, one.label) for one in CASE_CAPABILITIES]
        ),
        required=False,
        default=list,
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class RevokeSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, allow_blank=True, default="")


class GrantSerializer(serializers.Serializer[Grant]):
    id = serializers.UUIDField()
    grantee_id = serializers.UUIDField()
    level = serializers.IntegerField()
    capabilities = serializers.ListField(child=serializers.CharField())
    purpose = serializers.CharField()
    state = serializers.ChoiceField(choices=Grant.State.choices)
    for_custody = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    active_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    end_reason = serializers.CharField()


class CaseCopySerializer(serializers.Serializer[ExportEntry]):
    """A copy that has left; it cannot be recalled."""

    member_id = serializers.UUIDField(source="exporter_id")
    user_id = serializers.UUIDField(allow_null=True)
    level = serializers.IntegerField()
    format = serializers.CharField()
    exported_at = serializers.DateTimeField()


class TombstoneSerializer(serializers.Serializer[Any]):
    """What remains when access has ended: that it was, and the member's own work."""

    owner_id = serializers.UUIDField()
    reason = serializers.CharField()
    ended_at = serializers.DateTimeField()
    tasks = TaskSerializer(many=True)

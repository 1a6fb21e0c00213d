"""A briefing said to one reader, on the wire."""

from typing import Any

from rest_framework import serializers

from apps.handovers.rendering import Rendered, Times


class TimesSerializer(serializers.Serializer[Times]):
    """One instant: in UTC, and in words at the reader's place and at the other desk's."""

    instant = serializers.DateTimeField()
    here = serializers.CharField()
    there = serializers.ListField(child=serializers.CharField())
    left = serializers.CharField()
    full = serializers.CharField()
    is_working = serializers.BooleanField(allow_null=True)


class RowSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    text = serializers.CharField()
    who = serializers.CharField()
    times = TimesSerializer(allow_null=True)
    more = serializers.CharField()
    language = serializers.CharField()
    desk = serializers.CharField()


class ContingencySerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    condition = serializers.CharField()
    act = serializers.CharField()
    is_standard = serializers.BooleanField()


class BriefedPersonSerializer(serializers.Serializer[Any]):
    """Somebody who can be asked, and the time at his place."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    member = serializers.CharField()
    place = serializers.CharField()
    local = serializers.CharField()
    is_on_duty = serializers.BooleanField(allow_null=True)
    changes = TimesSerializer(allow_null=True)


class ChangeSerializer(serializers.Serializer[Any]):
    """What the latest version says that an earlier one did not."""

    part = serializers.CharField()
    kind = serializers.ChoiceField(["added", "removed", "changed"])
    label = serializers.CharField()  # type: ignore[assignment]
    before = serializers.CharField()
    after = serializers.CharField()


class RenderedSerializer(serializers.Serializer[Rendered]):
    """Labels and times in the reader's language and zone; people's words as they wrote them."""

    version = serializers.IntegerField()
    digest = serializers.CharField(source="reading.briefing.digest")
    zone = serializers.CharField(source="clock.zone")
    two_dates = serializers.CharField(source="clock.two_dates")
    severity = serializers.CharField()
    severity_reason = serializers.CharField()
    summary = serializers.CharField()
    language = serializers.CharField()
    note = serializers.CharField()
    sbar = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    since = TimesSerializer(allow_null=True)
    actions = RowSerializer(many=True)
    no_actions = serializers.BooleanField()
    contingencies = ContingencySerializer(many=True)
    questions = RowSerializer(many=True)
    waits = RowSerializer(many=True)
    done = RowSerializer(many=True)
    said = RowSerializer(many=True)
    evidence = RowSerializer(many=True)
    evidence_count = serializers.IntegerField(allow_null=True)
    evidence_level = serializers.IntegerField(allow_null=True)
    tlp = serializers.CharField()
    tlp_words = serializers.CharField()
    restrictions = serializers.CharField()
    wake = BriefedPersonSerializer(many=True)
    previous = RowSerializer(allow_null=True)
    missing = serializers.ListField(child=serializers.CharField())
    withheld = serializers.ListField(child=serializers.CharField())
    givers = BriefedPersonSerializer(many=True)
    changes = ChangeSerializer(many=True)

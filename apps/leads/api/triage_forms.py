"""Decisions, saved searches and decisions about many, as the partner API takes and shows them."""

from typing import Any

from rest_framework import serializers

from apps.leads.api.serializers import LeadSerializer
from apps.leads.models import BulkAction, BulkItem, SavedSearch, Severity
from apps.leads.selectors import TABS
from apps.leads.services.bulk import MOST
from apps.leads.triaging import searches
from apps.leads.triaging.query import LONGEST


class LeadReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(
        allow_blank=True, default="", max_length=2_000, help_text="Stays with the member."
    )


class LeadAssignSerializer(serializers.Serializer[Any]):
    person_id = serializers.UUIDField(allow_null=True, help_text="A colleague, or nobody.")


class DuplicateSerializer(serializers.Serializer[Any]):
    of = serializers.UUIDField(help_text="The member's own lead that it repeats.")


class SnoozeSerializer(serializers.Serializer[Any]):
    until = serializers.DateTimeField()


class PriorityLineSerializer(serializers.Serializer[Any]):
    """One factor of the sum, with the fact that gave its points."""

    factor = serializers.CharField()
    name = serializers.CharField()
    fact = serializers.CharField()
    points = serializers.IntegerField()
    most = serializers.IntegerField()


class PrioritySerializer(serializers.Serializer[Any]):
    """The priority as the sum of its lines; empty for a lead of another member."""

    priority = serializers.IntegerField(allow_null=True)
    most = serializers.IntegerField()
    lines = PriorityLineSerializer(many=True)


class MomentSerializer(serializers.Serializer[Any]):
    """`line` is the value that was seen; empty for the lead itself."""

    at = serializers.DateTimeField()
    what = serializers.CharField()
    line = serializers.CharField()
    lead_id = serializers.UUIDField(allow_null=True, help_text="The other lead that has it.")
    reference = serializers.CharField()


class SpotSerializer(serializers.Serializer[Any]):
    country = serializers.CharField()
    name = serializers.CharField()
    kinds = serializers.ListField(child=serializers.CharField())


class TimelineSerializer(serializers.Serializer[Any]):
    moments = MomentSerializer(many=True)
    countries = SpotSerializer(many=True)


class NameLikenessSerializer(serializers.Serializer[Any]):
    """How alike two names are: 70 to 100, in which form, by which names."""

    points = serializers.IntegerField()
    reason = serializers.CharField()
    mine = serializers.CharField()
    theirs = serializers.CharField()


class TwinSerializer(serializers.Serializer[Any]):
    """Another lead that may mean the same seller; nothing is merged."""

    lead = LeadSerializer()
    kinds = serializers.ListField(child=serializers.CharField(), help_text="Shared selectors.")
    name = NameLikenessSerializer(allow_null=True)
    verdict = serializers.CharField(help_text="What the member thinks: same, different, unsure.")


class ComparedFieldSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    mine = serializers.CharField(allow_null=True)
    theirs = serializers.CharField(allow_null=True)
    is_same = serializers.BooleanField()


class SharedValueSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    namespace = serializers.CharField()
    norm = serializers.CharField()


class ComparisonSerializer(serializers.Serializer[Any]):
    """The facts of both, and the selectors that they share."""

    fields = ComparedFieldSerializer(many=True)  # type: ignore[assignment]
    shared = SharedValueSerializer(many=True)


class BulkRequestSerializer(serializers.Serializer[Any]):
    """One decision about many leads; a verb takes what it needs of the rest."""

    verb = serializers.ChoiceField(choices=BulkAction.Verb.choices)
    ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST)
    severity = serializers.ChoiceField(choices=Severity.choices, required=False)
    reason = serializers.CharField(allow_blank=True, default="", max_length=2_000)
    person_id = serializers.UUIDField(allow_null=True, required=False)
    until = serializers.DateTimeField(required=False)


class BulkItemSerializer(serializers.Serializer[BulkItem]):
    """What the decision did to one lead; a refused one says why."""

    lead_id = serializers.UUIDField()
    reference = serializers.CharField()
    outcome = serializers.ChoiceField(choices=BulkItem.Outcome.choices)
    code = serializers.CharField()
    reason = serializers.CharField()


class BulkActionSerializer(serializers.Serializer[BulkAction]):
    id = serializers.UUIDField()
    verb = serializers.ChoiceField(choices=BulkAction.Verb.choices)
    done = serializers.IntegerField()
    refused = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    undo_until = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


class BulkDetailSerializer(BulkActionSerializer):
    items = serializers.SerializerMethodField()

    def get_items(self, action: BulkAction) -> list[dict[str, Any]]:
        return [dict(BulkItemSerializer(row).data) for row in action.items.order_by("place")]


class SearchSerializer(serializers.Serializer[Any]):
    """A search to look at again: words and filters as they are typed on the page."""

    name = serializers.CharField(max_length=100)
    text = serializers.CharField(allow_blank=True, default="", max_length=LONGEST)
    tab = serializers.ChoiceField(choices=TABS, default="all")
    is_shared = serializers.BooleanField(default=False)
    tells = serializers.BooleanField(default=False, help_text="Be told of new leads in it.")


class SavedSearchSerializer(serializers.Serializer[SavedSearch]):
    """A kept search; `count` goes no further than 99, past it `is_more` is true."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    text = serializers.CharField()
    tab = serializers.CharField()
    is_shared = serializers.BooleanField()
    is_mine = serializers.SerializerMethodField()
    tells = serializers.BooleanField()
    count = serializers.SerializerMethodField()
    is_more = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    def get_is_mine(self, search: SavedSearch) -> bool:
        return bool(search.user_id == self.context["actor"].user_id)

    def get_count(self, search: SavedSearch) -> int:
        return min(self._counted(search), searches.COUNTED)

    def get_is_more(self, search: SavedSearch) -> bool:
        return self._counted(search) > searches.COUNTED

    def _counted(self, search: SavedSearch) -> int:
        return int(self.context["counts"].get(search.pk, 0))


class SubscribeSerializer(serializers.Serializer[Any]):
    tells = serializers.BooleanField()

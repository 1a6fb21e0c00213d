"""Calendars in and out over the partner API."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.core.errors import Invalid
from apps.duty import policies, selectors, services, wording
from apps.duty.models import CalendarFeed, CalendarSource


class NewFeedSerializer(serializers.Serializer[Any]):
    """What an address is called in one's own list."""

    name = serializers.CharField(max_length=80, allow_blank=True, default="")


class FeedSerializer(serializers.Serializer[Any]):
    """A secret address of duty. The address itself is in the answer that makes it, and nowhere."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    desk_id = serializers.UUIDField(allow_null=True)
    user_id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)


class MadeFeedSerializer(FeedSerializer):
    """The answer that shows the address."""

    url = serializers.SerializerMethodField()

    def get_url(self, feed: CalendarFeed) -> str:
        token: str = self.context["token"]
        return settings.PUBLIC_URL + reverse("duty:calendar_feed", args=[token])


class SourceSerializer(serializers.Serializer[Any]):
    """A calendar from which a desk takes shifts; where from is told by its host alone."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(CalendarSource.Kind.choices)
    state = serializers.ChoiceField(CalendarSource.State.choices)
    host = serializers.SerializerMethodField()
    tried_at = serializers.DateTimeField(allow_null=True)
    last_read_at = serializers.DateTimeField(allow_null=True)
    next_read_at = serializers.DateTimeField(allow_null=True)
    failing_since = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField()
    problem = serializers.SerializerMethodField()

    def get_host(self, source: CalendarSource) -> str:
        return source.host

    def get_problem(self, source: CalendarSource) -> str:
        return wording.failure(source.error, source.error_detail) if source.error else ""


class ReadSourceSerializer(SourceSerializer):
    """A calendar and what was taken from it when it was read last, and what was not, and why."""

    report = serializers.JSONField()


class LookSerializer(serializers.Serializer[Any]):
    """A file, or an https address."""

    name = serializers.CharField(max_length=80, allow_blank=True, default="")
    url = serializers.CharField(max_length=2_000, required=False)
    file = serializers.FileField(required=False)


class DeskFeedsView(ApiView):
    """Secret addresses of a desk's hours."""

    @extend_schema(operation_id="desks_feeds_list", responses=FeedSerializer(many=True))
    def get(self, request: Request, desk_id: UUID) -> Response:
        desk = selectors.desk(self.actor, desk_id)
        return Response(FeedSerializer(selectors.feeds_of_desk(self.actor, desk), many=True).data)

    @extend_schema(request=NewFeedSerializer, responses={201: MadeFeedSerializer})
    def post(self, request: Request, desk_id: UUID) -> Response:
        name = self.parsed(NewFeedSerializer)["name"]
        feed, token = services.subscribe_to_desk(
            desk_id, name=name, actor=self.actor, at=clock.now()
        )
        return Response(MadeFeedSerializer(feed, context={"token": token}).data, status=201)


class OwnFeedsView(ApiView):
    """Secret addresses of the signed-in person's own duty."""

    @extend_schema(operation_id="duty_feeds_list", responses=FeedSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(FeedSerializer(selectors.own_feeds(self.actor), many=True).data)

    @extend_schema(request=NewFeedSerializer, responses={201: MadeFeedSerializer})
    def post(self, request: Request) -> Response:
        name = self.parsed(NewFeedSerializer)["name"]
        feed, token = services.subscribe_to_own_duty(name=name, actor=self.actor, at=clock.now())
        return Response(MadeFeedSerializer(feed, context={"token": token}).data, status=201)


class FeedView(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, feed_id: UUID) -> Response:
        """Withdraw an address: it answers no more."""
        services.revoke_feed(feed_id, actor=self.actor, at=clock.now())
        return Response(status=204)


class CalendarsView(ApiView):
    """The calendars from which a desk takes shifts; a new one is looked at first."""

    parser_classes = [JSONParser, MultiPartParser]

    @extend_schema(operation_id="desks_calendars_list", responses=SourceSerializer(many=True))
    def get(self, request: Request, desk_id: UUID) -> Response:
        desk = selectors.desk(self.actor, desk_id)
        policies.may_see_people(self.actor, desk).require()
        return Response(SourceSerializer(selectors.calendars(desk), many=True).data)

    @extend_schema(request=LookSerializer, responses={201: ReadSourceSerializer})
    def post(self, request: Request, desk_id: UUID) -> Response:
        policies.may_change_desk(self.actor, selectors.desk(self.actor, desk_id)).require()
        asked = self.parsed(LookSerializer)
        file, url = asked.get("file"), asked.get("url", "")
        if (file is None) == (not url):
            raise Invalid({"url": [_("Give an address or a file, one of the two.")]})
        told = {"name": asked["name"], "actor": self.actor, "at": clock.now()}
        if file is not None:
            draft = services.look_at_file(desk_id, file.read(services.MOST_BYTES + 1), **told)
        else:
            draft = services.look_at_feed(desk_id, str(url), **told)
        return Response(ReadSourceSerializer(draft).data, status=201)


class CalendarView(ApiView):
    """One calendar of a desk."""

    @extend_schema(responses=ReadSourceSerializer)
    def get(self, request: Request, desk_id: UUID, calendar_id: UUID) -> Response:
        found = selectors.calendar(self.actor, desk_id, calendar_id)
        return Response(ReadSourceSerializer(found).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, desk_id: UUID, calendar_id: UUID) -> Response:
        """Take its shifts from the desk's duty."""
        services.remove_calendar(desk_id, calendar_id, actor=self.actor, at=clock.now())
        return Response(status=204)


class UseCalendarView(ApiView):
    """What was looked at becomes duty of the desk."""

    @extend_schema(request=None, responses=ReadSourceSerializer)
    def post(self, request: Request, desk_id: UUID, calendar_id: UUID) -> Response:
        found = services.use_calendar(desk_id, calendar_id, actor=self.actor, at=clock.now())
        return Response(ReadSourceSerializer(found).data)


class ReadCalendarView(ApiView):
    """Read a calendar again now."""

    @extend_schema(request=None, responses=ReadSourceSerializer)
    def post(self, request: Request, desk_id: UUID, calendar_id: UUID) -> Response:
        services.read_again(desk_id, calendar_id, actor=self.actor, at=clock.now())
        found = selectors.calendar(self.actor, desk_id, calendar_id)
        return Response(ReadSourceSerializer(found).data)

"""What reaches a person over the API: choices, hours of rest, browsers. A key is no person."""

from typing import Any
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.members.models import User
from apps.notifications import explaining, policies, quiet, selectors, services, vapid
from apps.notifications.api.serializers import (
    BrowserSerializer,
    PreferencesSerializer,
    PushSerializer,
    QuietHoursSerializer,
    QuietSerializer,
    SubscriptionSerializer,
)


class PersonView(ApiView):
    """Of the person who asks, and of nobody else."""

    @property
    def user_id(self) -> UUID:
        policies.may_choose(self.actor).require()
        assert self.actor.user_id is not None  # noqa: S101 - what the policy asks
        return self.actor.user_id


class PreferencesView(PersonView):
    @extend_schema(responses=PreferencesSerializer)
    def get(self, request: Request) -> Response:
        """What the person chose for each group, and when her digest comes."""
        return Response(self._kept())

    @extend_schema(request=PreferencesSerializer, responses=PreferencesSerializer)
    def patch(self, request: Request) -> Response:
        """Change what is named; the rest stays."""
        policies.may_choose(self.actor).require()
        said, at = self.parsed(PreferencesSerializer), clock.now()
        if "digest_at" in said:
            services.set_digest_hour(said["digest_at"], actor=self.actor, at=at)
        choices = {
            row["group"]: services.Choice(mail=row["mail"], push=row["push"])
            for row in said.get("groups", [])
        }
        services.choose(choices, actor=self.actor, at=at)
        return Response(self._kept())

    def _kept(self) -> dict[str, Any]:
        kept = selectors.preferences(self.actor.member_id, self.user_id)
        groups = [
            {"group": str(group), "mail": row.mail, "push": row.push} for group, row in kept.items()
        ]
        at = selectors.digest_at(self.actor.member_id, self.user_id)
        return dict(PreferencesSerializer({"digest_at": at, "groups": groups}).data)


class QuietHoursView(PersonView):
    @extend_schema(responses=QuietSerializer)
    def get(self, request: Request) -> Response:
        """When the person is not to be rung, and what that comes to."""
        return Response(self._kept())

    @extend_schema(request=QuietHoursSerializer, responses=QuietSerializer)
    def put(self, request: Request) -> Response:
        """Keep these hours of rest. Urgent kinds ring all the same."""
        policies.may_choose(self.actor).require()
        said = self.parsed(QuietHoursSerializer)
        services.set_quiet_hours(
            said["starts"], said["ends"], said["days"], actor=self.actor, at=clock.now()
        )
        return Response(self._kept())

    @extend_schema(responses=QuietSerializer)
    def delete(self, request: Request) -> Response:
        """End the hours of rest: everything rings at every hour."""
        services.end_quiet_hours(actor=self.actor, at=clock.now())
        return Response(self._kept())

    def _kept(self) -> dict[str, Any]:
        at, hours = clock.now(), selectors.quiet_hours(self.user_id)
        zone = User.objects.get(pk=self.user_id).time_zone
        rule = quiet.rule_of(hours, zone) if hours else None
        told = explaining.explain(rule, zone, at)
        return dict(
            QuietSerializer(
                {
                    "hours": hours,
                    "resting_until": told.current.ends_at if told.current else None,
                    "explained": explaining.sentences(told),
                }
            ).data
        )


class BrowserListView(PersonView):
    @extend_schema(responses=PushSerializer)
    def get(self, request: Request) -> Response:
        """The browsers that are pushed to, and the key that another one subscribes with."""
        rows = selectors.browsers(self.user_id)
        key = vapid.public_key_of(settings.VAPID_PRIVATE_KEY)
        return Response(PushSerializer({"public_key": key, "browsers": rows}).data)

    @extend_schema(request=SubscriptionSerializer, responses={201: BrowserSerializer})
    def post(self, request: Request) -> Response:
        """Push to this browser from now on."""
        policies.may_choose(self.actor).require()
        said = self.parsed(SubscriptionSerializer)
        subscription = services.Subscription(
            endpoint=said["endpoint"], p256dh=said["p256dh"], auth=said["auth"], label=said["name"]
        )
        browser = services.add_browser(subscription, actor=self.actor, at=clock.now())
        return Response(BrowserSerializer(browser).data, status=201)


class BrowserView(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, browser_id: UUID) -> Response:
        """Push to this browser no longer."""
        services.remove_browser(browser_id, actor=self.actor, at=clock.now())
        return Response(status=204)


class BrowserTryView(ApiView):
    @extend_schema(request=None, responses={202: None})
    def post(self, request: Request, browser_id: UUID) -> Response:
        """Push one sentence there, to see that it arrives."""
        services.try_browser(browser_id, actor=self.actor, at=clock.now())
        return Response(status=202)

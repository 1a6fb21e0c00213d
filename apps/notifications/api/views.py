"""Notifications over the API: the list, one read, all read."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.notifications import selectors, services
from apps.notifications.api.serializers import AllReadSerializer, NotificationSerializer


class NotificationListView(ApiView):
    """What the person has been told, newest first."""

    @extend_schema(
        parameters=[OpenApiParameter("unread", bool, description="Only what was not read yet.")],
        responses=NotificationSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        is_unread = request.query_params.get("unread") in {"1", "true"}
        rows = selectors.newest(self.actor, is_unread=is_unread)
        return self.page(rows, NotificationSerializer, ordering=("-created_at", "-id"))


class NotificationReadView(ApiView):
    @extend_schema(request=None, responses=NotificationSerializer)
    def post(self, request: Request, notification_id: UUID) -> Response:
        """Mark one as read."""
        row = services.mark_read(notification_id, actor=self.actor, at=clock.now())
        return Response(NotificationSerializer(row).data)


class AllReadView(ApiView):
    @extend_schema(operation_id="notifications_read_all", request=None, responses=AllReadSerializer)
    def post(self, request: Request) -> Response:
        """Mark everything as read."""
        return Response({"count": services.mark_all_read(actor=self.actor, at=clock.now())})

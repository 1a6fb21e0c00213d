"""A person's shifts, leave and swaps over the partner API."""

from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.core.errors import Invalid, NotFound
from apps.duty import policies, selectors, services
from apps.duty.api.ranges import RANGE, asked_range
from apps.duty.api.roster_serializers import (
    LeaveSerializer,
    ShiftSerializer,
    SwapAskSerializer,
    SwapSerializer,
    TakenSerializer,
)

USER = OpenApiParameter("user_id", UUID, description="A colleague; yourself when absent.")


class ShiftsView(ApiView):
    """When you, or a colleague, are on duty."""

    @extend_schema(
        operation_id="duty_shifts_list",
        parameters=[*RANGE, USER],
        responses=ShiftSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        span = asked_range(request)
        shifts = selectors.shifts_of_person(self.actor, self._person(request), *span)
        return Response(ShiftSerializer(shifts, many=True).data)

    def _person(self, request: Request) -> UUID:
        text = request.query_params.get("user_id")
        try:
            user_id = UUID(text) if text else self.actor.user_id
        except ValueError:
            user_id = None
        if user_id is None:
            raise Invalid({"user_id": [_("Say whose shifts: give the id of a person.")]})
        if not selectors.is_colleague(self.actor, user_id):
            raise NotFound
        return user_id


class LeaveListView(ApiView):
    """The leave of your member's people that is not over."""

    @extend_schema(operation_id="leave_list", responses=LeaveSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = selectors.own_leave(self.actor).filter(ends_at__gt=clock.now())
        return self.page(rows, LeaveSerializer, ordering=("starts_at", "id"))

    @extend_schema(request=LeaveSerializer, responses={201: LeaveSerializer})
    def post(self, request: Request) -> Response:
        asked = self.parsed(LeaveSerializer)
        user_id = asked.pop("user_id", None) or self.actor.user_id
        if user_id is None:
            raise Invalid({"user_id": [_("Say who is away: give the id of a person.")]})
        leave = services.enter_leave(user_id, **asked, actor=self.actor, at=clock.now())
        return Response(LeaveSerializer(leave).data, status=201)


class LeaveView(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, leave_id: UUID) -> Response:
        """Take leave back before it begins, or cut it short."""
        services.end_leave(leave_id, actor=self.actor, at=clock.now())
        return Response(status=204)


class SwapsView(ApiView):
    """Who is asked to take which shift of a desk."""

    @extend_schema(operation_id="desks_swaps_list", responses=SwapSerializer(many=True))
    def get(self, request: Request, desk_id: UUID) -> Response:
        desk = selectors.desk(self.actor, desk_id)
        policies.may_see_people(self.actor, desk).require()
        rows = selectors.swaps(self.actor).filter(desk=desk)
        return self.page(rows, SwapSerializer, ordering=("starts_at", "id"))

    @extend_schema(request=SwapAskSerializer, responses={201: SwapSerializer})
    def post(self, request: Request, desk_id: UUID) -> Response:
        asked = self.parsed(SwapAskSerializer)
        swap = services.ask_swap(desk_id, **asked, actor=self.actor, at=clock.now())
        return Response(SwapSerializer(swap).data, status=201)


class SwapView(ApiView):
    @extend_schema(responses=SwapSerializer)
    def get(self, request: Request, swap_id: UUID) -> Response:
        """One question who takes a shift."""
        return Response(SwapSerializer(selectors.swap(self.actor, swap_id)).data)


class TakeSwapView(ApiView):
    @extend_schema(request=None, responses=TakenSerializer)
    def post(self, request: Request, swap_id: UUID) -> Response:
        """Take a shift over: the first who does has it."""
        swap = services.take_swap(swap_id, actor=self.actor, at=clock.now())
        collides = ShiftSerializer(selectors.collisions(self.actor, swap), many=True).data
        return Response({**SwapSerializer(swap).data, "collides_with": collides})


class DeclineSwapView(ApiView):
    @extend_schema(request=None, responses=SwapSerializer)
    def post(self, request: Request, swap_id: UUID) -> Response:
        """Say no to what you were asked alone."""
        swap = services.decline_swap(swap_id, actor=self.actor, at=clock.now())
        return Response(SwapSerializer(swap).data)


class WithdrawSwapView(ApiView):
    @extend_schema(request=None, responses=SwapSerializer)
    def post(self, request: Request, swap_id: UUID) -> Response:
        """Keep the shift after all."""
        swap = services.withdraw_swap(swap_id, actor=self.actor, at=clock.now())
        return Response(SwapSerializer(swap).data)


class AskEverybodyView(ApiView):
    @extend_schema(request=None, responses=SwapSerializer)
    def post(self, request: Request, swap_id: UUID) -> Response:
        """Ask the whole desk what one colleague has declined or not answered."""
        swap = services.ask_everybody(swap_id, actor=self.actor, at=clock.now())
        return Response(SwapSerializer(swap).data)

"""Desks and their hours over the partner API."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.duty import policies, selectors, services
from apps.duty.api.serializers import (
    DeskChangesSerializer,
    DeskFactsSerializer,
    DeskPersonSerializer,
    DeskSerializer,
    FilledSerializer,
    HolidaySerializer,
    StretchSerializer,
    WindowSerializer,
    WindowsSerializer,
    YearsSerializer,
)
from apps.duty.models import Closure, ExtraCover
from apps.duty.services import DeskFacts, WindowFacts


class DeskListView(ApiView):
    """The desks of your member and of its allies."""

    @extend_schema(operation_id="desks_list", responses=DeskSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = selectors.desks(self.actor).prefetch_related("windows")
        return self.page(rows, DeskSerializer, ordering=("order", "name", "id"))

    @extend_schema(request=DeskFactsSerializer, responses={201: DeskSerializer})
    def post(self, request: Request) -> Response:
        facts = DeskFacts(**self.parsed(DeskFactsSerializer))
        desk = services.create_desk(facts, actor=self.actor, at=clock.now())
        return Response(DeskSerializer(desk).data, status=201)


class DeskView(ApiView):
    """One desk."""

    @extend_schema(responses=DeskSerializer)
    def get(self, request: Request, desk_id: UUID) -> Response:
        return Response(DeskSerializer(selectors.desk(self.actor, desk_id)).data)

    @extend_schema(request=DeskChangesSerializer, responses=DeskSerializer)
    def patch(self, request: Request, desk_id: UUID) -> Response:
        changes = self.parsed(DeskChangesSerializer)
        desk = services.change_desk(
            desk_id, changes, version=changes.pop("version"), actor=self.actor, at=clock.now()
        )
        return Response(DeskSerializer(desk).data)


class WindowsView(ApiView):
    """The weekly windows of a desk."""

    @extend_schema(request=WindowsSerializer, responses=WindowSerializer(many=True))
    def put(self, request: Request, desk_id: UUID) -> Response:
        asked = self.parsed(WindowsSerializer)
        rows = services.set_windows(
            desk_id,
            [WindowFacts(**window) for window in asked["windows"]],
            version=asked.get("version"),
            actor=self.actor,
            at=clock.now(),
        )
        return Response(WindowSerializer(rows, many=True).data)


class HolidaysView(ApiView):
    """The dates on which a desk's windows do not start."""

    @extend_schema(responses=HolidaySerializer(many=True))
    def get(self, request: Request, desk_id: UUID) -> Response:
        rows = selectors.desk(self.actor, desk_id).holidays.all()
        return self.page(rows, HolidaySerializer, ordering=("on", "id"))

    @extend_schema(request=HolidaySerializer, responses={201: HolidaySerializer})
    def post(self, request: Request, desk_id: UUID) -> Response:
        asked = self.parsed(HolidaySerializer)
        holiday = services.add_holiday(
            desk_id, asked["on"], name=asked["name"], actor=self.actor, at=clock.now()
        )
        return Response(HolidaySerializer(holiday).data, status=201)


class FillHolidaysView(ApiView):
    """Write the public holidays of the desk's country."""

    @extend_schema(request=YearsSerializer, responses=FilledSerializer)
    def post(self, request: Request, desk_id: UUID) -> Response:
        years = self.parsed(YearsSerializer)["years"]
        count = services.fill_holidays(desk_id, years, actor=self.actor, at=clock.now())
        return Response({"holidays_count": count})


class HolidayView(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, desk_id: UUID, holiday_id: UUID) -> Response:
        """Work on a date that was a holiday."""
        services.remove_holiday(desk_id, holiday_id, actor=self.actor, at=clock.now())
        return Response(status=204)


class _StretchesView(ApiView):
    """Exceptions of exact instants, newest first."""

    def _listed(self, rows: "list[Closure] | list[ExtraCover]") -> Response:
        why = selectors.reasons(self.actor, [row.pk for row in rows])
        shown = StretchSerializer(rows, many=True, context={"reasons": why})
        return Response(shown.data)

    def _added(self, row: "Closure | ExtraCover") -> Response:
        why = selectors.reasons(self.actor, [row.pk])
        return Response(StretchSerializer(row, context={"reasons": why}).data, status=201)


class ClosuresView(_StretchesView):
    """When a desk is closed; why is its own member's to know."""

    @extend_schema(operation_id="desks_closures_list", responses=StretchSerializer(many=True))
    def get(self, request: Request, desk_id: UUID) -> Response:
        return self._listed(selectors.closures(selectors.desk(self.actor, desk_id)))

    @extend_schema(request=StretchSerializer, responses={201: StretchSerializer})
    def post(self, request: Request, desk_id: UUID) -> Response:
        asked = self.parsed(StretchSerializer)
        return self._added(services.add_closure(desk_id, **asked, actor=self.actor, at=clock.now()))


class ClosureView(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, desk_id: UUID, closure_id: UUID) -> Response:
        """Lift a closure."""
        services.remove_closure(desk_id, closure_id, actor=self.actor, at=clock.now())
        return Response(status=204)


class ExtraCoverListView(_StretchesView):
    """When a desk is on duty beyond its windows."""

    @extend_schema(operation_id="desks_extra_cover_list", responses=StretchSerializer(many=True))
    def get(self, request: Request, desk_id: UUID) -> Response:
        return self._listed(selectors.extra_cover(selectors.desk(self.actor, desk_id)))

    @extend_schema(request=StretchSerializer, responses={201: StretchSerializer})
    def post(self, request: Request, desk_id: UUID) -> Response:
        asked = self.parsed(StretchSerializer)
        return self._added(
            services.add_extra_cover(desk_id, **asked, actor=self.actor, at=clock.now())
        )


class ExtraCoverView(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, desk_id: UUID, cover_id: UUID) -> Response:
        """Withdraw extra cover."""
        services.remove_extra_cover(desk_id, cover_id, actor=self.actor, at=clock.now())
        return Response(status=204)


class PeopleView(ApiView):
    """Who sits at a desk: for its own member."""

    @extend_schema(operation_id="desks_people_list", responses=DeskPersonSerializer(many=True))
    def get(self, request: Request, desk_id: UUID) -> Response:
        desk = selectors.desk(self.actor, desk_id)
        policies.may_see_people(self.actor, desk).require()
        return Response([{"user_id": str(user_id)} for user_id in selectors.people(desk)])

    @extend_schema(request=DeskPersonSerializer, responses={201: DeskPersonSerializer})
    def post(self, request: Request, desk_id: UUID) -> Response:
        user_id = self.parsed(DeskPersonSerializer)["user_id"]
        seat = services.put_person(desk_id, user_id, actor=self.actor, at=clock.now())
        return Response(DeskPersonSerializer(seat).data, status=201)


class PersonView(ApiView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, desk_id: UUID, user_id: UUID) -> Response:
        """End a colleague's seat at a desk."""
        services.remove_person(desk_id, user_id, actor=self.actor, at=clock.now())
        return Response(status=204)

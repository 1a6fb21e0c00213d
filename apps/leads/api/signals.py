"""Signals, judgements, own values and sightings over the partner API."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.leads import selectors, services
from apps.leads.api import signal_forms as forms
from apps.leads.correlating import showing


class SignalsView(ApiView):
    """What other members know, too: the own lead, kinds, two bands and a day, newest first."""

    @extend_schema(responses=forms.SignalSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = showing.signals(self.actor)
        return self.page(rows, forms.SignalRowSerializer, ordering=("-batch_at", "-id"))


class SignalView(ApiView):
    """One signal."""

    @extend_schema(operation_id="signal_retrieve", responses=forms.SignalSerializer)
    def get(self, request: Request, signal_id: UUID) -> Response:
        return self.shown(signal_id)

    def shown(self, signal_id: UUID) -> Response:
        signal = showing.find_signal(self.actor, signal_id)
        return Response(forms.SignalSerializer(showing.views(self.actor, [signal])[0]).data)


class SignalJudgeView(SignalView):
    """Same, different or unsure; "different" mutes it and those of its kinds to come."""

    http_method_names = ["post", "options"]

    @extend_schema(request=forms.LeadVerdictSerializer, responses=forms.SignalSerializer)
    def post(self, request: Request, signal_id: UUID) -> Response:
        showing.find_signal(self.actor, signal_id)
        told = self.parsed(forms.LeadVerdictSerializer)
        services.judge_signal(signal_id, **told, actor=self.actor, at=clock.now())
        return self.shown(signal_id)


class SignalWithdrawView(SignalView):
    """Hide the own lead: both sides lose the signal."""

    http_method_names = ["post", "options"]

    @extend_schema(request=None, responses=forms.SignalSerializer)
    def post(self, request: Request, signal_id: UUID) -> Response:
        services.withdraw_signal(signal_id, actor=self.actor, at=clock.now())
        return self.shown(signal_id)


class SignalPolicyView(ApiView):
    """The most that any lead of the member lets others learn."""

    @extend_schema(responses=forms.SignalPolicySerializer)
    def get(self, request: Request) -> Response:
        return Response({"most": showing.policy(self.actor)})

    @extend_schema(request=forms.SignalPolicySerializer, responses=forms.SignalPolicySerializer)
    def put(self, request: Request) -> Response:
        told = self.parsed(forms.SignalPolicySerializer)
        services.set_signal_policy(told["most"], actor=self.actor, at=clock.now())
        return Response({"most": showing.policy(self.actor)})


class SignalTriesView(ApiView):
    """The ledger: for which leads all others were asked, and when; never the answer."""

    @extend_schema(responses=forms.SignalTrySerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = showing.tries(self.actor)
        return self.page(rows, forms.SignalTrySerializer, ordering=("-tried_at", "-id"))


class LeadDiscoverabilityView(ApiView):
    """What others may learn of an own lead."""

    @extend_schema(
        request=forms.DiscoverabilitySerializer, responses=forms.DiscoverabilitySerializer
    )
    def put(self, request: Request, lead_id: UUID) -> Response:
        selectors.find(self.actor, lead_id)
        wanted = self.parsed(forms.DiscoverabilitySerializer)["discoverability"]
        lead = services.set_discoverability(lead_id, wanted, actor=self.actor, at=clock.now())
        return Response({"discoverability": lead.discoverability})


class LeadJudgementView(ApiView):
    """The member's own judgement of two leads that it may see."""

    @extend_schema(request=forms.LeadVerdictSerializer, responses=forms.JudgementSerializer)
    def put(self, request: Request, lead_id: UUID, other_id: UUID) -> Response:
        for one in sorted({lead_id, other_id}):
            selectors.find(self.actor, one)
        told = self.parsed(forms.LeadVerdictSerializer)
        row = services.judge_pair(lead_id, other_id, **told, actor=self.actor, at=clock.now())
        return Response(forms.JudgementSerializer(row).data)


class OwnSelectorsView(ApiView):
    """Values that are the member's own: they link no leads and ask nobody."""

    @extend_schema(responses=forms.OwnSelectorSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = showing.own_selectors(self.actor)
        return self.page(rows, forms.OwnSelectorSerializer, ordering=("kind", "norm", "id"))

    @extend_schema(
        request=forms.NewOwnSelectorSerializer, responses={201: forms.OwnSelectorSerializer}
    )
    def post(self, request: Request) -> Response:
        told = self.parsed(forms.NewOwnSelectorSerializer)
        row = services.add_own_selector(**told, actor=self.actor, at=clock.now())
        return Response(forms.OwnSelectorSerializer(row).data, status=201)


class OwnSelectorView(ApiView):
    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, own_selector_id: UUID) -> Response:
        services.remove_own_selector(own_selector_id, actor=self.actor)
        return Response(status=204)


class LeadSightingsView(ApiView):
    """What was seen of a lead's selectors: one's own rows, and for its owner those of allies."""

    @extend_schema(responses=forms.SightingSerializer(many=True))
    def get(self, request: Request, lead_id: UUID) -> Response:
        lead = selectors.find(self.actor, lead_id)
        rows = showing.sightings(self.actor, lead.pk)
        return self.page(rows, forms.SightingSerializer, ordering=("-seen_at", "-id"))

    @extend_schema(request=forms.NewSightingSerializer, responses={201: forms.SightingSerializer})
    def post(self, request: Request, lead_id: UUID) -> Response:
        selectors.find(self.actor, lead_id)
        told = self.parsed(forms.NewSightingSerializer)
        selector_id = told.pop("selector_id")
        seen = services.Observation(**told)
        row = services.observe(lead_id, selector_id, seen, actor=self.actor, at=clock.now())
        return Response(forms.SightingSerializer(row).data, status=201)

"""What members ask of each other over the API: access, passing on, changes, sharing in bulk."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.views import ApiView
from apps.leads import services
from apps.leads.api import ask_forms as forms
from apps.leads.api import share_forms
from apps.leads.api.sharing import projected
from apps.leads.services import answering, asking, proposing, resharing, share_runs
from apps.sharing import selectors
from apps.sharing.models import AccessQuestion, Proposal, ReshareRequest


class SignalRequestsView(ApiView):
    """Ask whoever stands behind a signal for access; nobody learns whether anybody does."""

    @extend_schema(request=forms.AskSerializer, responses={201: forms.AccessRequestSerializer})
    def post(self, request: Request, signal_id: UUID) -> Response:
        ask = asking.Ask(**self.parsed(forms.AskSerializer))
        made = asking.ask_access(signal_id, ask, actor=self.actor, at=clock.now())
        return Response(forms.AccessRequestSerializer(made).data, status=201)


class AccessRequestsView(ApiView):
    """What the member has asked of hidden holders."""

    @extend_schema(responses=forms.AccessRequestSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.page(selectors.requests(self.actor), forms.AccessRequestSerializer)


class AccessRequestWithdrawView(ApiView):
    """Ask no longer."""

    @extend_schema(request=None, responses=forms.AccessRequestSerializer)
    def post(self, request: Request, request_id: UUID) -> Response:
        done = asking.withdraw_request(request_id, actor=self.actor, at=clock.now())
        return Response(forms.AccessRequestSerializer(done).data)


class AccessQuestionsView(ApiView):
    """What others ask of the member."""

    @extend_schema(responses=forms.AccessQuestionSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.page(selectors.questions(self.actor), forms.AccessQuestionSerializer)


class _QuestionView(ApiView):
    def shown(self, question: AccessQuestion) -> Response:
        return Response(forms.AccessQuestionSerializer(question).data)


class AccessQuestionRecommendView(_QuestionView):
    """Tell the managers what one would answer."""

    @extend_schema(request=forms.RecommendationSerializer, responses=forms.AccessQuestionSerializer)
    def post(self, request: Request, question_id: UUID) -> Response:
        text = self.parsed(forms.RecommendationSerializer)["text"]
        return self.shown(answering.recommend(question_id, text, actor=self.actor, at=clock.now()))


class AccessQuestionGrantView(_QuestionView):
    """Give access, and get what is offered in return."""

    @extend_schema(request=forms.LeadAnswerSerializer, responses=forms.AccessQuestionSerializer)
    def post(self, request: Request, question_id: UUID) -> Response:
        terms = share_forms.terms_of(self.parsed(forms.LeadAnswerSerializer))
        return self.shown(
            answering.grant_access(question_id, terms, actor=self.actor, at=clock.now())
        )


class AccessQuestionDeclineView(_QuestionView):
    """Give nothing; the requester learns no sooner than if nobody had answered."""

    @extend_schema(request=None, responses=forms.AccessQuestionSerializer)
    def post(self, request: Request, question_id: UUID) -> Response:
        return self.shown(answering.decline(question_id, actor=self.actor, at=clock.now()))


class LeadResharesView(ApiView):
    """Ask the owner of a lead to share it with one more member."""

    @extend_schema(request=forms.ReshareAskSerializer, responses={201: forms.ReshareSerializer})
    def post(self, request: Request, lead_id: UUID) -> Response:
        asked = self.parsed(forms.ReshareAskSerializer)
        made = resharing.ask_reshare(
            lead_id,
            asked["target_id"],
            level=asked["level"],
            purpose=asked["purpose"],
            actor=self.actor,
            at=clock.now(),
        )
        return Response(forms.ReshareSerializer(made).data, status=201)


class ResharesView(ApiView):
    """What the member has asked owners to pass on, and what is asked of it."""

    @extend_schema(responses=forms.ReshareSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.page(selectors.reshares(self.actor), forms.ReshareSerializer)


class _ReshareView(ApiView):
    def shown(self, asked: ReshareRequest) -> Response:
        return Response(forms.ReshareSerializer(asked).data)


class ReshareApproveView(ApiView):
    """Share as asked: the owner's own grant."""

    @extend_schema(request=None, responses={201: share_forms.LeadGrantSerializer})
    def post(self, request: Request, reshare_id: UUID) -> Response:
        given = resharing.approve_reshare(reshare_id, actor=self.actor, at=clock.now())
        return Response(share_forms.LeadGrantSerializer(given).data, status=201)


class ReshareDeclineView(_ReshareView):
    @extend_schema(request=None, responses=forms.ReshareSerializer)
    def post(self, request: Request, reshare_id: UUID) -> Response:
        return self.shown(resharing.decline_reshare(reshare_id, actor=self.actor, at=clock.now()))


class ReshareWithdrawView(_ReshareView):
    @extend_schema(request=None, responses=forms.ReshareSerializer)
    def post(self, request: Request, reshare_id: UUID) -> Response:
        return self.shown(resharing.withdraw_reshare(reshare_id, actor=self.actor, at=clock.now()))


class LeadProposalsView(ApiView):
    """Propose other facts for an ally's lead."""

    @extend_schema(request=forms.ProposeSerializer, responses={201: forms.ProposalSerializer})
    def post(self, request: Request, lead_id: UUID) -> Response:
        asked = self.parsed(forms.ProposeSerializer)
        made = proposing.propose(
            lead_id, asked["changes"], note=asked["note"], actor=self.actor, at=clock.now()
        )
        return Response(forms.ProposalSerializer(made).data, status=201)


class ProposalsView(ApiView):
    """What the member proposes to others, and what is proposed to it."""

    @extend_schema(responses=forms.ProposalSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.page(selectors.proposals(self.actor), forms.ProposalSerializer)


class _ProposalView(ApiView):
    def shown(self, proposal: Proposal) -> Response:
        return Response(forms.ProposalSerializer(proposal).data)


class ProposalAcceptView(_ProposalView):
    """Change the lead as proposed; one whose lead has changed since is answered as obsolete."""

    @extend_schema(request=None, responses=forms.ProposalSerializer)
    def post(self, request: Request, proposal_id: UUID) -> Response:
        return self.shown(proposing.accept_proposal(proposal_id, actor=self.actor, at=clock.now()))


class ProposalRejectView(_ProposalView):
    @extend_schema(request=None, responses=forms.ProposalSerializer)
    def post(self, request: Request, proposal_id: UUID) -> Response:
        return self.shown(proposing.reject_proposal(proposal_id, actor=self.actor, at=clock.now()))


class ProposalWithdrawView(_ProposalView):
    @extend_schema(request=None, responses=forms.ProposalSerializer)
    def post(self, request: Request, proposal_id: UUID) -> Response:
        return self.shown(
            proposing.withdraw_proposal(proposal_id, actor=self.actor, at=clock.now())
        )


def _chosen(asked: dict[str, Any]) -> share_runs.Chosen:
    chosen = dict(asked["chosen"])
    return share_runs.Chosen(**{**chosen, "lead_ids": tuple(chosen["lead_ids"])})


class ShareRunsView(ApiView):
    """Share many leads at once, in the background."""

    @extend_schema(responses=forms.ShareRunSerializer(many=True))
    def get(self, request: Request) -> Response:
        return self.page(selectors.share_runs(self.actor), forms.ShareRunSerializer)

    @extend_schema(request=forms.NewShareRunSerializer, responses={202: forms.ShareRunSerializer})
    def post(self, request: Request) -> Response:
        asked = self.parsed(forms.NewShareRunSerializer)
        run = services.start_share_run(
            _chosen(asked),
            [share_forms.share_of(one) for one in asked["audience"]],
            actor=self.actor,
            at=clock.now(),
        )
        return Response(forms.ShareRunSerializer(run).data, status=202)


class ShareRunPreviewView(ApiView):
    """What each of an audience will read of many leads; nothing is shared yet."""

    @extend_schema(
        request=forms.NewShareRunSerializer, responses=forms.RunPreviewSerializer(many=True)
    )
    def post(self, request: Request) -> Response:
        asked = self.parsed(forms.NewShareRunSerializer)
        shares = [share_forms.share_of(one) for one in asked["audience"]]
        found: Any = services.preview_run(_chosen(asked), shares, actor=self.actor)
        context = {"project": projected}
        return Response(forms.RunPreviewSerializer(found, many=True, context=context).data)


class ShareRunView(ApiView):
    """How far it is."""

    @extend_schema(responses=forms.ShareRunSerializer)
    def get(self, request: Request, run_id: UUID) -> Response:
        return Response(forms.ShareRunSerializer(selectors.share_run(self.actor, run_id)).data)


class ShareRunItemsView(ApiView):
    """What became of each lead."""

    @extend_schema(responses=forms.ShareRunItemSerializer(many=True))
    def get(self, request: Request, run_id: UUID) -> Response:
        run = selectors.share_run(self.actor, run_id)
        return self.page(run.items.all(), forms.ShareRunItemSerializer, ordering=("position",))


class ShareRunCancelView(ApiView):
    """Stop; what was shared stays shared."""

    @extend_schema(request=None, responses=forms.ShareRunSerializer)
    def post(self, request: Request, run_id: UUID) -> Response:
        done = services.cancel_share_run(run_id, actor=self.actor, at=clock.now())
        return Response(forms.ShareRunSerializer(done).data)

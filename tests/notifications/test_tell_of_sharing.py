"""What is asked of a member, answered to it or owed by it rings there, and nowhere else."""

from uuid import UUID

import pytest

from apps.core import clock, outbox, scope
from apps.core.actor import Actor
from apps.core.registries import subjects
from apps.leads import services as leads
from apps.leads.models import Lead
from apps.leads.services import proposing, resharing
from apps.members.models import Member
from apps.notifications.models import Notification
from apps.sharing import services as sharing
from apps.sharing.models import Candidacy, Circle, DeletionDuty, Grant
from tests.factories.world import NOON, make_member, make_person
from tests.leads.conftest import report as make_report

pytestmark = pytest.mark.django_db
report = make_report
KINDS = ("proposal.", "reshare.", "deletion.", "candidacy.")


@pytest.fixture
def lia(solmara: Member, circle: Circle) -> Actor:
    """Solmara's manager."""
    return make_person("Lia Prado", solmara, role="manager")


@pytest.fixture
def lead(mia: Actor, bo: Actor, report) -> Lead:
    return report(mia, "Fake serum", tlp="green")


@pytest.fixture
def given(mia: Actor, bo: Actor, lead: Lead) -> Grant:
    to = sharing.Grantee(kind="member", id=bo.member_id)
    terms = sharing.Terms(level=3, purpose="Raid", capabilities=("export", "propose", "reshare"))
    with scope.acting(mia):
        shares = [leads.Share(to=to, terms=terms)]
        return leads.share_lead(lead.pk, shares, actor=mia, at=NOON)[0]


@pytest.fixture
def kite(cy: Actor, mia: Actor, circle: Circle) -> Actor:
    """Kitefin's analyst, whose member sits in the circle."""
    with scope.acting(mia):
        sharing.join_circle(circle, cy.member_id, actor=mia, at=NOON)
    return cy


def told(*actors: Actor) -> list[tuple[str, UUID]]:
    outbox.drain()
    found = []
    for actor in actors:
        with scope.acting(actor):
            rows = Notification.objects.filter(user_id=actor.user_id)
            found += [
                (row.kind, row.user_id) for row in rows.order_by("id") if row.kind.startswith(KINDS)
            ]
    return found


@pytest.fixture
def stranger() -> Actor:
    """Of a member that shares nothing with anybody."""
    return make_person("Sam Stray", make_member("Strayholm", "STR"), role="manager")


def watchers(kind: str, ident: UUID, *actors: Actor) -> list[Actor]:
    """Who of these may open what a notification is about, and hear of it live."""
    found = []
    for actor in actors:
        with scope.acting(actor):
            found += [actor] if subjects[kind].may_watch(actor, ident) else []
    return found


def test_proposal_rings_at_the_owner_and_its_answer_at_whoever_made_it(
    mia: Actor, ana: Actor, bo: Actor, *, cy: Actor, stranger: Actor, given: Grant
) -> None:
    lead_id, changes = given.subject_id, {"title": "Cream"}
    with scope.acting(bo):
        made = proposing.propose(lead_id, changes, note="", actor=bo, at=clock.now())
    asked = [("proposal.made", mia.user_id), ("proposal.made", ana.user_id)]
    assert told(mia, ana, bo, cy) == asked
    assert watchers("proposal", made.pk, ana, bo, cy, stranger) == [ana, bo]

    with scope.acting(ana):
        proposing.reject_proposal(made.pk, actor=ana, at=clock.now())

    assert told(mia, ana, bo, cy) == [*asked, ("proposal.answered", bo.user_id)]


def test_withdrawn_proposal_rings_nowhere(mia: Actor, bo: Actor, lead: Lead, given: Grant) -> None:
    with scope.acting(bo):
        made = proposing.propose(lead.pk, {"title": "Cream"}, note="", actor=bo, at=clock.now())
        proposing.withdraw_proposal(made.pk, actor=bo, at=clock.now())

    assert told(mia, bo) == []


def test_request_to_pass_on_rings_at_those_who_may_answer_it(
    mia: Actor, ana: Actor, bo: Actor, *, kite: Actor, stranger: Actor, given: Grant
) -> None:
    with scope.acting(bo):
        asked = resharing.ask_reshare(
            given.subject_id, kite.member_id, level=1, purpose="Raid", actor=bo, at=clock.now()
        )
    assert told(mia, ana, bo, kite) == [("reshare.asked", mia.user_id)]
    assert watchers("reshare", asked.pk, mia, bo, kite, stranger) == [mia, bo]

    with scope.acting(mia):
        resharing.decline_reshare(asked.pk, actor=mia, at=clock.now())

    assert told(ana, bo, kite) == [("reshare.answered", bo.user_id)]


def test_end_of_access_rings_where_copies_are(
    mia: Actor, bo: Actor, lia: Actor, *, cy: Actor, stranger: Actor, lead: Lead, given: Grant
) -> None:
    with scope.acting(bo):
        copies = [(("lead", lead.pk), mia.member_id, 3)]
        sharing.record_exports(copies, format_name="csv", actor=bo, at=NOON)

    with scope.acting(mia):
        leads.revoke_share(lead.pk, given.pk, reason="", actor=mia, at=clock.now())

    owed = [("deletion.owed", bo.user_id), ("deletion.owed", lia.user_id)]
    assert told(mia, bo, lia) == owed
    with scope.acting(bo):
        duty = DeletionDuty.objects.get()
    assert watchers("deletion", duty.pk, bo, lia, cy, stranger) == [bo, lia]


def test_who_stands_for_a_seat_rings_at_the_keeper_and_the_answer_at_the_candidate(
    mia: Actor, ana: Actor, lia: Actor, *, stranger: Actor, kitefin: Member, circle: Circle
) -> None:
    max_ = make_person("Max Chan", kitefin, role="manager")
    with scope.acting(lia):
        code = sharing.recommend_to_circle(circle.pk, actor=lia, at=NOON)
    with scope.acting(max_):
        sharing.join_by_code(code, actor=max_, at=NOON)
        found = Candidacy.objects.get()
    assert told(mia, ana, lia, max_) == [("candidacy.opened", mia.user_id)]
    assert watchers("candidacy", found.pk, mia, max_, stranger) == [mia, max_]

    with scope.acting(mia):
        sharing.admit(found.pk, actor=mia, at=clock.now())

    assert told(ana, lia, max_) == [("candidacy.answered", max_.user_id)]

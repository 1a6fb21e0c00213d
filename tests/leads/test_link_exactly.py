"""Exact links inside what one may see: own leads and granted ones, and nobody else's."""

import hashlib
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import scope
from apps.core.actor import Actor
from apps.core.models import Access
from apps.leads import selectors, services
from apps.leads.correlating import keys, links, postings
from apps.leads.correlating.models import SelectorPosting
from apps.leads.models import Lead, LeadSelector
from tests.factories.world import NOON
from tests.leads.conftest import Import, Report

pytestmark = pytest.mark.django_db
Share = Callable[..., None]
MAIL, PHONE = "sales@lumi-serum.example", "+86 571 5550 1001"


@pytest.fixture(autouse=True)
def evidence_root(settings: Any, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path


@pytest.fixture(params=[(0, 0), (0, 9), (100, 4000)], ids=["common", "middle", "rare"])
def common_from(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that many leads have is looked up in another way, and finds the same."""
    few, many = request.param
    monkeypatch.setattr(links, "_FEW", few)
    monkeypatch.setattr(links, "_MANY", many)


def linked(actor: Actor, lead: Lead, *, muted: bool = False, most: int = 9) -> list[Any]:
    with scope.acting(actor):
        found = selectors.links_of(actor, lead.pk, most=most)
    return [match.lead.id for match in (found.matches if muted else found.open)]


def came_in_turn(leads: Iterable[Lead], owner: Actor, *, after: int = 0) -> None:
    """Whoever sees these leads got access to them in this order, a minute apart."""
    for minute, lead in enumerate(leads, after):
        with scope.acting(owner):
            came_at = NOON + timedelta(minutes=minute)
            Access.objects.filter(subject_id=lead.pk).update(created_at=came_at)


@pytest.mark.usefixtures("common_from")
def test_own_leads_and_granted_ones_are_linked_and_a_strangers_is_not(
    ana: Actor, bo: Actor, cy: Actor, report: Report, share: Share
) -> None:
    mine, twin = report(ana, email=MAIL), report(ana, "Twin", email=MAIL.upper())
    granted, unshared = report(bo, email=MAIL), report(bo, email=MAIL)
    report(cy, email=MAIL)
    share(granted, owner=bo, ally=ana, level=3)

    assert linked(ana, mine) == [granted.pk, twin.pk]
    assert linked(bo, unshared) == [granted.pk]
    assert linked(ana, granted) == [twin.pk, mine.pk]


@pytest.mark.usefixtures("common_from")
@pytest.mark.parametrize(("level", "kinds"), [(1, []), (2, ["domain"]), (3, ["domain", "phone"])])
def test_link_by_a_withheld_kind_is_no_link(
    ana: Actor, bo: Actor, report: Report, share: Share, *, level: int, kinds: list[str]
) -> None:
    """From either side: what one may not read of a lead does not show by another lead, either."""
    mine = report(ana, phone=PHONE, domain="lumi-serum.example")
    theirs = report(bo, phone=PHONE, domain="lumi-serum.example")
    share(theirs, owner=bo, ally=ana, level=level)

    for lead in (mine, theirs):
        with scope.acting(ana):
            found = selectors.links_of(ana, lead.pk)
        assert [match.kinds for match in found.matches] == ([kinds] if kinds else [])


@pytest.mark.usefixtures("common_from")
def test_ten_thousand_hidden_leads_do_not_push_out_a_visible_one(
    ana: Actor, bo: Actor, cy: Actor, report: Report, share: Share, *, monkeypatch: Any
) -> None:
    monkeypatch.setattr(links, "MOST_OF_ONE", 2)
    mine = report(ana, email=MAIL)
    granted = report(bo, email=MAIL)
    for actor in (bo, cy, bo, cy, bo):
        report(actor, email=MAIL)
    share(granted, owner=bo, ally=ana, level=3)

    assert linked(ana, mine) == [granted.pk]
    with scope.acting(ana):
        assert not selectors.links_of(ana, mine.pk).has_more


def test_ended_access_links_nothing(ana: Actor, bo: Actor, report: Report, share: Share) -> None:
    mine, theirs = report(ana, email=MAIL), report(bo, email=MAIL)
    share(theirs, owner=bo, ally=ana, level=3)
    with scope.acting(bo):
        Access.objects.filter(viewer_id=ana.member_id, subject_id=theirs.pk).update(
            expires_at=NOON.replace(year=2020)
        )

    assert linked(ana, mine) == []


def test_links_take_the_same_few_statements_for_any_number(ana: Actor, report: Report) -> None:
    told = []
    for count in (2, 12):
        leads = [report(ana, email=f"{count}-{MAIL}", phone=PHONE) for _ in range(count)]
        with scope.acting(ana), CaptureQueriesContext(connection) as asked:
            selectors.links_of(ana, leads[0].pk)
        told.append(len([q for q in asked if "set_config" not in q["sql"]]))

    assert told[0] == told[1] <= 4


def test_links_follow_edits_and_imports(ana: Actor, report: Report, import_file: Import) -> None:
    mine = report(ana, domain="lumi-serum.example")
    import_file(ana, b"domain\nlumi-serum.example\nother.example\n")
    with scope.acting(ana):
        (imported,) = selectors.links_of(ana, mine.pk).matches
        services.change_lead(
            mine.pk, {"values": {"domain": ("other.example",)}}, version=None, actor=ana, at=NOON
        )
        (other,) = selectors.links_of(ana, mine.pk).matches

    assert imported.lead.title == "lumi-serum.example"
    assert other.lead.title == "other.example"


def test_pair_judged_different_is_muted_for_its_member_alone(
    ana: Actor, mia: Actor, bo: Actor, report: Report, share: Share
) -> None:
    mine, twin = report(ana, email=MAIL), report(ana, email=MAIL)
    for lead in (mine, twin):
        share(lead, owner=ana, ally=bo, level=3)
    with scope.acting(ana):
        services.judge_pair(twin.pk, mine.pk, "different", actor=ana, at=NOON)

    assert linked(ana, mine) == linked(mia, twin) == []
    assert linked(ana, mine, muted=True) == [twin.pk]
    assert linked(bo, mine) == [twin.pk]
    with scope.acting(ana):
        services.judge_pair(mine.pk, twin.pk, "same", actor=ana, at=NOON)
    assert linked(ana, mine) == [twin.pk]


def test_value_of_ones_own_links_nothing_until_it_is_taken_back(mia: Actor, report: Report) -> None:
    mine, twin = (
        report(mia, domain="aurelis-shop.example"),
        report(mia, domain="https://aurelis-shop.example/"),
    )
    with scope.acting(mia):
        row = services.add_own_selector("domain", "AURELIS-SHOP.example", actor=mia, at=NOON)
    assert linked(mia, mine) == []
    report(mia, domain="aurelis-shop.example")
    assert linked(mia, mine) == []

    with scope.acting(mia):
        services.remove_own_selector(row.pk, actor=mia)

    assert twin.pk in linked(mia, mine)


@pytest.mark.parametrize(
    ("value", "is_covered"),
    [
        ({"domain": "aurelis-shop.example"}, True),
        ({"domain": "www.aurelis-shop.example"}, True),
        ({"url": "https://news.aurelis-shop.example/serum?id=1"}, True),
        ({"email": "care@aurelis-shop.example"}, True),
        ({"domain": "not-aurelis-shop.example"}, False),
        ({"url": "https://mirror.example/aurelis-shop.example"}, False),
        ({"email": "aurelis-shop.example@mail-1.example"}, False),
        ({"phone": PHONE}, False),
    ],
)
def test_own_domain_covers_its_hosts_pages_and_mailboxes(
    mia: Actor, report: Report, *, value: dict[str, str], is_covered: bool
) -> None:
    """In links, in counts of them, and in what is posted for others to match."""
    early, twin = report(mia, **value), report(mia, **value)
    with scope.acting(mia):
        row = services.add_own_selector("domain", "aurelis-shop.example", actor=mia, at=NOON)
    late = report(mia, **value)
    with scope.acting(mia):
        postings.settle(mia.member_id, [late.pk])

    links_with = [] if is_covered else [late.pk, twin.pk]
    assert linked(mia, early) == links_with
    with scope.acting(mia):
        assert selectors.link_counts(mia, [early.pk]).get(early.pk, 0) == len(links_with)
        assert SelectorPosting.objects.exists() is not is_covered

        services.remove_own_selector(row.pk, actor=mia)
        leads_posted = set(SelectorPosting.objects.values_list("lead_id", flat=True))
    assert leads_posted == {early.pk, twin.pk, late.pk}
    assert linked(mia, early) == [late.pk, twin.pk]


def test_dump_shows_no_digest_that_can_be_made_without_the_key(ana: Actor, report: Report) -> None:
    """Row 41: telephone numbers can all be tried, but not against a keyed digest."""
    lead = report(ana, phone=PHONE)
    with scope.acting(ana):
        (row,) = LeadSelector.objects.filter(lead=lead)
    written = ("1", "phone", "", row.norm)
    guesses = {
        hashlib.sha256(mark.join(parts).encode()).digest()
        for mark in ("", "|", "\x1f", ":", "\n")
        for parts in (written, written[1:], (row.norm,), ("phone", row.norm))
    }

    (posting,) = SelectorPosting.objects.filter(lead_id=lead.pk)

    assert bytes(posting.digest) not in guesses
    assert len(bytes(posting.digest)) == 32
    assert bytes(posting.digest) == keys.current().digest(postings.named(row))


@pytest.mark.usefixtures("common_from")
@pytest.mark.parametrize("whose", ["own", "an ally's"])
def test_one_members_flood_of_one_value_is_cut(
    ana: Actor, bo: Actor, report: Report, share: Share, *, whose: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr(links, "MOST_OF_ONE", 2)
    owner = ana if whose == "own" else bo
    mine = report(ana, email=MAIL, phone=PHONE)
    flood = [report(owner, email=MAIL) for _ in range(4)] + [report(owner, phone=PHONE)]
    for lead in flood if owner is bo else ():
        share(lead, owner=bo, ally=ana, level=3)

    assert linked(ana, mine) == [flood[4].pk, flood[3].pk, flood[2].pk]
    with scope.acting(ana):
        found = selectors.links_of(ana, mine.pk)
    assert (found.has_more, found.values) == (True, (MAIL,))


@pytest.mark.usefixtures("common_from")
def test_of_a_flood_what_was_shared_last_is_told(
    ana: Actor, bo: Actor, report: Report, share: Share, *, monkeypatch: Any
) -> None:
    monkeypatch.setattr(links, "MOST_OF_ONE", 2)
    mine = report(ana, email=MAIL)
    theirs = [report(bo, email=MAIL) for _ in range(3)]
    for lead in theirs:
        share(lead, owner=bo, ally=ana, level=3)
    came_in_turn(reversed(theirs), bo)

    assert linked(ana, mine) == [theirs[0].pk, theirs[1].pk]


@pytest.mark.usefixtures("common_from")
def test_whether_there_are_more_is_told_with_the_values_that_find_them(
    ana: Actor, bo: Actor, report: Report, share: Share, *, monkeypatch: Any
) -> None:
    monkeypatch.setattr(links, "MOST_OF_ONE", 2)
    mine = report(ana, email=MAIL, phone=PHONE)
    for values in ({"email": MAIL}, {"email": MAIL}, {"phone": PHONE}):
        report(ana, **values)
    with scope.acting(ana):
        whole = selectors.links_of(ana, mine.pk, most=3)
    theirs = report(bo, phone=PHONE)
    share(theirs, owner=bo, ally=ana, level=3)

    with scope.acting(ana):
        cut = selectors.links_of(ana, mine.pk, most=3)
        (read,) = {row.norm for row in LeadSelector.objects.filter(lead=mine, kind="phone")}
        found = {
            value: len(selectors.page(ana, selectors.Wanted(tab="all", text=value)).leads)
            for value in cut.values
        }

    assert (len(whole.matches), whole.has_more, whole.values) == (3, False, ())
    assert (len(cut.matches), cut.has_more, set(cut.values)) == (3, True, {MAIL, read})
    assert found == {MAIL: 3, read: 3}


def test_sealed_value_of_further_leads_is_not_told(
    ana: Actor, report: Report, *, monkeypatch: Any
) -> None:
    monkeypatch.setattr(links, "MOST_OF_ONE", 1)
    mine, *_others = (report(ana, bank_account="DE02120300000000202051") for _ in range(3))

    with scope.acting(ana):
        found = selectors.links_of(ana, mine.pk)

    assert (len(found.matches), found.has_more, found.values) == (1, True, ())


@pytest.mark.usefixtures("common_from")
def test_what_is_cut_of_ones_own_hides_no_older_lead_of_an_ally(
    ana: Actor, bo: Actor, report: Report, share: Share, *, monkeypatch: Any
) -> None:
    """What is asked of allies goes back to the last own lead that is told, not that is read."""
    monkeypatch.setattr(links, "MOST_OF_ONE", 1)
    mine = report(ana, email=MAIL, phone=PHONE)
    granted = report(bo, email=MAIL)
    share(granted, owner=bo, ally=ana, level=3)
    twins = [
        report(ana, **{kind: value})
        for kind, value in (("email", MAIL), ("phone", PHONE))
        for _ in range(2)
    ]
    came_in_turn([granted], bo)
    came_in_turn(twins, ana, after=1)

    assert linked(ana, mine, most=3) == [twins[3].pk, twins[1].pk, granted.pk]


@pytest.mark.usefixtures("common_from")
def test_what_may_be_seen_no_longer_pushes_nothing_out(
    ana: Actor, bo: Actor, report: Report, share: Share, *, monkeypatch: Any
) -> None:
    monkeypatch.setattr(links, "MOST_OF_ONE", 1)
    mine = report(ana, email=MAIL)
    older, newer = report(bo, email=MAIL), report(bo, email=MAIL)
    for lead in (older, newer):
        share(lead, owner=bo, ally=ana, level=3)
    with scope.acting(bo):
        mine_of_newer = Access.objects.filter(viewer_id=ana.member_id, subject_id=newer.pk)
        mine_of_newer.update(expires_at=NOON)

    assert linked(ana, mine) == [older.pk]


@pytest.mark.usefixtures("common_from")
def test_newest_are_told_whoever_owns_them(
    ana: Actor, bo: Actor, report: Report, share: Share
) -> None:
    mine = report(ana, email=MAIL)
    twins = [report(ana, email=MAIL) for _ in range(2)]
    granted = report(bo, email=MAIL)
    share(granted, owner=bo, ally=ana, level=3)
    twins += [report(ana, email=MAIL) for _ in range(3)]
    came_in_turn(twins[:2], ana)
    came_in_turn([granted], bo, after=2)
    came_in_turn(twins[2:], ana, after=3)

    assert linked(ana, mine, most=4) == [twins[4].pk, twins[3].pk, twins[2].pk, granted.pk]


@pytest.mark.parametrize("many", [1, 9], ids=["beside a common one", "beside a frequent one"])
def test_value_that_one_lead_has_is_found_beside_one_that_more_have(
    ana: Actor, bo: Actor, report: Report, share: Share, *, many: int, monkeypatch: Any
) -> None:
    monkeypatch.setattr(links, "_FEW", 1)
    monkeypatch.setattr(links, "_MANY", many)
    mine = report(ana, email=MAIL, phone=PHONE)
    only = report(bo, email=MAIL)
    more = [report(ana, phone=PHONE), report(bo, phone=PHONE)]
    for lead in (only, more[1]):
        share(lead, owner=bo, ally=ana, level=3)

    assert linked(ana, mine) == [more[1].pk, more[0].pk, only.pk]


def test_selector_in_another_spelling_finds_whoever_may_search_by_it(
    ana: Actor, bo: Actor, cy: Actor, report: Report, share: Share
) -> None:
    """What is sealed its owner finds alone, whatever level it is shared at."""
    lead = report(bo, phone=PHONE, bank_account="DE02120300000000202051")
    share(lead, owner=bo, ally=ana, level=4)
    bank = ("DE02120300000000202051", "DE02 1203 0000 0000 2020 51")
    typed = ("+86 (571) 5550-1001", "+86-571-55501001", *bank)

    found = {}
    for actor in (ana, bo, cy):
        with scope.acting(actor):
            found[actor] = [len(selectors.search(actor, text)) for text in typed]

    assert found == {ana: [1, 1, 0, 0], bo: [1, 1, 1, 1], cy: [0, 0, 0, 0]}

"""The attack matrix of sharing: every row has its proof, and one table goes through the channels.

A proof is a test here, or one that stands where its subject is tested; the first test says so for
each row. The table holds what a level may show of one lead, and every channel is asked with it.
"""

import ast
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.core.registries import subjects
from apps.duty import services as duty
from apps.leads import services
from apps.leads.drafts import Draft
from apps.leads.models import Lead
from apps.members.models import User
from apps.notifications.services import courier
from apps.sharing import services as sharing
from apps.sharing.models import Circle, Grant
from tests.factories.world import NOON, client_of, make_member, make_person
from tests.leads.conftest import Import, Report

TESTS = Path(__file__).resolve().parents[1]
HERE = "leads/test_resist_attacks.py"
CHANNELS = HERE + "::test_no_channel_shows_more_than_the_level"
STRANGER = "architecture/test_stranger_everywhere.py::"
SIGNALS = "leads/test_serve_signals.py::"
SIGNALLED = "leads/test_ask_members.py::"
ASKED = "leads/test_ask_for_access.py::"
IMPORTS = "leads/test_import_leads.py::"
SEATS = "sharing/test_suspend_seats.py::"
GRANTS = "sharing/test_hold_grants.py::"
FILES = "evidence/test_serve_evidence.py::"
HOLDS = "investigations/test_hold_targets.py::"
# Row of the matrix: where it is proved.
MATRIX: dict[int, tuple[str, ...]] = {
    1: (STRANGER + "test_thing_of_another_member_is_an_unknown_thing", CHANNELS),
    2: (HERE + "::test_facts_of_ownership_are_not_the_bodys_to_choose",),
    3: (HERE + "::test_foreign_lead_in_a_body_is_an_unknown_lead",),
    4: (HERE + "::test_foreign_id_among_own_ones_is_not_found",),
    5: (STRANGER + "test_part_of_another_members_thing_is_unknown_under_ones_own",),
    6: (HERE + "::test_filter_that_does_not_exist_is_refused", CHANNELS,
        "leads/test_filter_leads.py::test_kind_filter_finds_what_the_reader_is_shown_and_no_more"),
    7: (HERE + "::test_absent_and_forbidden_cost_and_say_the_same",
        "leads/test_serve_leads.py::test_list_takes_the_same_few_statements_for_any_length"),
    8: ("leads/test_link_exactly.py::test_ten_thousand_hidden_leads_do_not_push_out_a_visible_one",
        HERE + "::test_hidden_leads_do_not_push_a_visible_one_off_the_page"),
    9: ("leads/test_ask_members.py::test_quota_of_a_day_holds_for_whatever_way_values_come",
        "leads/test_ask_members.py::test_member_that_guesses_is_frozen_until_staff_clears_it"),
    10: ("leads/test_ask_members.py::test_five_members_must_take_part_in_the_circle",),
    11: ("leads/test_ask_members.py::test_flood_of_one_member_silences_nobody",),
    12: (SIGNALS + "test_post_of_a_known_value_answers_as_one_of_an_unknown_value",),
    13: ("leads/test_ask_for_access.py::test_whatever_the_reason_the_answer_is_the_same",),
    14: (ASKED + "test_same_value_is_asked_about_once_a_month_withdrawn_or_not",),
    15: ("leads/test_share_leads.py::test_grantee_passes_nothing_on_and_changes_no_terms",
         HERE + "::test_copy_needs_its_capability"),
    16: (GRANTS + "test_two_grants_give_the_higher_level_and_both_capabilities",
         "sharing/test_cap_by_lights.py::test_each_light_takes_away_what_it_forbids"),
    17: ("sharing/test_hold_grants.py::test_grant_ends_to_the_second_though_nothing_has_fired",),
    18: ("leads/test_exchange_leads.py::test_revoked_or_reddened_lead_stops_a_finished_file",
         "sharing/test_hold_grants.py::test_sockets_are_told_when_access_ends",
         HERE + "::test_page_after_the_end_of_access_is_empty"),
    19: ("members/test_leave_alliance.py::test_keys_and_invitations_open_nothing",),
    20: ("members/test_keep_people.py::test_ended_membership_loses_pages_api_and_socket",),
    21: ("members/test_sign_in.py::test_member_of_others_in_a_session_counts_for_nothing",),
    22: ("members/test_keep_keys_and_brands.py::test_reading_key_reads_and_never_writes",
         "leads/test_exchange_leads.py::test_key_takes_copies_only_if_its_scope_says_so"),
    23: ("core/test_watch_stream.py::test_stranger_hears_nothing_even_if_she_keeps_listening",
         CHANNELS),
    24: (CHANNELS, "chat/test_guard_rooms.py::test_stranger_and_absent_room_get_the_same_answer"),
    25: (CHANNELS,
         "notifications/test_notify_people.py::test_mail_carries_neither_the_subjects_id_nor_content"),
    26: (CHANNELS, "sharing/test_hold_grants.py::test_grantee_sees_its_own_grant_alone"),
    27: (HERE + "::test_choices_of_others_are_not_offered",),
    28: ("leads/test_link_exactly.py::test_link_by_a_withheld_kind_is_no_link", CHANNELS),
    # Nothing is counted across members yet: there are no figures to subtract.
    29: (HERE + "::test_hidden_lead_changes_no_number_of_others",),
    30: ("leads/test_import_leads.py::test_another_members_same_row_is_not_known",
         FILES + "test_known_content_of_another_member_gets_the_same_answer"),
    31: ("leads/test_serve_leads.py::test_stranger_finds_no_lead_by_any_route",),
    32: ("evidence/test_serve_evidence.py::test_stranger_gets_the_same_404_as_for_nothing",
         "evidence/test_serve_evidence.py::test_range_sends_the_whole_and_head_is_refused"),
    33: (HERE + "::test_file_takes_over_nobodys_lead",),
    34: ("leads/test_exchange_leads.py::test_no_cell_of_a_table_is_a_formula", CHANNELS),
    35: ("core/test_fire_due.py::test_work_is_done_as_its_own_member_and_no_other",),
    36: ("core/test_bind_actor.py::test_stamp_is_sent_again_after_a_savepoint_rollback",
         "architecture/test_strip_the_filter.py::test_stranger_changes_no_row_of_any_table"),
    37: ("leads/test_share_leads.py::test_report_with_an_unsound_audience_is_not_made",
         "sharing/test_hold_grants.py::test_stale_copy_cannot_end_what_was_activated_since"),
    38: ("sharing/test_hold_grants.py::test_dormant_grant_gives_nothing_and_is_activated_once",),
    39: ("leads/test_ask_for_access.py::test_proposal_is_obsolete_once_the_lead_has_changed",),
    40: (SIGNALLED + "test_what_too_many_know_waits_for_staff_and_says_nothing",
         "leads/test_keep_keys.py::test_renormalised_values_keep_what_was_asked_and_told"),
    41: ("leads/test_keep_keys.py::test_half_changed_key_loses_no_match_and_asks_nothing_twice",
         "leads/test_link_exactly.py::test_dump_shows_no_digest_that_can_be_made_without_the_key"),
    42: (IMPORTS + "test_every_kind_is_read_from_a_column_and_lights_only_tighten",
         "leads/test_ask_for_access.py::test_light_and_source_cannot_be_proposed"),
    43: (HOLDS + "test_hold_lasts_thirty_days_at_most_and_again_only_by_review",),
    44: (HERE + "::test_staff_alone_opens_no_lead",
         "core/test_chain_audit.py::test_recomputed_link_breaks_the_next"),
    45: ("sharing/test_form_circles.py::test_key_of_a_partner_forms_no_circle",
         "sharing/test_suspend_seats.py::test_recommended_member_waits_for_the_keeper"),
    46: (SEATS + "test_newcomer_reads_what_came_before_only_with_backfill",),
    47: (HERE + "::test_description_of_a_url_is_the_same_for_everybody",),
    48: (SIGNALS + "test_reader_of_another_zone_or_language_reads_the_same_day",),
}  # fmt: skip


def names_of(path: Path) -> set[str]:
    """The names of the tests in a module."""
    tree = ast.parse(path.read_text())
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {one.name for one in ast.walk(tree) if isinstance(one, functions)}


def test_every_row_of_the_matrix_has_its_proof() -> None:
    named: dict[str, set[str]] = {}
    missing = []
    for row, proofs in MATRIX.items():
        for proof in proofs:
            path, _colons, name = proof.partition("::")
            if path not in named:
                named[path] = names_of(TESTS / path) if (TESTS / path).is_file() else set()
            if name not in named[path]:
                missing.append((row, proof))

    assert missing == []
    assert sorted(MATRIX) == list(range(1, 49))


NEVER = 9
# What stands in the lead, or beside it, and from which level on an ally may meet it.
SECRETS: dict[str, int] = {
    "Brandomir": 2,
    "98765432": 2,
    "Zorvex": 3,
    "Quellip": 3,
    "5550": 3,
    "Vaskinform": NEVER,
    "TR-Yulgan": NEVER,
    "DE75512108001245126199": NEVER,
    "Brakknote": NEVER,
    "Norrvik": NEVER,
    "Hexampurpose": NEVER,
}


@dataclass
class World:
    """A lead with a secret in every class, its owner, an ally, and one whom it does not concern."""

    lead: Lead
    owner: Actor
    ally: Actor
    stranger: Actor
    twin: Lead
    feed: str


@pytest.fixture
def world(mia: Actor, bo: Actor, cy: Actor, circle: Circle, report: Report) -> World:
    lead = tempting(mia)
    other = make_person("Pia Holm", make_member("Norrvik", "NOR"), role="manager")
    with scope.acting(mia):
        sharing.join_circle(circle, other.member_id, actor=mia, at=NOON)
        own = services.create_lead(Draft(title="Own", values={"shop": ("taobao:98765432",)}),
                                   actor=mia, at=NOON)  # fmt: skip
        services.judge_pair(lead.pk, own.pk, "unsure", note="Brakknote", actor=mia, at=NOON)
        give(lead, mia, other, level=2, purpose="Hexampurpose")
    # The ally has a lead of its own about the same shop and number.
    twin = report(
        bo, "Twin", phone="+86 571 5550 1001", url="https://item.taobao.com/item.htm?id=5"
    )
    return World(lead, mia, bo, cy, twin, feed_of(bo))


def tempting(owner: Actor) -> Lead:
    draft = Draft(
        title="Zorvex serum",
        description="Quellip was seen.",
        brand="Brandomir",
        source="Vaskinform",
        their_reference="TR-Yulgan",
        severity="urgent",
        values={
            "shop": ("taobao:98765432",),
            "phone": ("+86 571 5550 1001",),
            "bank_account": ("DE75512108001245126199",),
        },
    )
    with scope.acting(owner):
        return services.create_lead(draft, actor=owner, at=NOON)


def feed_of(actor: Actor) -> str:
    """The address of a desk's calendar of the ally."""
    manager = Actor(actor.member_id, actor.user_id, frozenset({"manager"}))
    with scope.acting(manager):
        facts = duty.DeskFacts(name="Recife", tz="America/Recife", languages=["pt"], country="BR")
        desk = duty.create_desk(facts, actor=manager, at=NOON)
        _feed, token = duty.subscribe_to_desk(desk.pk, name="x", actor=manager, at=NOON)
    return f"/calendars/{token}.ics"


def give(lead: Lead, owner: Actor, ally: Actor, *, level: int, purpose: str = "x") -> None:
    terms = sharing.Terms(level=level, purpose=purpose, capabilities=("export", "propose"))
    to = sharing.Grantee(kind="member", id=ally.member_id)
    services.share_lead(lead.pk, [services.Share(to=to, terms=terms)], actor=owner, at=clock.now())


def end_all(lead: Lead, owner: Actor, ally: Actor) -> None:
    with scope.acting(owner):
        for given in _open_grants(owner, lead, ally):
            services.revoke_share(lead.pk, given, reason="", actor=owner, at=clock.now())


def _open_grants(owner: Actor, lead: Lead, ally: Actor) -> list[UUID]:
    rows = Grant.objects.filter(subject_id=lead.pk, grantee_id=ally.member_id, state="active")
    return list(rows.values_list("pk", flat=True))


def body_of(answer: Any) -> str:
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return data.decode(errors="replace")


Channel = Callable[[Client, Actor, World], Iterator[str]]


def told_in_detail(client: Client, _actor: Actor, world: World) -> Iterator[str]:
    ident = world.lead.pk
    yield body_of(client.get(f"/leads/{ident}/"))
    yield body_of(client.get(f"/leads/{ident}/panel/"))
    for part in ("", "selectors/", "known/", "timeline/", "similar/", "grants/", "sightings/",
                 "priority/", "readers/", "copies/", "tombstone/", "proposals/", "reshares/",
                 "disclosures/"):  # fmt: skip
        yield body_of(client.get(f"/api/v1/leads/{ident}/{part}"))


def told_in_lists(client: Client, _actor: Actor, _world: World) -> Iterator[str]:
    for path in ("leads/?tab=allies", "leads/?tab=all", "leads/shared/", "leads/requests/",
                 "leads/searches/", "leads/exports/", "leads/imports/"):  # fmt: skip
        yield body_of(client.get(f"/{path}"))
    for path in ("leads/", "leads/?tab=allies&sort=priority", "leads/shared/", "copies/",
                 "deletions/", "proposals/", "reshares/", "access-requests/"):  # fmt: skip
        yield body_of(client.get(f"/api/v1/{path}"))


def told_by_search(client: Client, _actor: Actor, world: World) -> Iterator[str]:
    """A hit says that the word is there, whatever is shown of it."""
    for word in SECRETS:
        hits = client.get("/api/v1/search/", {"q": word}).json()
        yield word if str(world.lead.pk) in {hit["id"] for hit in hits} else ""
        yield json.dumps([hit for hit in hits if hit["id"] == str(world.lead.pk)])


FACETS = {
    "brand:Brandomir": "Brandomir",
    "kind:shop": "98765432",
    "kind:phone": "98765432",
    # That there is one is masked with it until L3, as the title is.
    "kind:bank_account": "Zorvex",
    "status:new": "Zorvex",
    "severity:urgent": "Zorvex",
    "source:Vaskinform": "Vaskinform",
    "assignee:nobody": "Brakknote",
    "is:awake": "Brakknote",
}


def told_by_facets(client: Client, _actor: Actor, world: World) -> Iterator[str]:
    """A filter that matches says what it filters by."""
    asked = [({"q": text}, word) for text, word in FACETS.items()]
    asked += [({"brand": "Brandomir"}, "Brandomir"), ({"severity": "urgent"}, "Zorvex")]
    for query, word in asked:
        rows = client.get("/api/v1/leads/", query).json()["results"]
        yield word if str(world.lead.pk) in {row["id"] for row in rows} else ""


def told_by_counts(client: Client, _actor: Actor, world: World) -> Iterator[str]:
    """A kept search counts no further than its reader reads."""
    for text in ("brand:Brandomir", "kind:shop", "status:new", "source:Vaskinform"):
        word = FACETS[text]
        body = {"name": text, "text": text, "tab": "allies"}
        client.post("/api/v1/lead-searches/", body, "application/json")
        kept = client.get("/api/v1/lead-searches/").json()
        rows = kept["results"] if isinstance(kept, dict) else kept
        counts = {row["name"]: row.get("count", 0) for row in rows}
        yield word if counts.get(text) else ""
        for row in rows:
            client.delete(f"/api/v1/lead-searches/{row['id']}/")


def told_by_signals(client: Client, _actor: Actor, world: World) -> Iterator[str]:
    for path in ("/leads/signals/", "/api/v1/signals/", f"/api/v1/leads/{world.twin.pk}/known/",
                 f"/api/v1/leads/{world.twin.pk}/similar/",
                 f"/api/v1/leads/{world.twin.pk}/timeline/",
                 f"/api/v1/leads/{world.twin.pk}/compare/{world.lead.pk}/"):  # fmt: skip
        text = body_of(client.get(path))
        # The ally's own number is no secret to it.
        yield text.replace("5550", "")


def told_in_chat(client: Client, actor: Actor, world: World) -> Iterator[str]:
    yield body_of(client.get("/api/v1/rooms/", {"root": f"lead.{world.lead.pk}"}))
    with scope.acting(actor):
        if subjects["lead"].may_watch(actor, world.lead.pk):
            yield subjects["lead"].title(actor, world.lead.pk)


def told_in_files(client: Client, _actor: Actor, world: World) -> Iterator[str]:
    for format_ in ("stix", "jsonl"):
        for more in ({"lead_ids": [str(world.lead.pk)]}, {"listed": {"tab": "allies"}}):
            made = client.post(
                "/api/v1/leads/exports/", {"format": format_, **more}, "application/json"
            )
            yield body_of(made)
            if made.status_code == 201:
                ident = made.json()["id"]
                yield body_of(client.get(f"/api/v1/leads/exports/{ident}/file/"))
    yield body_of(client.get("/api/v1/leads/export.csv"))


def told_by_mail(client: Client, actor: Actor, _world: World) -> Iterator[str]:
    courier.deliver()
    person = User.objects.get(pk=actor.user_id)
    for message in mail.outbox:
        if person.email in message.to:
            yield f"{message.subject}\n{message.body}\n{message.alternatives}"
    yield body_of(client.get("/api/v1/notifications/"))
    yield body_of(client.get("/notifications/"))


def told_by_frames(client: Client, _actor: Actor, world: World) -> Iterator[str]:
    """What a socket sends of a subject are these hints, one by one."""
    yield body_of(client.get(f"/api/v1/subjects/lead/{world.lead.pk}/events/"))
    yield body_of(client.get("/api/v1/events/"))


def told_by_calendar(_client: Client, _actor: Actor, world: World) -> Iterator[str]:
    yield body_of(Client().get(world.feed))


def told_by_errors(client: Client, _actor: Actor, world: World) -> Iterator[str]:
    ident = str(world.lead.pk)
    for path, body in bodies(ident, str(world.twin.pk)):
        yield body_of(client.post(f"/api/v1/{path}", body, "application/json"))
    for change in ({"title": "x"}, {"tlp": "clear"}, {"values": {}}):
        yield body_of(client.patch(f"/api/v1/leads/{ident}/", change, "application/json"))


CHANNEL: dict[str, Channel] = {
    "detail": told_in_detail,
    "list": told_in_lists,
    "search": told_by_search,
    "facets": told_by_facets,
    "counts": told_by_counts,
    "match signal": told_by_signals,
    "chat card": told_in_chat,
    "export": told_in_files,
    "e-mail and bell": told_by_mail,
    "websocket frame": told_by_frames,
    "iCal": told_by_calendar,
    "error message": told_by_errors,
}


# These carry nothing of a lead, whatever its reader reads.
SILENT = frozenset({"e-mail and bell", "websocket frame", "iCal", "error message"})


def leaks(world: World, actor: Actor, level: int) -> list[tuple[str, int, str]]:
    """What each channel that speaks tells this reader beyond its level."""
    client, found = client_of(actor, raise_request_exception=False), []
    for name, channel in CHANNEL.items():
        if name in SILENT and level:
            continue
        text = "\n".join(channel(client, actor, world))
        found += [(name, level, s) for s, least in SECRETS.items() if least > level and s in text]
    return found


@pytest.mark.django_db
def test_no_channel_shows_more_than_the_level(world: World) -> None:
    found = leaks(world, world.stranger, 0)
    for level in (1, 2, 3, 4):
        with scope.acting(world.owner):
            give(world.lead, world.owner, world.ally, level=level)
        found += leaks(world, world.ally, level)
        end_all(world.lead, world.owner, world.ally)
    found += leaks(world, world.ally, 0)

    assert not found, sorted(set(found))


@pytest.mark.django_db
def test_channels_tell_what_the_level_shows(world: World) -> None:
    """The table above would be green on empty pages: each channel that may speak does."""
    with scope.acting(world.owner):
        give(world.lead, world.owner, world.ally, level=4)
    client = client_of(world.ally)

    told = {
        name: "\n".join(channel(client, world.ally, world)) for name, channel in CHANNEL.items()
    }

    assert {name for name, text in told.items() if "Zorvex" not in text} == SILENT
    assert not [(name, s) for name in SILENT for s in SECRETS if s in told[name]]


def bodies(ident: str, own: str) -> list[tuple[str, dict[str, Any]]]:
    """Requests about one's own things that name a lead."""
    until = "2099-01-01T00:00:00Z"
    return [
        (f"leads/{own}/duplicate/", {"of": ident}),
        ("target-holds/", {"lead_id": ident, "hold_until": until, "reason": "x"}),
        ("leads/exports/", {"format": "csv", "lead_ids": [ident]}),
        ("leads/bulk/", {"verb": "severity", "severity": "watch", "ids": [ident]}),
        ("share-runs/", {"chosen": {"lead_ids": [ident]}, "audience": []}),
        (f"leads/{ident}/proposals/", {"changes": {"title": "x"}}),
        (f"leads/{ident}/reshares/", {"target_id": own, "level": 1, "purpose": "x"}),
        (f"leads/{ident}/grants/", {"audience": []}),
        (f"leads/{ident}/disclosures/", {"reason": "x"}),
    ]  # fmt: skip


def answers(client: Client, ident: UUID, own: UUID) -> list[tuple[str, int, str, int]]:
    """What reading and writing about one id says, and how many statements it takes."""
    told = []
    reading = [f"leads/{ident}/{part}" for part in ("", "grants/", "selectors/", "known/",
               "timeline/", "readers/", "copies/", "tombstone/", "disclosures/")]  # fmt: skip
    reading += [f"leads/{own}/compare/{ident}/", f"subjects/lead/{ident}/events/"]
    asks: list[tuple[str, Any]] = [(path, None) for path in reading]
    asks += list(bodies(str(ident), str(own)))
    for path, body in asks:
        with CaptureQueriesContext(connection) as asked:
            url = f"/api/v1/{path}"
            answer = client.post(url, body, "application/json") if body else client.get(url)
        shown = re.sub(r'"request_id":"[^"]*"', "", body_of(answer)).replace(str(ident), "ID")
        if path == "leads/bulk/":
            # It has an id and a time of its own.
            made = answer.json()
            shown = str((made["done"], made["refused"], shown.count("not_found")))
        told.append((path.replace(str(ident), "ID"), answer.status_code, shown, len(asked)))
    return told


@pytest.mark.django_db
def test_absent_and_forbidden_cost_and_say_the_same(world: World, report: Report) -> None:
    own = report(world.stranger, "Mine", domain="mine.example")
    client = client_of(world.stranger)
    answers(client, uuid7(), own.pk)

    forbidden, absent = answers(client, world.lead.pk, own.pk), answers(client, uuid7(), own.pk)

    different = [pair for pair in zip(forbidden, absent, strict=True) if pair[0] != pair[1]]
    assert not different, different[0]
    assert {one[0] for one in forbidden if one[1] < 400} == {"leads/bulk/"}


@pytest.mark.django_db
def test_facts_of_ownership_are_not_the_bodys_to_choose(world: World) -> None:
    changes = {"member_id": str(world.ally.member_id), "created_by": str(world.ally.user_id),
               "status": "dismissed", "id": str(uuid7()), "batch_id": str(uuid7())}  # fmt: skip
    with scope.acting(world.owner):
        give(world.lead, world.owner, world.ally, level=4)
        before = Lead.objects.values().get(pk=world.lead.pk)
    url = f"/api/v1/leads/{world.lead.pk}/"

    refused = client_of(world.ally).patch(url, {**changes, "title": "x"}, "application/json")
    ignored = client_of(world.owner).patch(url, changes, "application/json")

    assert refused.status_code == 403
    assert ignored.status_code in {200, 400}
    with scope.acting(world.owner):
        assert Lead.objects.values().get(pk=world.lead.pk) == before


@pytest.mark.django_db
def test_foreign_lead_in_a_body_is_an_unknown_lead(world: World, report: Report) -> None:
    own, client = report(world.stranger, "Mine", domain="m.example"), client_of(world.stranger)

    for path, body in bodies(str(world.lead.pk), str(own.pk)):
        answer = client.post(f"/api/v1/{path}", body, "application/json")
        assert answer.status_code in {400, 404} or answer.json().get("done") == 0, path
        assert "Zorvex" not in answer.content.decode(), path


@pytest.mark.django_db
def test_foreign_id_among_own_ones_is_not_found(world: World, report: Report) -> None:
    own = report(world.stranger, "Mine")
    client, told = client_of(world.stranger), []
    for foreign in (world.lead.pk, uuid7()):
        ids = [str(own.pk), str(foreign)]
        body = {"verb": "severity", "severity": "watch", "ids": ids}
        made = client.post("/api/v1/leads/bulk/", body, "application/json").json()
        items = client.get(f"/api/v1/leads/bulk/{made['id']}/").content.decode()
        told.append((made["done"], made["refused"], items.count("not_found")))
        export = {"format": "csv", "lead_ids": ids}
        assert client.post("/api/v1/leads/exports/", export, "application/json").status_code == 404

    assert told[0] == told[1]
    assert told[0][:2] == (1, 1)


@pytest.mark.django_db
def test_filter_that_does_not_exist_is_refused(world: World) -> None:
    client = client_of(world.ally)
    for query in ("bank__startswith=DE", "lead__source=x", "fields=source", "expand=grants",
                  "ordering=source", "phone=5550", "sort=source"):  # fmt: skip
        assert client.get(f"/api/v1/leads/?{query}").status_code == 400, query
        assert client.get(f"/api/v1/leads/export.csv?{query}").status_code == 400, query


@pytest.mark.django_db
def test_hidden_leads_do_not_push_a_visible_one_off_the_page(world: World, report: Report) -> None:
    with scope.acting(world.owner):
        give(world.lead, world.owner, world.ally, level=3)
    for n in range(4):
        report(world.owner, f"Zorvex {n}")
    client = client_of(world.ally)

    page = client.get("/api/v1/leads/", {"tab": "allies", "page_size": 1}).json()
    hits = client.get("/api/v1/search/", {"q": "zorvex"}).json()

    assert [row["id"] for row in page["results"]] == [str(world.lead.pk)]
    assert page["next"] is None
    assert [hit["id"] for hit in hits] == [str(world.lead.pk)]


@pytest.mark.django_db
def test_copy_needs_its_capability(world: World) -> None:
    to = sharing.Grantee(kind="member", id=world.ally.member_id)
    with scope.acting(world.owner):
        terms = sharing.Terms(level=4, purpose="x", capabilities=("propose",))
        services.share_lead(
            world.lead.pk, [services.Share(to=to, terms=terms)], actor=world.owner, at=clock.now()
        )
    body = {"format": "csv", "lead_ids": [str(world.lead.pk)]}

    answer = client_of(world.ally).post("/api/v1/leads/exports/", body, "application/json")

    assert (answer.status_code, answer.json()["code"]) == (403, "lead.no_export")


@pytest.mark.django_db
def test_page_after_the_end_of_access_is_empty(world: World) -> None:
    client = client_of(world.ally)
    with scope.acting(world.owner):
        give(world.lead, world.owner, world.ally, level=3)
        second = tempting(world.owner)
        give(second, world.owner, world.ally, level=3)
    first = client.get("/api/v1/leads/", {"tab": "allies", "page_size": 1}).json()
    end_all(world.lead, world.owner, world.ally)

    rest = client.get(
        "/api/v1/leads/", {"tab": "allies", "page_size": 1, "cursor": first["next"]}
    ).json()

    assert [row["id"] for row in first["results"]] == [str(second.pk)]
    assert rest["results"] == []


@pytest.mark.django_db
def test_choices_of_others_are_not_offered(world: World) -> None:
    client = client_of(world.stranger)
    for path in ("/leads/share/", "/leads/new/", "/leads/", "/people/", "/circles/",
                 "/api/v1/brands/", "/api/v1/people/", "/api/v1/circles/",
                 "/api/v1/lead-searches/"):  # fmt: skip
        text = body_of(client.get(path))
        for name in ("Aurelis", "Solmara", "Norrvik", "Bo Duarte", "Mia Ferrante", "Silk Road"):
            assert name not in text, (path, name)


@pytest.mark.django_db
def test_hidden_lead_changes_no_number_of_others(world: World, report: Report) -> None:
    client = client_of(world.stranger)
    paths = ("/api/v1/leads/", "/api/v1/search/?q=zorvex", "/api/v1/events/", "/api/v1/signals/")

    def numbers() -> list[tuple[int, int]]:
        return [(a.status_code, len(a.content)) for a in map(client.get, paths)]

    before = numbers()
    report(world.owner, "Zorvex again", phone="+86 571 5550 1001")
    assert [b for b in numbers() if b not in before] == []


@pytest.mark.django_db
def test_file_takes_over_nobodys_lead(world: World, import_file: Import) -> None:
    header = "id,lead_id,member,member_id,owner,created_by,title"
    told = f"{world.lead.pk},{world.lead.pk},Aurelis,{world.owner.member_id},Aurelis,x,Zorvex serum"

    batch = import_file(world.stranger, f"{header}\n{told}\n".encode())

    assert batch.added == 1
    with scope.acting(world.stranger):
        made = Lead.objects.get()
    assert (made.member_id, made.pk == world.lead.pk) == (world.stranger.member_id, False)
    with scope.acting(world.owner):
        assert Lead.objects.get(pk=world.lead.pk).version == world.lead.version


@pytest.mark.django_db
def test_staff_alone_opens_no_lead(world: World) -> None:
    User.objects.filter(pk=world.stranger.user_id).update(is_staff=True)

    client = client_of(world.stranger)
    for channel in (told_in_lists, told_by_search):
        text = "\n".join(channel(client, world.stranger, world))
        assert not [secret for secret in SECRETS if secret in text]
    assert client_of(world.stranger).get(f"/api/v1/leads/{world.lead.pk}/").status_code == 404


@pytest.mark.django_db
def test_description_of_a_url_is_the_same_for_everybody(world: World) -> None:
    told = []
    for client in (client_of(world.stranger), client_of(world.owner)):
        answer = client.options(f"/api/v1/leads/{world.lead.pk}/")
        told.append((answer.status_code, answer.content))
        for query in ("?format=api", "?format=json"):
            assert "Zorvex" not in body_of(client.options(f"/api/v1/leads/{query}"))
    schema = body_of(client_of(world.stranger).get("/api/v1/schema/"))

    assert told[0] == told[1]
    assert not [secret for secret in SECRETS if secret in schema]


@pytest.mark.django_db
def test_owner_finds_what_is_sealed_in_its_lead(world: World) -> None:
    hits = client_of(world.owner).get("/api/v1/search/", {"q": "DE75512108001245126199"}).json()

    assert [hit["id"] for hit in hits] == [str(world.lead.pk)]

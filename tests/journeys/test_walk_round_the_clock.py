"""One case, one day: Hangzhou, Milan, the ally in São Paulo, the gap of the night, Hangzhou."""

import itertools
import re
from datetime import timedelta
from uuid import UUID, uuid4

from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.core import scope
from apps.core.actor import Actor
from apps.investigations.models import Custody, Investigation
from apps.notifications.models import Notification
from apps.sharing.models import Grant, Tombstone
from tests.journeys.conftest import MORNING, Day, Post

SHOPS = b"""shop,url,country
Tamarisk Serum Store,https://tamarisk-serum.example/item/1,CN
Tamarisk Live,https://tamarisk-live.example/shop,BR
"""
TITLE = "Tamarisk serum ring"
SUMMARY = "Lab found mercury; four shops, one warehouse."
WORDS = "Four shops and one warehouse; call the lab before it closes."
HANGZHOU_ENDS = MORNING + timedelta(hours=4)
MILAN_ENDS = MORNING + timedelta(hours=11)
SAO_PAULO_ENDS = MORNING + timedelta(hours=17)
NEXT_MORNING = MORNING + timedelta(hours=19)


def page(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def import_leads(lin: Post, day: Day) -> list[str]:
    """Upload, dry run, run; returns the ids of the leads as the inbox links them."""
    file = SimpleUploadedFile("shops.csv", SHOPS)
    told = {"file": file, "source": "Patrol", "tlp": "amber"}
    batch = lin.browser.post("/leads/imports/", told)["Location"]
    columns = {"column-0": "title", "column-1": "url", "column-2": "country"}
    lin.browser.post(f"{batch}check/", columns)
    day.import_files(lin.actor)
    assert "<b>2 rows would become leads.</b>" in page(lin.browser, batch)
    assert "tamarisk" not in page(lin.browser, "/leads/")

    lin.browser.post(f"{batch}run/")
    day.import_files(lin.actor)
    assert "<b>2 leads were added.</b>" in page(lin.browser, batch)
    return sorted(set(re.findall(r"/leads/([0-9a-f-]{36})/", page(lin.browser, "/leads/"))))


def open_case(lin: Post, lead_ids: list[str]) -> str:
    """Open the case from the leads; returns its address."""
    form = {
        "title": TITLE,
        "summary": SUMMARY,
        "severity": "urgent",
        "severity_reason": "Mercury",
        "tlp": "amber",
        "language": "en",
        "desk": str(lin.desk.pk),
        "lead": lead_ids,
    }
    answer = lin.browser.post("/investigations/new/", form)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def say(post: Post, room: str, words: str) -> None:
    answer = post.browser.post(f"/rooms/{room}/post/", {"body": words, "cid": str(uuid4())})
    assert answer.status_code == 302, answer.content.decode()


def the_offer(post: Post) -> str:
    """The address of the one handover that waits for this person's answer."""
    inbox = post.browser.get("/handovers/")
    (waiting,) = inbox.context["lines"]
    return f"/handovers/{waiting.handover.pk}/"


def accept(post: Post, offer: str) -> None:
    """Read the briefing, take every action, say it in one's own words."""
    shown = page(post.browser, offer)
    answers = dict.fromkeys(re.findall(r'name="(answer-[^"]+)"', shown), "take")
    version = re.search(r'name="version" value="(\d+)"', shown)
    assert version, shown
    told = {"read_back": WORDS, "version": version[1], **answers}
    assert post.browser.post(f"{offer}accept/", told).status_code == 302


def holder(case_id: UUID, actor: Actor) -> tuple[UUID, bool]:
    with scope.acting(actor):
        case = Investigation.objects.get(pk=case_id)
    return case.accountable_desk_id, case.held_at is not None


def told(post: Post) -> list[str]:
    with scope.acting(post.actor):
        rows = Notification.objects.filter(user_id=post.actor.user_id).order_by("created_at")
        return list(rows.values_list("kind", flat=True))


def test_case_follows_the_sun_and_comes_home(day: Day, lin: Post, giulia: Post, bia: Post) -> None:
    address = open_case(lin, import_leads(lin, day))
    case_id = UUID(address.split("/")[2])
    room = lin.browser.get(f"/rooms/panel/investigation/{case_id}/").context["room"].pk
    say(lin, str(room), "The lab has called.")

    go_to_milan(day, lin, giulia, case_id)
    say(giulia, str(room), "Prato confirms the warehouse.")
    go_to_the_ally(day, giulia, bia, case_id, str(room))
    come_home(day, lin, bia, case_id)

    leave_a_whole_record(case_id, lin, giulia, bia)
    mails_name_no_case(case_id, giulia, bia)


def go_to_milan(day: Day, lin: Post, giulia: Post, case_id: UUID) -> None:
    """Drafted and offered ahead of the end of Hangzhou's duty; only acceptance moves it."""
    day.go_to(HANGZHOU_ENDS - timedelta(minutes=40))
    assert "Tamarisk" in page(lin.browser, "/handovers/?tab=leaving")
    assert told(giulia) == []

    day.go_to(HANGZHOU_ENDS - timedelta(minutes=25))
    assert told(giulia) == ["handover.offered"]
    assert holder(case_id, lin.actor) == (lin.desk.pk, False)

    accept(giulia, the_offer(giulia))
    assert holder(case_id, lin.actor) == (giulia.desk.pk, False)


def go_to_the_ally(day: Day, giulia: Post, bia: Post, case_id: UUID, room: str) -> None:
    """Before acceptance the ally reads the briefing alone; afterwards it works in the room."""
    case = f"/investigations/{case_id}/"
    assert bia.browser.get(case).status_code == 404
    day.go_to(MILAN_ENDS - timedelta(minutes=25))
    offer = the_offer(bia)
    assert SUMMARY in page(bia.browser, offer)
    assert bia.browser.get(case).status_code == 404
    assert bia.browser.get(f"/rooms/{room}/").status_code == 404
    assert TITLE not in page(bia.browser, "/investigations/")

    accept(bia, offer)
    assert holder(case_id, giulia.actor) == (bia.desk.pk, False)
    assert TITLE in page(bia.browser, case)
    say(bia, room, "O armazém está fechado hoje.")
    panel = page(giulia.browser, f"/rooms/panel/investigation/{case_id}/")
    assert "O armazém está fechado hoje." in panel


def come_home(day: Day, lin: Post, bia: Post, case_id: UUID) -> None:
    """Two hours of the night are nobody's: held with an alarm, then offered to Hangzhou."""
    day.go_to(SAO_PAULO_ENDS + timedelta(minutes=10))
    assert holder(case_id, lin.actor) == (bia.desk.pk, True)

    day.go_to(NEXT_MORNING + timedelta(minutes=10))
    accept(lin, the_offer(lin))
    assert holder(case_id, lin.actor) == (lin.desk.pk, False)


def leave_a_whole_record(case_id: UUID, lin: Post, giulia: Post, bia: Post) -> None:
    """Custody without a hole, a tombstone for the ally, a timeline in whole sentences."""
    with scope.acting(lin.actor):
        chain = list(Custody.objects.filter(investigation_id=case_id).order_by("seq"))
        assert not Grant.objects.filter(subject_id=case_id, state="active").exists()
    assert [c.desk_id for c in chain] == [lin.desk.pk, giulia.desk.pk, bia.desk.pk, lin.desk.pk]
    assert all(a.ended_at == b.started_at for a, b in itertools.pairwise(chain))
    with scope.acting(bia.actor):
        assert Tombstone.objects.get().subject_id == case_id
    remains = page(bia.browser, f"/investigations/{case_id}/")
    assert TITLE not in remains
    assert SUMMARY not in remains

    story = page(lin.browser, f"/investigations/{case_id}/timeline/")
    desks = [("Hangzhou desk", "Milan desk"), ("Milan desk", "São Paulo desk")]
    desks += [("São Paulo desk", "Hangzhou desk")]
    for old, new in desks:
        assert f"Custody passed from {old} to {new}." in story
    assert "São Paulo desk went off duty and nobody took over: the case is held." in story
    assert "no words for" not in story


def mails_name_no_case(case_id: UUID, giulia: Post, bia: Post) -> None:
    """Everybody who was asked has been mailed, and a mailbox learns nothing of the case."""
    asked = {address for message in mail.outbox for address in message.to}
    assert {"giulia.conti@aur.example", "bia.rocha@sol.example"} <= asked
    for message in mail.outbox:
        text = (message.subject + message.body).lower()
        for secret in ("tamarisk", "mercury", "warehouse", str(case_id), "inv-"):
            assert secret not in text
    assert "handover.offered" in told(giulia)
    assert "handover.offered" in told(bia)


def test_imported_twice_adds_nothing(day: Day, lin: Post) -> None:
    before = import_leads(lin, day)

    file = SimpleUploadedFile("shops.csv", SHOPS)
    batch = lin.browser.post("/leads/imports/", {"file": file, "source": "Patrol", "tlp": "amber"})[
        "Location"
    ]
    lin.browser.post(f"{batch}check/", {"column-0": "title", "column-1": "url"})
    day.import_files(lin.actor)
    shown = page(lin.browser, batch)

    assert "<b>0 rows would become leads.</b>" in shown
    assert (
        sorted(set(re.findall(r"/leads/([0-9a-f-]{36})/", page(lin.browser, "/leads/")))) == before
    )

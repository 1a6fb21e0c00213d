"""The pages of leads: what each shows, and what a stranger gets."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from apps.core import scope
from apps.core.actor import Actor
from apps.core.ids import uuid7
from apps.core.models import Level
from apps.leads import searching
from apps.leads.correlating import links
from apps.leads.models import ImportBatch, Lead
from apps.members.models import Member
from tests.factories.world import client_of
from tests.leads.conftest import Import, Report, check, upload, work

pytestmark = pytest.mark.django_db
INBOX = "/leads/"
Share = Callable[..., None]
HTMX = {"HX-Request": "true"}


def test_inbox_shows_what_waits_with_the_first_lead_open(
    as_ana: Client, ana: Actor, report: Report
) -> None:
    report(ana, "Down coats", domain="down.example", severity="urgent")
    report(ana, "Fake serum", domain="down.example", brand="Aurelis")

    page = as_ana.get(INBOX).content.decode()

    assert "<b>2 leads wait</b>" in page
    assert "1 of them is urgent" in page
    assert page.count('role="row"') == 2
    assert page.count("1 related") == 2
    assert 'aria-selected="true"' in page


@pytest.mark.parametrize("tab", ["decide", "mine", "allies", "dismissed", "all", "nonsense"])
def test_every_view_opens_empty(as_ana: Client, tab: str) -> None:
    assert as_ana.get(INBOX, {"tab": tab}).status_code == 200


def test_inbox_takes_the_same_statements_for_any_length(
    as_ana: Client, ana: Actor, report: Report, django_assert_max_num_queries: Any
) -> None:
    for n in range(12):
        report(ana, f"Lead {n}", domain="same.example")
    as_ana.get(INBOX)

    with django_assert_max_num_queries(30) as few:
        as_ana.get(INBOX)
    for n in range(38):
        report(ana, f"More {n}", domain="same.example")
    with django_assert_max_num_queries(30) as many:
        as_ana.get(INBOX)

    assert len(many) == len(few)


def test_line_of_a_lead_shows_what_was_typed_and_runs_none_of_it(
    as_ana: Client, ana: Actor, bo: Actor, report: Report, share: Share
) -> None:
    typed = "\"><img src=x onerror=alert(1)>'&"
    lead = report(ana, typed, brand=typed, language=typed, domain="same.example")
    Member.objects.filter(pk=ana.member_id).update(name=typed)
    with scope.acting(ana):
        Lead.objects.filter(pk=lead.pk).update(locator=typed + "!", reference=typed)
    share(lead, owner=ana, ally=bo, level=Level.CASE)

    for page in (as_ana.get(INBOX), client_of(bo).get(INBOX, {"tab": "allies"})):
        text = page.content.decode()
        rows = text[text.index('role="row"') : text.index("</ul>", text.index('role="row"'))]
        assert escape(typed) in rows
        assert "<img" not in rows


def test_decided_lead_leaves_the_list_and_the_next_is_open(
    as_ana: Client, ana: Actor, report: Report
) -> None:
    old, middle, new = (report(ana, title) for title in ("Old", "Middle", "New"))

    url = reverse("leads:dismiss", args=[middle.pk])
    answer = as_ana.post(url, {"tab": "decide", "cursor": ""}, headers=HTMX)

    page = answer.content.decode()
    assert str(middle.pk) not in page.replace(answer["HX-Trigger"], "")
    assert f'data-id="{new.pk}"' in page
    assert reverse("leads:panel", args=[old.pk]) in page
    assert f"selected={old.pk}" in page
    assert reverse("leads:restore", args=[middle.pk]) in answer["HX-Trigger"]


def test_sleep_says_until_when(as_ana: Client, ana: Actor, report: Report) -> None:
    lead = report(ana)

    url = reverse("leads:snooze", args=[lead.pk])
    answer = as_ana.post(url, {"tab": "decide", "days": "1"}, headers=HTMX)

    assert re.search(r"sleeps until \w{3} 09:00\.", answer["HX-Trigger"])


def test_what_counts_the_list_counts_with_it(as_ana: Client, ana: Actor, report: Report) -> None:
    lead, _other = report(ana), report(ana)
    whole = as_ana.get(INBOX).content.decode()
    assert 'id="leads-waiting">2<' in whole
    assert "hx-swap-oob" not in whole[whole.index("leads-answer") :]

    url = reverse("leads:snooze", args=[lead.pk])
    part = as_ana.post(url, {"tab": "decide", "days": "1"}, headers=HTMX).content.decode()

    for name, said in (
        ("leads-answer", "<b>1 lead waits</b>"),
        ("leads-tabs", "To decide 1</a>"),
        ("leads-waiting", ">1</span>"),
        ("leads-waiting-below", ">1</span>"),
    ):
        told = part[part.index(f'id="{name}" hx-swap-oob="innerHTML"') :]
        assert said in told[: told.index("</nav>" if name == "leads-tabs" else "</") + 20]


def test_undo_brings_the_dismissed_lead_back(as_ana: Client, ana: Actor, report: Report) -> None:
    lead = report(ana)
    as_ana.post(reverse("leads:dismiss", args=[lead.pk]), {"reason": "Genuine"})

    answer = as_ana.post(reverse("leads:restore", args=[lead.pk]), headers=HTMX)

    assert answer.status_code == 204
    with scope.acting(ana):
        lead.refresh_from_db()
    assert lead.status == "new"


def test_lead_page_shows_what_identifies_it_and_what_is_known(
    as_ana: Client, ana: Actor, report: Report
) -> None:
    known = report(ana, "First", phone="+86 571 8888 1001")
    lead = report(ana, "Second", phone="+8657188881001", url="not readable")

    page = as_ana.get(reverse("leads:detail", args=[lead.pk])).content.decode()

    assert "+8657188881001" in page
    assert "kept as written and compared with nothing" in page
    assert known.reference in page
    assert f"{reverse('investigations:create')}?lead={lead.pk}" in page


def test_where_many_leads_have_a_value_the_page_leads_to_all_of_them(
    as_ana: Client, ana: Actor, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead, *others = (report(ana, f"Coat {n}", domain="down.example") for n in range(4))
    everything = f"{INBOX}?tab=all&amp;q=down.example"

    whole = as_ana.get(f"{INBOX}{lead.pk}/").content.decode()
    monkeypatch.setattr(links, "MOST_OF_ONE", 2)
    page = as_ana.get(f"{INBOX}{lead.pk}/").content.decode()
    panel = as_ana.get(f"{INBOX}{lead.pk}/panel/").content.decode()
    found = as_ana.get(everything.replace("&amp;", "&")).content.decode()

    assert "<b>3 other leads</b> that you may see" in whole
    assert everything not in whole
    assert "<b>More than 2 other leads</b> that you may see" in page
    assert everything in page
    assert others[0].reference not in page
    assert f"{INBOX}{lead.pk}/#lead-links" in panel
    assert all(one.reference in found for one in (lead, *others))


def test_form_adds_a_lead_and_keeps_the_text_of_a_refused_one(as_ana: Client, ana: Actor) -> None:
    refused = as_ana.post("/leads/new/", {"severity": "stable", "tlp": "amber", "brand": "Aurelis"})
    added = as_ana.post(
        "/leads/new/",
        {"severity": "watch", "tlp": "amber", "url": "a.example/x\nb.example", "seen_at": ""},
    )

    assert b"Give a title" in refused.content
    assert b'value="Aurelis"' in refused.content
    with scope.acting(ana):
        lead = Lead.objects.get()
    assert added["Location"] == reverse("leads:detail", args=[lead.pk])
    assert (lead.title, lead.severity) == ("a.example/x", "watch")


def test_form_drops_none_of_many_values(as_ana: Client, ana: Actor) -> None:
    urls = "\n".join(f"https://a{n}.example/" for n in range(51))

    page = as_ana.post("/leads/new/", {"url": urls, "severity": "stable", "tlp": "amber"})

    text = page.content.decode()
    assert "At most 50 values; these are 51." in text
    assert "https://a50.example/" in text
    with scope.acting(ana):
        assert not Lead.objects.exists()


def test_stale_form_is_refused_once_and_its_text_kept(
    as_ana: Client, ana: Actor, report: Report
) -> None:
    lead = report(ana, "One")
    url = reverse("leads:change", args=[lead.pk])
    form = {"title": "Mine", "severity": "stable", "tlp": "amber", "version": 1}
    as_ana.post(url, {**form, "title": "Theirs"})

    refused = as_ana.post(url, form)

    assert b"Somebody changed this while you were writing" in refused.content
    assert b'value="Mine"' in refused.content
    assert b'name="version" value="2"' in refused.content


def test_import_walks_through_its_pages(as_ana: Client, ana: Actor) -> None:
    file = SimpleUploadedFile("shops.csv", "店铺,网址\n美商,a.example/1\n=1+1,b.example\n".encode())
    uploaded = as_ana.post("/leads/imports/", {"file": file, "tlp": "amber"})
    url = uploaded["Location"]
    batch_id = url.rstrip("/").rpartition("/")[2]

    assert "店铺" in as_ana.get(url).content.decode()
    chosen = {"column-0": "title", "column-1": "url", "save_as": "Weekly"}
    assert as_ana.post(f"{url}check/", chosen)["Location"] == url
    assert b"0 of 2 rows" in as_ana.get(url).content
    _work(batch_id, ana)
    checked = as_ana.get(url).content.decode()
    assert "1 row would become a lead" in checked
    assert "holds a formula" in checked
    as_ana.post(f"{url}run/")
    _work(batch_id, ana)

    assert as_ana.get(f"{url}progress/")["HX-Refresh"] == "true"
    done = as_ana.get(url, {"outcome": "added"}).content.decode()
    assert "1 lead was added" in done
    assert "美商" in done
    assert "holds a formula" not in done


def _work(batch_id: str, actor: Actor) -> None:
    with scope.acting(actor):
        batch = ImportBatch.objects.get(pk=batch_id)
    work(batch)


def test_unreadable_file_is_refused_beside_the_field(as_ana: Client) -> None:
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.7 nothing")

    page = as_ana.post("/leads/imports/", {"file": file, "tlp": "amber"}).content.decode()

    assert "This is not a table." in page


def test_search_says_when_it_shows_the_newest_alone(
    as_ana: Client, ana: Actor, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_OF_EACH", 2)
    report(ana, "Serum")
    assert "1 result for" in as_ana.get("/search/?q=serum").content.decode()
    report(ana, "Serum")

    assert "The newest 2 results" in as_ana.get("/search/?q=serum").content.decode()


def test_search_finds_by_chinese_words(as_ana: Client, ana: Actor, report: Report) -> None:
    report(ana, "假冒精华液")

    page = as_ana.get("/search/", {"q": "精华"}).content.decode()

    assert "假冒<mark>精华</mark>液" in page
    assert as_ana.get("/search/", {"q": "\x00"}).status_code == 200


def test_sealed_lead_shows_that_it_exists_and_no_more(
    as_bo: Client, ana: Actor, bo: Actor, report: Report, share: Callable[..., None]
) -> None:
    lead = report(ana, "Secret serum", domain="secret.example", brand="Lumi")
    share(lead, owner=ana, ally=bo, level=1)

    inbox = as_bo.get(INBOX, {"tab": "allies"}).content.decode()
    page = as_bo.get(reverse("leads:detail", args=[lead.pk])).content.decode()

    assert "Sealed by Aurelis" in inbox
    for text in ("Secret", "secret.example", "Lumi", lead.reference):
        assert text not in inbox + page


def test_stranger_finds_no_page_of_a_lead_or_import(
    as_cy: Client, ana: Actor, report: Report
) -> None:
    lead, batch = report(ana), check(upload(ana, b"domain\na.example\n"), ana)
    gets = ["detail", "panel", "change"]
    posts = ["triage", "dismiss", "restore", "change"]
    for name, verb in [*((n, "get") for n in gets), *((n, "post") for n in posts)]:
        hidden, absent = (
            getattr(as_cy, verb)(reverse(f"leads:{name}", args=[i]), {"severity": "watch"})
            for i in (lead.pk, uuid7())
        )
        assert (hidden.status_code, absent.status_code) == (404, 404)
    for name, verb in (
        ("import", "get"),
        ("import_progress", "get"),
        ("import_check", "post"),
        ("import_run", "post"),
        ("import_cancel", "post"),
    ):
        url = reverse(f"leads:{name}", args=[batch.pk])
        assert getattr(as_cy, verb)(url).status_code == 404


def test_pages_ask_for_a_sign_in(client: Client, db: None) -> None:
    for url in (INBOX, "/leads/new/", "/leads/imports/", "/search/"):
        assert client.get(url).status_code == 302


@pytest.mark.parametrize("language", ["zh-hans"])
def test_pages_open_in_chinese(
    as_ana: Client, ana: Actor, report: Report, import_file: Import, language: str
) -> None:
    from apps.members.models import User

    User.objects.filter(pk=ana.user_id).update(language=language)
    lead, batch = report(ana), import_file(ana, b"domain\na.example\nbroken one\n")

    for url in (
        INBOX,
        "/leads/new/",
        "/leads/imports/",
        reverse("leads:detail", args=[lead.pk]),
        reverse("leads:import", args=[batch.pk]),
    ):
        assert as_ana.get(url).status_code == 200

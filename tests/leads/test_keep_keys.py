"""The key of what members know in common: strong, outside the database, and changed in peace."""

import base64
import hmac
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from alliance.embedded.paths import Places
from alliance.embedded.secret_files import correlation_keys
from alliance.settings.base import secret_lines
from apps.core import due, reconcilers, scope
from apps.leads import services
from apps.leads.checks import correlation_keys_are_strong
from apps.leads.correlating import keys, reposting
from apps.leads.correlating.models import SelectorPosting, SignalTry, Standing
from apps.leads.models import LeadSelector
from tests.factories.world import NOON
from tests.leads.signalling import PHONE, make_ring, report, run_batch, settle, told

OLD, NEW = keys.make(), keys.make()
WEAK = base64.b64encode(bytes(32)).decode()
SHORT = base64.b64encode(bytes(range(16))).decode()


@pytest.fixture(autouse=True)
def evidence_root(settings: Any, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path


@pytest.mark.parametrize(
    ("configured", "said"),
    [
        ([], "is missing"),
        (["not base64!"], "no base64"),
        ([SHORT], "fewer than 32"),
        ([WEAK], "not drawn at random"),
        ([OLD, OLD], "the same key twice"),
    ],
)
def test_installation_with_a_weak_key_is_refused(
    settings: Any, configured: list[str], said: str
) -> None:
    settings.CORRELATION_KEYS = configured

    assert any(said in found.msg for found in correlation_keys_are_strong(None))


def test_drawn_key_is_accepted_and_never_drawn_twice(settings: Any, capsys: Any) -> None:
    call_command("make_correlation_key")
    printed = capsys.readouterr().out.strip()
    settings.CORRELATION_KEYS = [printed, OLD]

    assert correlation_keys_are_strong(None) == []
    assert printed not in {OLD, NEW}


def test_keys_come_from_a_file_or_by_comma(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "keys"
    file.write_text(f"{NEW}\n\n{OLD}\n")
    monkeypatch.setenv("SOME_KEYS", f"{OLD}, {NEW}")
    assert secret_lines("SOME_KEYS") == (OLD, NEW)

    monkeypatch.setenv("SOME_KEYS_FILE", str(file))

    assert secret_lines("SOME_KEYS") == (NEW, OLD)


def test_first_start_makes_a_key_for_itself_and_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CORRELATION_KEYS", raising=False)
    monkeypatch.delenv("CORRELATION_KEYS_FILE", raising=False)
    here = Places(tmp_path / "var", tmp_path / "run")

    told_twice = [correlation_keys(here), correlation_keys(here)]
    made = here.correlation_keys.read_text()

    assert told_twice == [{"CORRELATION_KEYS_FILE": str(here.correlation_keys)}] * 2
    assert keys.faults([made.strip()]) == []
    assert here.correlation_keys.stat().st_mode & 0o777 == 0o600
    assert list(here.var.iterdir()) == [here.correlation_keys]
    monkeypatch.setenv("CORRELATION_KEYS", OLD)
    assert correlation_keys(here) == {}


def test_digest_depends_on_key_kind_namespace_and_value() -> None:
    one, other = keys._keys([OLD, NEW])
    named = ("shop", "taobao", "lumi")
    digests = {
        one.digest(named), other.digest(named), one.digest(("shop", "tmall", "lumi")),
        one.digest(("listing", "taobao", "lumi")), one.digest(("shop", "taobao", "lum")),
        one.digest(("shop", "taobaolumi", "")),
    }  # fmt: skip

    assert len(digests) == 6
    assert one.digest(named) == one.digest(named)
    told = "\x1f".join((keys.SCHEME, *named)).encode()
    for secret in (one.secret, bytes(range(64)), bytes(range(65)), bytes(range(200))):
        digest = keys.Key("any", secret).digest(named)
        assert digest == hmac.new(secret, told, "sha256").digest(), len(secret)
    assert one.id != other.id


@pytest.mark.django_db
def test_half_changed_key_loses_no_match_and_asks_nothing_twice(settings: Any) -> None:
    """Row 41: one side is posted under the old key, the other under the new one."""
    settings.CORRELATION_KEYS = (OLD,)
    ring = make_ring()
    theirs = report(ring[1], phone=PHONE)
    missed = report(ring[0], domain="missed.example")
    run_batch(NOON)
    settings.CORRELATION_KEYS = (NEW, OLD)
    mine = report(ring[0], phone=PHONE)
    report(ring[0], domain="missed.example", title="Asked again under the new key")
    before = SignalTry.objects.filter(member_id=ring[0].member_id).count()

    run_batch(NOON + timedelta(minutes=30))

    assert told(ring[0]) == [mine.pk]
    assert told(ring[1]) == [theirs.pk]
    assert SignalTry.objects.filter(member_id=ring[0].member_id).count() == before + 1
    assert missed.pk not in told(ring[0])


@pytest.mark.django_db
def test_changed_key_is_followed_by_due_work_and_nothing_is_forgotten(settings: Any) -> None:
    settings.CORRELATION_KEYS = (OLD,)
    ring = make_ring()
    mine, theirs = report(ring[0], phone=PHONE), report(ring[1], phone=PHONE)
    run_batch(NOON)
    asked = SignalTry.objects.count()
    settings.CORRELATION_KEYS = (NEW, OLD)
    run_batch(NOON + timedelta(minutes=30))
    assert told(ring[0]) == [mine.pk]

    reconcilers.run()
    while due.run_batch():
        pass

    settings.CORRELATION_KEYS = (NEW,)
    new = keys.current().id
    rows = SelectorPosting.objects.filter(lead_id__in=[mine.pk, theirs.pk])
    assert set(rows.values_list("key_id", flat=True)) == {new}
    assert set(SignalTry.objects.values_list("key_id", flat=True)) == {new}
    assert SelectorPosting.objects.filter(discoverability__gt=0, tried=False).count() == 0
    run_batch(NOON + timedelta(minutes=90))
    assert SignalTry.objects.count() == asked
    assert told(ring[0]) == [mine.pk]
    assert told(ring[1]) == [theirs.pk]
    # Settled again: what the other side hides ends as ever.
    with scope.acting(ring[1]):
        services.set_discoverability(theirs.pk, "hidden", actor=ring[1], at=NOON)
    run_batch(NOON + timedelta(minutes=120))
    assert told(ring[0]) == []


@pytest.mark.django_db
def test_work_on_a_members_postings_resumes_where_it_stopped(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reposting, "STRETCH", 1)
    ring = make_ring()
    for place in range(3):
        report(ring[0], domain=f"shop-{place}.example", proof=False)
    settings.CORRELATION_KEYS = (NEW, *settings.CORRELATION_KEYS)
    actor = ring[0]

    done = []
    for _stretch in range(4):
        with scope.acting(actor):
            reposting.repost_member(actor.member_id, NOON)
        rows = SelectorPosting.objects.filter(member_id=actor.member_id)
        done.append(rows.filter(key_id=keys.current().id).count())

    assert done == [1, 2, 3, 3]
    assert Standing.objects.get(member_id=actor.member_id).made_with == reposting.mark()


@pytest.mark.django_db
def test_renormalised_values_keep_what_was_asked_and_told(settings: Any) -> None:
    """Row 40: between the two versions of the normaliser no signal is lost and none comes twice."""
    ring = make_ring()
    mine, theirs = report(ring[0], phone=PHONE), report(ring[1], phone=PHONE)
    run_batch(NOON)
    asked = SignalTry.objects.count()
    for actor, lead in ((ring[0], mine), (ring[1], theirs)):
        with scope.acting(actor):
            (row,) = LeadSelector.objects.filter(lead=lead)
            before = (row.kind, row.namespace, row.norm)
            LeadSelector.objects.filter(pk=row.pk).update(norm="+86-571-55501001")
            renamed = {("phone", "", "+86-571-55501001"): before}
            reposting.repost(actor.member_id, [lead.pk], renamed=renamed)

    run_batch(NOON + timedelta(minutes=30))

    assert SignalTry.objects.count() == asked
    assert told(ring[0]) == [mine.pk]
    assert told(ring[1]) == [theirs.pk]


@pytest.mark.django_db
def test_leads_from_before_the_postings_are_posted_by_the_same_work(settings: Any) -> None:
    ring = make_ring()
    lead = report(ring[0], phone=PHONE)
    SelectorPosting.objects.all().delete()
    Standing.objects.all().delete()

    settle()

    assert SelectorPosting.objects.filter(lead_id=lead.pk, discoverability=1).count() == 1

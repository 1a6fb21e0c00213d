"""Each message keeps its language; a translation stands beside it if both members allow it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.test import Client
from django.urls import reverse

from apps.chat import languages, services, tasks, translating
from apps.chat.models import Message, Room, Translation
from apps.core import clock, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Refused
from tests.chat.conftest import Post
from tests.factories.world import NOON
from tests.handovers.conftest import fire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_flood_limit")]

JSON = "application/json"
# (text, what the author's client said) -> the tag that is kept.
TAGS = {
    ("Seizure at noon", "en"): "en",
    ("Seizure at noon", ""): "und-Latn",
    ("Seizure at noon", "zh-Hans"): "und-Latn",
    ("扣押于中午", "en"): "und-Hani",
    ("Prato 在等", "zh-Hans"): "zh-Hans",
    ("Prato 在等", "ar"): "und-Latn",
    ("扣押于中午", "zh-Hans"): "zh-Hans",
    ("扣押于中午 by DHL", "zh"): "zh",
    ("正午に押収", "en"): "ja",
    ("압수", ""): "ko",
    ("تم الحجز", "ar"): "ar",
    ("تم الحجز", "en"): "und-Arab",
    ("توقیف شد", "fa"): "fa",
    ("Изъятие", "uk"): "uk",
    ("Изъятие", "es"): "und-Cyrl",
    ("Zaplena u podne", "sr"): "sr",
    ("Κατάσχεση", ""): "el",
    ("יום טוב", "he"): "he",
    ("12:30 👍", ""): "und",
    ("12:30 👍", "es"): "es",
}


class Fake:
    """A provider that says what it was asked."""

    name = "Fake"

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.fails = False

    def translate(self, text: str, *, source: str, target: str) -> translating.Translated:
        self.asked.append((text, source, target))
        if self.fails:
            raise translating.NoTranslation("unreachable")
        return translating.Translated(f"[{target}] {text}", source)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    made = Fake()
    monkeypatch.setattr(translating, "provider", lambda: made)
    return made


@pytest.fixture
def boss(bo: Actor) -> Actor:
    return Actor(member_id=bo.member_id, user_id=bo.user_id, roles=frozenset({"manager"}))


@pytest.fixture
def allowed(mia: Actor, boss: Actor) -> None:
    for manager in (mia, boss):
        with scope.acting(manager):
            services.allow_translation(allows=True, actor=manager, at=NOON)


def ask(actor: Actor, room: Room, seq: int, language: str = "en") -> Translation:
    with scope.acting(actor):
        return services.ask_translation(room.pk, seq, language=language, actor=actor, at=NOON)


def work(row: Translation) -> None:
    tasks.translate(str(row.pk), str(row.member_id))


def shown(actor: Actor, room: Room, seq: int) -> list[tuple[str, str, str]]:
    with scope.acting(actor):
        found = services.translated(room.pk, seq, actor=actor)
        return [(one.state, one.text, one.provider) for one in found]


def test_language_is_never_guessed_against_the_letters() -> None:
    assert {key: languages.tag(*key) for key in TAGS} == TAGS


def test_message_keeps_its_tag(post: Post, ana: Actor) -> None:
    assert post(ana, "扣押", language="en").language == "und-Hani"
    assert post(ana, "扣押", language="zh-Hans").language == "zh-Hans"
    assert post(ana, "seized").language == "und-Latn"


@pytest.mark.usefixtures("allowed")
def test_translation_is_stored_beside_the_original_for_every_reader(
    room: Room, post: Post, ana: Actor, bo: Actor, fake: Fake
) -> None:
    message = post(ana, "扣押", language="zh")

    row = ask(bo, room, message.seq)
    work(row)
    work(row)
    again = ask(ana, room, message.seq)

    assert fake.asked == [("扣押", "zh", "en")]
    assert shown(ana, room, 1) == shown(bo, room, 1) == [("ready", "[en] 扣押", "Fake")]
    assert again.pk == row.pk
    with scope.acting(bo):
        assert Message.objects.get(pk=message.pk).body == "扣押"


@pytest.mark.usefixtures("allowed", "fake")
def test_translation_belongs_to_one_text_and_goes_with_it(
    room: Room, post: Post, ana: Actor, bo: Actor, mia: Actor
) -> None:
    message = post(ana, "first", language="en", at=NOON.replace(year=2020))
    work(ask(bo, room, message.seq, "es"))
    assert len(shown(bo, room, 1)) == 1
    with scope.acting(mia):
        rule = services.set_retention(days=30, actor=mia, at=NOON)
    fire(mia, "chat.purge", rule.pk, clock.now())
    with scope.acting(bo):
        assert not Translation.objects.exists()

    other = post(ana, "second", language="en")
    work(ask(bo, room, other.seq, "es"))
    with scope.acting(ana):
        services.edit_message(room.pk, other.seq, body="third", actor=ana, at=NOON)
    assert shown(bo, room, other.seq) == []
    with scope.acting(ana):
        services.delete_message(room.pk, other.seq, actor=ana, at=NOON)
    with pytest.raises(NotFound):
        shown(bo, room, other.seq)


def test_both_members_must_allow_it(
    post: Post, ana: Actor, mia: Actor, bo: Actor, fake: Fake
) -> None:
    message = post(ana, "one", language="en")
    room = message.room
    with pytest.raises(DomainError):
        ask(ana, room, message.seq, "es")
    with scope.acting(mia):
        services.allow_translation(allows=True, actor=mia, at=NOON)
    with pytest.raises(DomainError) as refusal:
        ask(bo, room, message.seq, "es")
    assert refusal.value.code == "chat.translation_not_allowed"

    ours = ask(ana, room, message.seq, "es")
    with scope.acting(mia):
        services.allow_translation(allows=False, actor=mia, at=NOON)
    work(ours)

    assert fake.asked == []
    assert [one[0] for one in shown(ana, room, 1)] == ["failed"]
    with pytest.raises(Refused), scope.acting(ana):
        services.allow_translation(allows=True, actor=ana, at=NOON)


@pytest.mark.usefixtures("allowed")
def test_nothing_is_asked_without_configuration_and_failure_can_be_asked_again(
    room: Room, post: Post, ana: Actor, bo: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = post(ana, "one", language="en")
    with pytest.raises(Refused) as refusal:
        ask(bo, room, message.seq)
    assert refusal.value.code == "chat.no_translator"
    made = Fake()
    monkeypatch.setattr(translating, "provider", lambda: made)
    made.fails = True
    with pytest.raises(Invalid):
        ask(bo, room, message.seq, "??")

    work(ask(bo, room, message.seq, "es"))
    assert [one[0] for one in shown(bo, room, 1)] == ["failed"]
    made.fails = False
    work(ask(bo, room, message.seq, "es"))

    assert [one[:2] for one in shown(bo, room, 1)] == [("ready", "[es] one")]


@pytest.mark.usefixtures("allowed", "fake")
def test_api_and_page_ask_and_show(
    room: Room, post: Post, ana: Actor, as_bo: Client, as_cy: Client
) -> None:
    message = post(ana, "扣押", language="zh")
    url = reverse("api:message-translations", args=[room.pk, message.seq])
    page = reverse("chat:message", args=[room.pk, message.seq])

    asked = as_bo.post(url, {"language": "en"}, content_type=JSON)
    with scope.acting(ana):
        row = Translation.objects.get()
    work(row)
    found = as_bo.get(url).json()

    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    assert [(one["text"], one["provider"]) for one in found] == [("[en] 扣押", "Fake")]
    assert as_bo.post(url, {"language": "en"}, content_type=JSON).status_code == 200
    assert as_bo.post(f"{page}translate/").status_code == 302
    assert "[en] 扣押" in as_bo.get(page).content.decode()
    assert as_bo.get(reverse("api:translation-policy")).json() == {"allows": True}
    assert as_cy.get(url).status_code == 404
    assert as_cy.post(url, {"language": "en"}, content_type=JSON).status_code == 404
    assert as_cy.get(reverse("api:translation-policy")).json() == {"allows": False}


class Libre(BaseHTTPRequestHandler):
    """A server of LibreTranslate's shape."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = f"{asked['source']}>{asked['target']}: {asked['q']}"
        status, answer = 200, {"translatedText": text}
        if asked["q"] == "fail":
            status, answer = 429, {"error": "slow down"}
        if asked["source"] == "auto":
            answer["detectedLanguage"] = {"language": "pt", "confidence": 90}
        body = b"no json" if asked["q"] == "broken" else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Nothing."""


@pytest.fixture
def libre() -> Iterator[translating.LibreTranslate]:
    server = HTTPServer(("127.0.0.1", 0), Libre)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield translating.LibreTranslate(f"http://127.0.0.1:{server.server_port}/api/", key="k")
    server.shutdown()
    thread.join()
    server.server_close()


def test_adapter_speaks_like_libretranslate(libre: translating.LibreTranslate) -> None:
    known = libre.translate("Oi", source="pt-BR", target="en")
    unknown = libre.translate("Oi", source="und-Latn", target="zh-Hans")

    assert (known.text, known.source) == ("pt>en: Oi", "pt-BR")
    assert (unknown.text, unknown.source) == ("auto>zh: Oi", "pt")
    for text, code in (("fail", "answered_429"), ("broken", "bad_answer")):
        with pytest.raises(translating.NoTranslation, match=code):
            libre.translate(text, source="pt", target="en")
    with pytest.raises(translating.NoTranslation, match="unreachable"):
        translating.LibreTranslate("http://127.0.0.1:9").translate("Oi", source="", target="en")

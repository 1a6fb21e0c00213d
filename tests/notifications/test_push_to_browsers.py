"""Push over a real push service: one sentence, encrypted for one browser, never elsewhere."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core import mail
from django.core.management import call_command
from py_vapid import Vapid

from apps.core import clock, outbox, scope
from apps.core.actor import Actor
from apps.core.errors import DomainError, Invalid, NotFound, Refused
from apps.core.ids import uuid7
from apps.members.models import Membership, User
from apps.notifications import services, vapid
from apps.notifications.models import Browser, Delivery
from tests.factories.world import NOON
from tests.notifications.servers import PushServer, running
from tests.notifications.telling import HIDDEN, SUBJECT, rest, tell, told, wish, work

pytestmark = pytest.mark.django_db
AUTH = b"sixteen bytes ok"


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


class Reader:
    """A browser's half: its key pair, and how it reads what was pushed."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        public = self.key.public_key()
        self.public = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def subscription(self, endpoint: str, label: str = "Firefox") -> services.Subscription:
        return services.Subscription(
            endpoint=endpoint, p256dh=encoded(self.public), auth=encoded(AUTH), label=label
        )

    def read(self, body: bytes) -> dict[str, str]:
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=AUTH))


@pytest.fixture
def server(settings: Any) -> Iterator[PushServer]:
    with running(PushServer()) as server:
        settings.PUSH_HOSTS = [*settings.PUSH_HOSTS, server.origin]
        settings.PUSH_TIMEOUT = 0.3
        yield server


@pytest.fixture
def reader() -> Reader:
    return Reader()


def add(actor: Actor, subscription: services.Subscription) -> Browser:
    with scope.acting(actor):
        return services.add_browser(subscription, actor=actor, at=NOON)


@pytest.fixture
def browser(server: PushServer, ana: Actor, reader: Reader) -> Browser:
    return add(ana, reader.subscription(f"{server.origin}/ana"))


def test_browser_is_told_an_id_and_a_sentence_and_nothing_else(
    server: PushServer, browser: Browser, ana: Actor, reader: Reader
) -> None:
    row = tell(ana)[0]

    work()

    _path, _headers, body = server.pushes[0]
    assert b"handover" not in body
    assert reader.read(body) == {
        "id": str(row.pk),
        "title": "A handover is offered to your desk.",
    }
    assert str(SUBJECT[1]) not in json.dumps(reader.read(body))
    assert told(ana)[0].push == "sent"
    assert Browser.objects.get().used_at is not None


def test_push_service_knows_the_installation_by_its_key(
    server: PushServer, browser: Browser, ana: Actor, settings: Any
) -> None:
    settings.VAPID_PRIVATE_KEY = vapid.make_private_key()
    tell(ana)

    work()

    headers = server.pushes[0][1]
    token, key = headers["authorization"].removeprefix("vapid t=").split(",k=")
    claims = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
    assert key == vapid.public_key_of(settings.VAPID_PRIVATE_KEY)
    said, signature = token.rsplit(".", 1)
    assert Vapid.from_raw_public(key.encode()).verify_token(said.encode(), signature)
    assert claims["aud"] == server.origin
    assert claims["sub"] == settings.VAPID_SUBJECT
    assert (headers["content-encoding"], headers["urgency"]) == ("aes128gcm", "normal")


def test_urgent_kind_is_pushed_as_urgent_against_the_persons_wish(
    server: PushServer, browser: Browser, ana: Actor
) -> None:
    wish(ana, "custody", "never", push=False)
    rest(ana, "20:00", "07:00")
    tell(ana, kind="test.burns")

    work()

    assert server.pushes[0][1]["urgency"] == "high"


def test_push_turned_off_for_a_group_is_not_sent(
    server: PushServer, browser: Browser, ana: Actor
) -> None:
    wish(ana, "handovers", "needed", push=False)
    tell(ana)

    work()

    assert server.pushes == []
    assert len(mail.outbox) == 1


def test_rest_holds_pushes_and_merges_them(
    server: PushServer, browser: Browser, ana: Actor, reader: Reader
) -> None:
    rest(ana, "20:00", "07:00")
    tell(ana, token="1")
    tell(ana, token="2")
    work()
    assert server.pushes == []

    with scope.acting(ana):
        services.end_quiet_hours(actor=ana, at=clock.now())
    work()

    assert [reader.read(body) for _path, _headers, body in server.pushes] == [
        {"id": "", "title": "2 notifications waited while you rested."}
    ]


def test_nothing_is_pushed_about_what_the_person_may_no_longer_see(
    server: PushServer, browser: Browser, ana: Actor
) -> None:
    tell(ana)
    outbox.drain()
    HIDDEN.add(ana.user_id)

    work()

    assert server.pushes == []
    assert told(ana)[0].push == "dropped"


@pytest.mark.parametrize("status", [404, 410])
def test_browser_that_is_gone_is_forgotten(
    server: PushServer, browser: Browser, ana: Actor, status: int
) -> None:
    server.status = status
    tell(ana)

    work()

    assert not Browser.objects.exists()
    assert Delivery.objects.get(channel="push").state == "dropped"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_service_that_is_busy_is_asked_again(
    server: PushServer, browser: Browser, ana: Actor, status: int
) -> None:
    server.status = status
    tell(ana)

    work()

    assert Delivery.objects.get(channel="push").state == "waiting"
    assert Browser.objects.exists()


@pytest.mark.parametrize("status", [302, 400, 403, 413])
def test_service_that_refuses_or_sends_elsewhere_is_not_followed(
    server: PushServer, browser: Browser, ana: Actor, status: int
) -> None:
    server.status = status
    tell(ana)

    work()

    assert Delivery.objects.get(channel="push").state == "given_up"
    assert [path for path, _headers, _body in server.pushes] == ["/ana"]


def test_browser_that_hangs_holds_up_neither_the_other_nor_the_mail(
    server: PushServer, browser: Browser, ana: Actor, reader: Reader
) -> None:
    add(ana, reader.subscription(f"{server.origin}/other"))
    server.hanging = {"/ana"}
    tell(ana)

    work()

    states = dict(Delivery.objects.filter(channel="push").values_list("browser_id", "state"))
    assert states.pop(browser.pk) == "waiting"
    assert list(states.values()) == ["sent"]
    assert len(mail.outbox) == 1
    # The address is the browser's secret: no error names it.
    assert "/ana" not in Delivery.objects.get(browser_id=browser.pk).error


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/fcm/send/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com/x",
        "https://push.services.mozilla.com.evil.example/x",
        "https://evilpush.services.mozilla.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com@10.0.0.1/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "https://fcm.googleapis.com/\x00",
        "https://fcm.googleapis.com/" + "x" * 2048,
        "https://fcm.googleapis.com:x/",
        "",
    ],
)
def test_address_of_no_known_service_is_refused(ana: Actor, reader: Reader, endpoint: str) -> None:
    with pytest.raises(Invalid) as refusal:
        add(ana, reader.subscription(endpoint))

    assert set(refusal.value.fields) == {"endpoint"}
    assert not Browser.objects.exists()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/x",
        "https://updates.push.services.mozilla.com/wpush/v2/x",
        "https://web.push.apple.com/x",
        "https://wns2-par02p.notify.windows.com/w/?token=x",
    ],
)
def test_address_of_a_browsers_service_is_known(ana: Actor, reader: Reader, endpoint: str) -> None:
    assert add(ana, reader.subscription(endpoint)).endpoint == endpoint


@pytest.mark.parametrize(
    ("p256dh", "auth", "field"),
    [
        ("", encoded(AUTH), "p256dh"),
        (encoded(b"\x04" + b"\x01" * 64), encoded(AUTH), "p256dh"),
        ("é", encoded(AUTH), "p256dh"),
        (encoded(Reader().public), encoded(b"short"), "auth"),
        (encoded(Reader().public), "!", "auth"),
    ],
)
def test_keys_that_no_browser_has_are_refused(
    ana: Actor, p256dh: str, auth: str, field: str
) -> None:
    told = services.Subscription(endpoint="https://fcm.googleapis.com/x", p256dh=p256dh, auth=auth)

    with pytest.raises(Invalid) as refusal:
        add(ana, told)

    assert set(refusal.value.fields) == {field}


def test_service_struck_off_the_list_is_called_no_more(
    server: PushServer, browser: Browser, ana: Actor, settings: Any
) -> None:
    tell(ana)
    outbox.drain()
    settings.PUSH_HOSTS = ["fcm.googleapis.com"]

    work()

    assert server.pushes == []


def test_browser_belongs_to_whoever_signed_in_there_last(
    server: PushServer, browser: Browser, ana: Actor, bo: Actor, reader: Reader
) -> None:
    add(bo, reader.subscription(f"{server.origin}/ana"))
    tell(ana, bo)

    work()

    assert Browser.objects.get().user_id == bo.user_id
    assert len(server.pushes) == 1


def test_person_of_two_members_is_reached_in_her_browser_for_both(
    server: PushServer, browser: Browser, ana: Actor, bo: Actor
) -> None:
    Membership.objects.create(member_id=bo.member_id, user_id=ana.user_id, joined_at=NOON)
    tell(Actor(bo.member_id, ana.user_id))

    work()

    assert len(server.pushes) == 1


def test_without_keys_nothing_is_pushed_and_no_browser_is_added(
    server: PushServer, browser: Browser, ana: Actor, reader: Reader, settings: Any
) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    tell(ana)
    work()

    with pytest.raises(Refused) as refusal:
        add(ana, reader.subscription(f"{server.origin}/new"))

    assert refusal.value.code == "notifications.push_is_off"
    assert server.pushes == []
    assert len(mail.outbox) == 1


def test_wrong_key_of_ours_stops_no_mail(
    server: PushServer, browser: Browser, ana: Actor, settings: Any
) -> None:
    settings.VAPID_PRIVATE_KEY = "not a key"
    tell(ana)

    work()

    assert len(mail.outbox) == 1
    assert Delivery.objects.get(channel="push").state == "waiting"


def test_test_push_arrives_once_for_two_quick_clicks(
    server: PushServer, browser: Browser, ana: Actor, reader: Reader
) -> None:
    with scope.acting(ana):
        for _ in range(2):
            services.try_browser(browser.pk, actor=ana, at=NOON)
    work()

    assert [reader.read(body) for _path, _headers, body in server.pushes] == [
        {"id": "", "title": "Alliance reaches this browser."}
    ]


def test_removed_browser_is_reached_no_more(
    server: PushServer, browser: Browser, ana: Actor
) -> None:
    tell(ana)
    outbox.drain()
    with scope.acting(ana):
        services.remove_browser(browser.pk, actor=ana, at=NOON)

    work()

    assert server.pushes == []


def test_others_can_neither_try_nor_remove_it(
    browser: Browser, mia: Actor, bo: Actor, cy: Actor
) -> None:
    key = Actor(member_id=mia.member_id, roles=frozenset({"key:write"}), via="api_key")
    for actor in (mia, bo, cy, key):
        with scope.acting(actor), pytest.raises(NotFound):
            services.remove_browser(browser.pk, actor=actor, at=NOON)
        with scope.acting(actor), pytest.raises(NotFound):
            services.try_browser(browser.pk, actor=actor, at=NOON)

    assert Browser.objects.count() == 1


def test_browsers_of_one_person_are_bounded(ana: Actor, reader: Reader) -> None:
    for n in range(20):
        add(ana, reader.subscription(f"https://fcm.googleapis.com/{n}"))

    with pytest.raises(DomainError) as refusal:
        add(ana, reader.subscription("https://fcm.googleapis.com/20"))
    assert refusal.value.code == "notifications.too_many_browsers"
    add(ana, reader.subscription("https://fcm.googleapis.com/7"))


def test_titles_speak_the_persons_language(
    server: PushServer, browser: Browser, ana: Actor, reader: Reader
) -> None:
    User.objects.filter(pk=ana.user_id).update(language="zh-hans")
    tell(ana, kind="test.polyglot")

    work()

    assert reader.read(server.pushes[0][2])["title"] == "zh-hans"


def test_printed_keys_are_a_pair_that_browsers_take(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("make_vapid_keys")

    private = capsys.readouterr().out.splitlines()[0].removeprefix("VAPID_PRIVATE_KEY=")
    public = urlsafe_b64decode(vapid.public_key_of(private) + "=")
    assert (len(public), public[0]) == (65, 4)
    assert (
        Vapid.from_string(private).public_key.public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        == public
    )


def test_absent_browser_is_not_found(ana: Actor) -> None:
    with scope.acting(ana), pytest.raises(NotFound):
        services.remove_browser(uuid7(), actor=ana, at=NOON)

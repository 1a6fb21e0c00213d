"""What it costs to find something among many messages, and to have it found: `make bench-rooms`.

200,000 messages in 500 rooms of 20 members (`N=20000` for fewer), with edits, deletions, files, in
four scripts, made in SQL by the owner of the tables. CPU of the application and of its database
session together are held against the bar, as for leads; the elapsed time is told beside it.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any
from uuid import uuid4

from tests.bench.measuring import Spent, database_time, load, scratch_database, told

COUNT = int(os.environ.get("N") or 200_000)
MEMBERS, ROOMS, ROUNDS = 20, 500, 15
SEARCH_BAR_MS, WORDS_BAR_US = 50.0, 150.0
NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT set_config")
# The first are said far more often than the last.
PHRASES = (
    "The warehouse was sealed this morning", "customs holds the container", "仓库在宝安区",
    "集装箱已被扣押", "تم حجز الحاوية في الميناء", "El almacén está vacío desde el jueves",
    "two vans left through the north gate", "the lab confirms mercury", "律师函已经寄出",
    "call the port before noon", "البائع غيّر الرقم", "la aduana pide",
    "shop page is offline", "invoice 4711 does not match", "直播间又开了", "المستودع فارغ",
    "the seller asks for money", "test purchase arrived", "包裹在路上", "falsos en el mercado",
)  # fmt: skip
ASKED = (
    "warehouse", "warehouse sealed", "container customs", "仓库", "扣押 集装箱",
    "直播间", "الحاوية", "المستودع", "almacén", "falsos mercado",
    "token4711", "token4711 warehouse", "nowhere",
    "from:me", "from:me warehouse", 'from:"Analyst 3" warehouse', "has:file", "has:file 仓库",
    "before:2026-06-01", "warehouse before:2026-06-01", "warehouse after:2026-11-01",
    "in:AUR- warehouse", "in:{room} warehouse", "in:{room} has:file before:2026-09-01",
)  # fmt: skip
_MESSAGES = """
INSERT INTO chat_message (id, member_id, room_id, root_type, root_id, seq, cid, author_id, kind,
  body, html, language, mentions, files, code, params, posted_at, words, target)
SELECT gen_random_uuid(), w.member_id, r.room_id, 'investigation', r.root_id,
  r.head + row_number() OVER (PARTITION BY r.room_id ORDER BY n), gen_random_uuid(), w.user_id,
  'message', a.text || ', ' || b.text || ' token' || n, '<p>' || a.text || '</p>', 'en', '{}',
  CASE WHEN n %% 40 = 0 THEN ARRAY[gen_random_uuid()] ELSE '{}' END, '', '{}',
  timestamptz '2025-11-24' + make_interval(secs => n * 31536000.0 / %(count)s),
  a.words || b.words || ARRAY['token' || n], NULL
FROM generate_series(1, %(count)s) AS n
JOIN room r ON r.place = 1 + (n * 7919 + n / 13) %% %(rooms)s
JOIN writer w ON w.place = 1 + (n * 31) %% %(writers)s
JOIN phrase a ON a.place = 1 + floor(power(%(phrases)s, (hashint8(n) & 65535) / 65536.0))::int %% %(phrases)s
JOIN phrase b ON b.place = 1 + (hashint8(n + 7) & 65535) %% %(phrases)s
"""  # noqa: E501
# One message of fifty was said anew, one of a hundred deleted.
_CHANGES = """
INSERT INTO chat_message (id, member_id, room_id, root_type, root_id, seq, cid, author_id, kind,
  body, html, language, mentions, files, code, params, posted_at, words, target)
SELECT gen_random_uuid(), m.member_id, m.room_id, m.root_type, m.root_id,
  last.seq + row_number() OVER (PARTITION BY m.room_id ORDER BY m.seq), gen_random_uuid(),
  m.author_id, CASE WHEN m.seq %% 100 = 0 THEN 'deletion' ELSE 'edit' END,
  CASE WHEN m.seq %% 100 = 0 THEN '' ELSE m.body || ' again' END, m.html, m.language, '{}', '{}', '',
  '{}', m.posted_at + interval '1 minute',
  CASE WHEN m.seq %% 100 = 0 THEN '{}' ELSE m.words || ARRAY['again'] END, m.seq
FROM chat_message m
JOIN (SELECT room_id, max(seq) AS seq FROM chat_message GROUP BY room_id) last USING (room_id)
WHERE m.kind = 'message' AND m.seq %% 50 = 0
"""  # noqa: E501


class World:
    """Rooms of 20 members; the first member reads all of them, the second its own and a few."""

    def __init__(self) -> None:
        from apps.chat.models import Room
        from apps.core import scope
        from apps.sharing import services as sharing
        from tests.factories.world import NOON, make_member, make_person
        from tests.handovers.conftest import make_desk, open_case

        self.people = [
            make_person(f"Analyst {n}", make_member(f"Member {n}", f"M{n:03}"), role="manager")
            for n in range(1, MEMBERS + 1)
        ]
        self.rooms: list[Any] = []
        for n, actor in enumerate(self.people):
            desk = make_desk(actor, f"Desk {n}", "Europe/Rome", "09:00", "18:00")
            for _ in range(ROOMS // MEMBERS):
                case = open_case(actor, desk)
                with scope.acting(actor):
                    room = Room.objects.get(root_id=case.pk)
                    for ally, is_let_in in ((0, True), (1, len(self.rooms) % 10 == 0)):
                        if is_let_in and n != ally:
                            sharing.give_access(
                                room.root,
                                owner_id=actor.member_id,
                                viewer_id=self.people[ally].member_id,
                                level=3,
                                at=NOON,
                                capabilities=("act",),
                            )
                    self.rooms.append(room)

    def fill(self) -> None:
        """Messages by the owner of the tables: walls do not hold it up."""
        import psycopg
        from django.db import connection

        from apps.core.grams import grams

        made = connection.settings_dict
        with psycopg.connect(
            os.environ["DATABASE_OWNER_URL"], dbname=made["NAME"], autocommit=True
        ) as db:
            db.execute("CREATE TEMP TABLE phrase (place int, text text, words text[])")
            db.execute("CREATE TEMP TABLE writer (place int, member_id uuid, user_id uuid)")
            for place, text in enumerate(PHRASES, start=1):
                db.execute("INSERT INTO phrase VALUES (%s, %s, %s)", [place, text, grams(text)])
            for place, one in enumerate(self.people, start=1):
                db.execute(
                    "INSERT INTO writer VALUES (%s, %s, %s)", [place, one.member_id, one.user_id]
                )
            db.execute(
                "CREATE TEMP TABLE room AS SELECT row_number() OVER (ORDER BY r.id) AS place,"
                " r.id AS room_id, r.root_id, h.seq AS head FROM chat_room r JOIN core_head h"
                " ON h.subject_type = 'room' AND h.subject_id = r.id WHERE r.kind = 'investigation'"
            )
            sizes = {
                "count": COUNT, "rooms": ROOMS, "writers": MEMBERS, "phrases": len(PHRASES),
            }  # fmt: skip
            begin = perf_counter()
            db.execute(_MESSAGES, sizes)
            db.execute(_CHANGES.replace("%%", "%"))
            db.execute(
                "UPDATE core_head h SET seq = m.seq FROM (SELECT room_id, max(seq) AS seq"
                " FROM chat_message GROUP BY room_id) m"
                " WHERE h.subject_type = 'room' AND h.subject_id = m.room_id"
            )
            db.execute("VACUUM (ANALYZE)")
            sizes_ = db.execute(
                "SELECT pg_table_size('chat_message') / 1048576,"
                " pg_relation_size('chat_message_words') / 1048576, count(*) FROM chat_message"
            ).fetchone()
        print(
            "  %s MiB of messages, %s MiB of words, %s entries," % (sizes_ or ("?", "?", "?"))
            + f" made in {perf_counter() - begin:.0f} s",
            flush=True,
        )


def timed(act: Callable[[], object], rounds: int = ROUNDS) -> list[Spent]:
    found = []
    for _ in range(rounds):
        begin = process_time(), database_time(), perf_counter()
        act()
        end = process_time(), database_time(), perf_counter()
        found.append(Spent(*((b - a) * 1000 for a, b in zip(begin, end, strict=True))))
    return found


def searching(world: World) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from apps.chat import finding, selectors
    from apps.core import scope
    from tests.factories.world import NOON

    for who, name in ((0, "who reads all rooms"), (1, "who reads a tenth")):
        actor, every = world.people[who], list[Spent]()
        for text in ASKED:
            typed = text.format(room=world.rooms[who * (ROOMS // MEMBERS) + 1].pk)
            asked = finding.read(typed, at=NOON + timedelta(days=3), zone="Europe/Rome")

            def find(asked: Any = asked, actor: Any = actor) -> int:
                with scope.acting(actor):
                    return len(selectors.search(actor, asked))

            with CaptureQueriesContext(connection) as taken:
                count = find()
            queries = [q for q in taken if not q["sql"].startswith(NOT_COUNTED)]
            spent = timed(find)
            every += spent
            p95 = quantiles([one.work for one in spent], n=20, method="inclusive")[-1]
            told(
                f"search {text.format(room='room')!r}, {name}",
                f"p95 {p95:.1f} ms (of it {median(one.app for one in spent):.0f} app),"
                f" {count} found, {len(queries)} queries",
                f"{SEARCH_BAR_MS:g} ms",
                holds=p95 <= SEARCH_BAR_MS,
            )
        p95 = quantiles([one.work for one in every], n=20, method="inclusive")[-1]
        elapsed = quantiles([one.elapsed for one in every], n=20, method="inclusive")[-1]
        told(
            f"all of them, {name}",
            f"p95 {p95:.1f} ms CPU, {elapsed:.1f} ms elapsed",
            f"{SEARCH_BAR_MS:g} ms",
            holds=p95 <= SEARCH_BAR_MS,
        )


def appending(world: World) -> None:
    """What a message costs with its words and without, and by which way it comes."""
    from apps.chat import flood, selectors, writing
    from apps.chat.services import appending as one_way
    from apps.core import scope

    flood.BURST = flood.ROOM_BURST = flood.MEMBER_BURST = 10**9
    actor, room = world.people[0], world.rooms[0]
    with scope.acting(actor):
        card = selectors.card_of(actor)

    def said(**frame: Any) -> dict[str, Any]:
        return {"cid": str(uuid4()), "body": f"{PHRASES[0]}, {PHRASES[3]} {uuid4()}", **frame}

    def plain() -> None:
        drafts = [
            writing.draft(
                room.pk, cid=one["cid"], body=one["body"], language="en", author=card, actor=actor
            )
            for one in (said() for _ in range(32))
        ]
        writing.keep_all(drafts)

    def answers(**frame: Any) -> None:
        asked = [writing.Said(actor, "en", card, room.pk, said(**frame)) for _ in range(32)]
        drafts = [one for one in writing.prepare_each(asked) if isinstance(one, writing.Draft)]
        assert len(drafts) == 32
        writing.keep_all(drafts)

    def one_by_one() -> None:
        from apps.chat import services
        from apps.core import clock

        for _ in range(32):
            one = said()
            with scope.acting(actor):
                services.post_message(
                    room.pk, cid=one["cid"], body=one["body"], reply_to=1, actor=actor,
                    at=clock.now(),
                )  # fmt: skip

    grams, cost = one_way.grams, dict[str, float]()
    for name, act in (
        ("plain", plain),
        ("without words", plain),
        ("answers, gathered", lambda: answers(reply_to=1)),
        ("answers, one by one", one_by_one),
    ):
        one_way.grams = (lambda _text: []) if name == "without words" else grams
        timed(act, 3)
        cost[name] = median(one.work for one in timed(act)) / 32 * 1000
        print(f"  a message, {name:24} {cost[name]:8.0f} us of CPU, application and database")
    one_way.grams = grams
    words = cost["plain"] - cost["without words"]
    told(
        "words of a message, made and indexed",
        f"{words:.0f} us",
        f"{WORDS_BAR_US:g} us",
        holds=words <= WORDS_BAR_US,
    )


def main() -> None:
    with scratch_database():
        print(load(), flush=True)
        world = World()
        world.fill()
        searching(world)
        appending(world)
        print(load(), flush=True)


if __name__ == "__main__":
    main()

"""A world of many leads, made in SQL by the owner of the tables: the same for the same size.

Members follow Zipf's law (the first of 200 has a sixth of everything), and so do words and sellers.
Ids are those of version 7, in the order of time; keys of selectors are those that the normaliser
gives, so that a lead brought by the product meets the generated ones.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import psycopg
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import NOT_PROVIDED

from apps.core.actor import Actor
from apps.core.grams import grams
from apps.leads.correlating import keys
from apps.leads.drafts import KEY_FORM
from apps.leads.normalise import VERSION

MEMBERS = 200
# What of a lead's seller is told; two leads of one seller share what is told of both.
SELECTORS = ("shop", "url", "domain", "email", "phone")
PRODUCTS = (
    "serum", "handbag", "sneakers", "charger", "toner cartridge", "perfume", "watch", "headphones",
    "brake pads", "toy bricks", "sunglasses", "jersey", "lipstick", "blender", "power bank",
    "smart lock", "razor blades", "baby carrier", "cordless drill", "scarf", "精华液", "手提包",
    "运动鞋", "充电器", "香水", "手表", "耳机", "刹车片", "积木玩具", "太阳镜", "口红", "剃须刀片",
    "سيروم",    "حقيبة يد", "حذاء رياضي", "عطر",
)  # fmt: skip
OFFERS = (
    "offered below cost", "without a licence", "with a forged certificate", "in bulk", "seen live",
    "with copied pictures", "after a warning", "from a new shop", "批发价", "无授权", "直播间出售",
)  # fmt: skip
LOADED = (
    "leads_lead", "leads_leadselector", "sharing_searchentry", "core_access", "sharing_grant",
    "leads_selectorposting",
)  # fmt: skip

# Between 0 and 1, the same for the same number and question.
_CHANCE = "((hashint8extended({n}, {seed}) & 2147483647) / 2147483648.0)"
# One of so many, the first ones far more often.
_ZIPF = "floor(power({most}::float8, {chance}))::int"
_ID = (
    "(lpad(to_hex((extract(epoch FROM {at}) * 1000)::bigint), 12, '0') || '7'"
    " || substr(md5({salt} || {n}), 1, 3) || '8' || substr(md5({salt} || {n}), 4, 15))::uuid"
)
_AT = "(timestamptz '2025-11-01' + make_interval(secs => {n} * 31536000.0 / {total}))"


class World:
    """The owner's connection, and the numbers that everything follows from."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.db = psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True)
        self.members: list[str] = []

    def make(self) -> None:
        """Fill the empty tables; minutes for a million leads."""
        self._say("words", self._words)
        self._say("members", self._members)
        with self._without_indexes():
            self._say("leads", self._leads)
            self._say("selectors", self._selectors)
            self._say("access rows", self._access)
            self._say("grants", self._grants)
            self._say("search entries", self._entries)
            self._say("postings", self._postings)
        self._say("statistics", lambda: self.db.execute("VACUUM (ANALYZE)"))

    def _say(self, name: str, act: Any) -> None:
        begin = perf_counter()
        act()
        print(f"  made {name:16} {perf_counter() - begin:7.1f} s", flush=True)

    @contextmanager
    def _without_indexes(self) -> Iterator[None]:
        """Indexes and foreign keys are taken away and put back, checked, at the end."""
        keys = self.db.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
            " FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text = ANY (%s)",
            [list(LOADED)],
        ).fetchall()
        indexes = self.db.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid::regclass::text = ANY (%s) AND NOT EXISTS"
            " (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)",
            [list(LOADED)],
        ).fetchall()
        for table, name, _definition in keys:
            self.db.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _definition in indexes:
            self.db.execute(f"DROP INDEX {name}")
        self.db.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'")
        yield
        for name, definition in indexes:
            self._say(name, lambda sql=definition: self.db.execute(sql))
        for table, name, definition in keys:
            self.db.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')

    def _words(self) -> None:
        self.db.execute("CREATE TEMP TABLE phrase (place int, kind text, text text, grams text[])")
        with self.db.cursor() as cursor, cursor.copy("COPY phrase FROM STDIN") as copy:
            for kind, texts in (("product", PRODUCTS), ("offer", OFFERS)):
                for place, text in enumerate(texts, start=1):
                    copy.write_row([place, kind, text, grams(text)])

    def _members(self) -> None:
        """With one analyst each; the database keeps the ids that the product gave them."""
        from tests.factories.world import make_member, make_person

        for n in range(1, MEMBERS + 1):
            member = make_member(f"Member {n}", f"M{n:03}")
            make_person(f"Analyst {n}", member)
            self.members.append(str(member.pk))
        weights = [1 / n for n in range(1, MEMBERS + 1)]
        edges = [sum(weights[:n]) / sum(weights) for n in range(MEMBERS)]
        self.db.execute(
            "CREATE TEMP TABLE member AS SELECT place, id FROM unnest(%s::uuid[])"
            " WITH ORDINALITY AS m (id, place)",
            [self.members],
        )
        owner = f"width_bucket({_chance('n', 1)}, %s::float8[])"
        at = _AT.format(n="n", total=self.count)
        seller = _ZIPF.format(most=max(self.count // 3, 10), chance=_chance("n", 2))
        self.db.execute(
            "CREATE TEMP TABLE lead AS SELECT n, m.place AS owner, m.id AS member_id, at,"
            f" {_ID.format(at='at', n='n', salt=repr('l'))} AS id, seller, product, offer"
            f" FROM (SELECT n, {owner} AS owner, {at} AS at, {seller} AS seller,"
            f" {_ZIPF.format(most=len(PRODUCTS), chance=_chance('n', 3))} AS product,"
            f" {_ZIPF.format(most=len(OFFERS), chance=_chance('n', 4))} AS offer"
            " FROM generate_series(1::bigint, %s) n) l JOIN member m ON m.place = l.owner",
            [edges, self.count],
        )
        self.db.execute("CREATE INDEX ON lead (n); ANALYZE lead, member, phrase")

    def _fill(self, model: type[models.Model], source: str, **given: str) -> None:
        """INSERT SELECT; columns that are not given have the model's own defaults."""
        columns = {
            field.column: given.get(field.column) or _default(field)
            for field in model._meta.concrete_fields
            if not field.generated
        }
        names = ", ".join(f'"{name}"' for name in columns)
        table = model._meta.db_table
        self.db.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(columns.values())} {source}"
        )

    def _leads(self) -> None:
        self._fill(
            apps.get_model("leads", "Lead"),
            "FROM lead l JOIN phrase p ON (p.kind, p.place) = ('product', l.product)"
            " JOIN phrase o ON (o.kind, o.place) = ('offer', l.offer) ORDER BY l.n",
            id="l.id", member_id="l.member_id", reference="'LD-' || l.n",
            title="p.text || ' ' || o.text || ' ' || l.seller",
            description="'Seller ' || l.seller || ': ' || o.text",
            locator="'https://shop-' || l.seller || '.example/item/' || l.n", locator_kind="'url'",
            brand="'Brand' || l.owner", country="'CN'", created_at="l.at",
            severity=f"(ARRAY['stable','watch','urgent'])[1 + floor(3 * {_chance('l.n', 5)})::int]",
            status=f"(ARRAY['new','triaged','dismissed'])[1 + floor(3 * {_chance('l.n', 6)})::int]",
        )  # fmt: skip

    def _selectors(self) -> None:
        """Five of each lead: its own address, and what its seller has in common."""
        for place, kind in enumerate(SELECTORS):
            norm = {
                "shop": "'s' || l.seller",
                "url": "'https://shop-' || l.seller || '.example/item/' || l.n",
                "domain": "'shop-' || l.seller || '.example'",
                "email": "'sales' || l.seller || '@mail-' || l.seller % 97 || '.example'",
                "phone": "'+8613' || lpad(l.seller::text, 9, '0')",
            }[kind]
            space = "'taobao'" if kind == "shop" else "''"
            self._fill(
                apps.get_model("leads", "LeadSelector"),
                "FROM lead l ORDER BY l.n",
                id=_ID.format(at="l.at", n="l.n", salt=repr(kind)), member_id="l.member_id",
                lead_id="l.id", kind=f"'{kind}'", namespace=space, raw=norm, norm=norm,
                key=_key(kind, space, norm), strength="0.8", norm_version=str(VERSION),
                position=str(place),
            )  # fmt: skip

    def _access(self) -> None:
        self.db.execute(
            "INSERT INTO core_head (subject_type, subject_id, seq)"
            " SELECT 'lead_number', id, %s FROM member",
            [self.count],
        )
        self._fill(
            apps.get_model("core", "Access"), "FROM lead l ORDER BY l.n",
            viewer_id="l.member_id", owner_id="l.member_id", subject_type="'lead'",
            subject_id="l.id", level="4", created_at="l.at",
        )  # fmt: skip

    def _grants(self) -> None:
        """Three leads of ten are shared with one ally each, most at the level of the selectors."""
        ally = f"width_bucket({_chance('l.n', 8)}, (SELECT array_agg((place - 1) / {MEMBERS}.0"
        ally += " ORDER BY place) FROM member))"
        self.db.execute(
            "CREATE TEMP TABLE share AS SELECT l.*, g.id AS grantee_id,"
            f" 1 + floor(4 * {_chance('l.n', 9)})::int AS level"
            f" FROM (SELECT l.*, {ally} AS ally FROM lead l WHERE {_chance('l.n', 7)} < 0.3) l"
            " JOIN member g ON g.place = l.ally AND g.id <> l.member_id"
        )
        self._fill(
            apps.get_model("sharing", "Grant"), "FROM share l ORDER BY l.n",
            id=_ID.format(at="l.at", n="l.n", salt=repr("g")), member_id="l.member_id",
            grantee_id="l.grantee_id", subject_type="'lead'", subject_id="l.id", level="l.level",
            purpose="'Joint action'", created_at="l.at", active_at="l.at",
        )  # fmt: skip
        self._fill(
            apps.get_model("core", "Access"), "FROM share l ORDER BY l.n",
            viewer_id="l.grantee_id", owner_id="l.member_id", subject_type="'lead'",
            subject_id="l.id", level="l.level", created_at="l.at",
        )  # fmt: skip

    def _entries(self) -> None:
        """The words of the selectors at their level, everything at the level of the case."""
        named = (
            "ARRAY['https','shop',l.seller::text,'example','item',l.n::text,'s'||l.seller,"
            "'sales'||l.seller,'mail',(l.seller % 97)::text]"
        )
        contact = "ARRAY['8613'||lpad(l.seller::text, 9, '0')]"
        told = "ARRAY['ld',l.n::text,'seller','brand'||l.owner]"
        for level, words, salt in (
            (2, named, "e2"),
            (3, f"p.grams || o.grams || {named} || {contact} || {told}", "e3"),
        ):
            self._fill(
                apps.get_model("sharing", "SearchEntry"),
                "FROM lead l JOIN phrase p ON (p.kind, p.place) = ('product', l.product)"
                " JOIN phrase o ON (o.kind, o.place) = ('offer', l.offer) ORDER BY l.n",
                id=_ID.format(at="l.at", n="l.n", salt=repr(salt)), member_id="l.member_id",
                root_type="'lead'", root_id="l.id", min_level=str(level), grams=words,
                text="'shop-' || l.seller || '.example'", came_at="l.at",
            )  # fmt: skip

    def _postings(self) -> None:
        """One of each selector, a third of the leads open to signals and asked already."""
        key = keys.current()
        open_ = f"({_chance('l.n', 10)} < 0.33)"
        self._fill(
            apps.get_model("leads", "SelectorPosting"),
            "FROM leads_leadselector s JOIN lead l ON l.id = s.lead_id ORDER BY l.n, s.position",
            lead_id="s.lead_id", digest=_hmac(key.secret), member_id="s.member_id",
            discoverability=f"{open_}::int", tried=open_, strength="s.strength",
            key_id=f"'{key.id}'", known_since="l.at",
        )  # fmt: skip


def _hmac(secret: bytes) -> str:
    """HMAC-SHA256 (RFC 2104) of a selector in SQL: what `keys.Key.digest` gives."""
    block = (secret if len(secret) <= 64 else hashlib.sha256(secret).digest()).ljust(64, b"\0")
    inner, outer = (bytes(one ^ pad for one in block).hex() for pad in (0x36, 0x5C))
    named = " || chr(31) || ".join((f"'{keys.SCHEME}'", "s.kind", "s.namespace", "s.norm"))
    message = f"decode('{inner}', 'hex') || convert_to({named}, 'UTF8')"
    return f"sha256(decode('{outer}', 'hex') || sha256({message}))"


def _chance(n: str, seed: int) -> str:
    return _CHANCE.format(n=n, seed=seed)


def _key(kind: str, space: str, norm: str) -> str:
    """What `drafts.key_of` gives."""
    written = f"'{KEY_FORM}' || chr(31) || '{kind}' || chr(31) || {space} || chr(31) || {norm}"
    return f"encode(substr(sha256(convert_to({written}, 'UTF8')), 1, 16), 'hex')::uuid"


def _default(field: "models.Field[Any, Any]") -> str:
    value = None if field.default is NOT_PROVIDED else field.get_default()
    if value is None and not field.null and isinstance(field, models.TextField):
        value = ""
    if value is None:
        return "NULL"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    if isinstance(field, models.JSONField):
        return f"'{json.dumps(value, cls=DjangoJSONEncoder)}'::jsonb"
    return "'{}'" if isinstance(value, list) else f"'{value}'"


def analyst(member_id: str) -> Actor:
    from apps.members.models import Membership
    from tests.factories.world import actor_of

    membership = Membership.objects.select_related("user", "member").get(member_id=member_id)
    return actor_of(membership.user, membership.member, membership.role)

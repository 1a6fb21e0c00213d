"""Four hundred fictional reports as files that the importer reads, the same for the same seed."""

# ruff: noqa: E501 - a family of titles is one line

import csv
import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from apps.handovers.demo.cast import MEMBERS, MemberFacts

BATCHES: Final = (
    ("Marketplace watch", timedelta(days=15), 28),
    ("Customs and partners", timedelta(days=6), 22),
    ("Night shift", timedelta(hours=7), 15),
)
COLUMNS: Final = ("title", "description", "url", "phone", "email", "brand", "country", "date")

_TITLES: Final = {
    "AUR": (
        ("疑似仿冒 {brand} 精华液，价格仅为正品十分之一", "多家店铺使用同一组图片出售 {brand} 面霜", "直播间出售 {brand} 礼盒，无中文标签"),
        ("{brand} serum offered without a batch number", "Refill bottles under the name {brand}", "{brand} cream in a closed group"),
    ),
    "PAV": (
        ("{brand} scarves with the studio's own photographs", "Silk that is polyester, label says {brand}"),
        ("Foulard {brand} su una bancarella online", "Offerta di foulard {brand} senza fattura"),
    ),
    "QAM": (
        ("عطور {brand} بسعر منخفض في قناة مغلقة", "متجر جديد يعرض عبوات {brand} دون رقم دفعة"),
        ("{brand} testers sold by the pallet", "{brand} bottles, empty, with caps and boxes"),
    ),
    "NOR": (
        ("{brand} jackets sold as samples", "One control code on many {brand} hang tags"),
        ("Piumini {brand} venduti come “campioni”", "Jackor med lånade bilder från {brand}"),
    ),
    "SOL": (
        ("Protetor {brand} sem registro, vários anúncios", "Loja vende {brand} em galões"),
        ("Crema solar {brand} sin número de lote", "{brand} sunscreen in a bottle the brand does not use"),
    ),
    "KIT": (
        ("{brand} fins that break, two buyers report", "Nine seller accounts list the same {brand} bars"),
        ("Tienda con facturas repetidas vende {brand}", "Anuncios copiados de {brand} en dos idiomas"),
    ),
}  # fmt: skip
_WORDS: Final = ("lumi", "seta", "oud", "duvet", "sol", "kite", "glow", "brisa", "nord", "musk")
_SHOPS: Final = ("outlet", "barato", "direct", "factory", "sample", "depot", "corner", "lane")
_NOTES: Final = (
    "Seen in a search; price far below the usual one.",
    "A buyer sent photographs of the label.",
    "Same pictures as in an earlier report.",
    "The seller answers on the phone number only.",
    "",
)
_COUNTRIES: Final = ("CN", "IT", "BR", "AE", "SE", "US", "MX", "IN", "KE", "ES")


@dataclass(frozen=True, slots=True)
class ReportFile:
    member: str
    source: str
    age: timedelta
    data: bytes


def phones() -> list[str]:
    """Numbers from the ranges that are kept free for fiction; shops share them on purpose."""
    return [f"+1 {area} 555 01{n:02}" for area in (212, 305, 415) for n in range(8, 32)]


def hosts() -> list[str]:
    return [f"{word}-{shop}.example" for word in _WORDS for shop in _SHOPS]


def report_files(random: Random, now: datetime, share: int = 1) -> list[ReportFile]:
    """One file per member and batch; with a share of n, an nth of its rows."""
    return [
        ReportFile(
            member.code, source, age, _file(member, max(2, count // share), now - age, random)
        )
        for source, age, count in BATCHES
        for member in MEMBERS
    ]


def _file(member: MemberFacts, count: int, until: datetime, random: Random) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for number in range(count):
        writer.writerow(_row(member, number, until, random))
    return out.getvalue().encode()


def _row(member: MemberFacts, number: int, until: datetime, random: Random) -> list[str]:
    brand = random.choice(member.brands)
    title = random.choice(random.choice(_TITLES[member.code])).format(brand=brand)
    host = random.choice(hosts())
    seen_at = until - timedelta(minutes=random.randrange(30, 3000))
    return [
        title,
        random.choice(_NOTES),
        f"https://{host}/{member.code.lower()}-{number + 1:03}/{random.randrange(10_000, 99_999)}",
        random.choice(phones()) if random.random() < 0.35 else "",
        f"sales{random.randrange(1, 30)}@{host}" if random.random() < 0.3 else "",
        brand,
        random.choice(_COUNTRIES),
        f"{seen_at:%Y-%m-%d}",
    ]

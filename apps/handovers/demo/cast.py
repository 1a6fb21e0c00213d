"""Who is in the demo world: six fictional members, nine desks around the globe, their people."""

from dataclasses import dataclass
from typing import Final

PASSWORD: Final = "alliance-demo-2026"  # noqa: S105 - printed on purpose, for the demo alone
CIRCLE: Final = "Follow the sun"
TASK_FORCE: Final = "Skin care task force"


@dataclass(frozen=True, slots=True)
class MemberFacts:
    name: str
    code: str
    kind: str
    country: str
    goods: str
    brands: tuple[str, ...]
    to_allies: bool = True

    @property
    def host(self) -> str:
        return f"{self.name.lower()}.example"


@dataclass(frozen=True, slots=True)
class DeskFacts:
    """A desk; `hours` are local and hold on every day."""

    key: str
    member: str
    city: str
    country: str
    tz: str
    latitude: float
    longitude: float
    hours: tuple[str, str]
    languages: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    capacity: int


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """`desks` may be empty; `also` names a second member in which the person works."""

    name: str
    mailbox: str
    member: str
    role: str
    desks: tuple[str, ...] = ()
    language: str = "en"
    also: str = ""
    zone: str = ""


MEMBERS: Final = (
    MemberFacts("Aurelis", "AUR", "brand", "CN", "skin care", ("Aurelis", "Lumi by Aurelis")),
    MemberFacts("Pavonne", "PAV", "brand", "IN", "silk scarves", ("Pavonne", "Pavonne Seta")),
    MemberFacts("Qamarine", "QAM", "brand", "AE", "perfumes", ("Qamarine",), to_allies=False),
    MemberFacts("Norrvik", "NOR", "brand", "SE", "down jackets", ("Norrvik", "Norrvik Junior")),
    MemberFacts("Solmara", "SOL", "brand", "BR", "sun care", ("Solmara",)),
    MemberFacts("Kitefin", "KIT", "platform", "US", "sports gear", ("Kitefin",)),
)

DESKS: Final = (
    DeskFacts(
        "hangzhou", "AUR", "Hangzhou", "CN", "Asia/Shanghai", 30.27, 120.15,
        ("09:00", "18:00"), ("zh", "en"), ("CN", "HK"), 20,
    ),
    DeskFacts(
        "bengaluru", "PAV", "Bengaluru", "IN", "Asia/Kolkata", 12.97, 77.59,
        ("09:30", "18:30"), ("en", "hi"), ("IN",), 10,
    ),
    DeskFacts(
        "dubai", "QAM", "Dubai", "AE", "Asia/Dubai", 25.20, 55.27,
        ("08:00", "17:00"), ("ar", "en"), ("AE", "SA"), 8,
    ),
    DeskFacts(
        "nairobi", "NOR", "Nairobi", "KE", "Africa/Nairobi", -1.29, 36.82,
        ("08:00", "17:00"), ("en", "sw"), ("KE",), 8,
    ),
    DeskFacts(
        "stockholm", "NOR", "Stockholm", "SE", "Europe/Stockholm", 59.33, 18.07,
        ("08:00", "16:00"), ("sv", "en"), ("SE", "DE", "DK"), 10,
    ),
    DeskFacts(
        "milan", "AUR", "Milan", "IT", "Europe/Rome", 45.46, 9.19,
        ("09:00", "18:00"), ("it", "en", "es"), ("IT", "FR", "ES"), 18,
    ),
    DeskFacts(
        "sao-paulo", "SOL", "São Paulo", "BR", "America/Sao_Paulo", -23.55, -46.63,
        ("12:00", "21:00"), ("pt", "es", "en"), ("BR", "AR"), 14,
    ),
    DeskFacts(
        "mexico-city", "KIT", "Mexico City", "MX", "America/Mexico_City", 19.43, -99.13,
        ("09:00", "17:00"), ("es", "en"), ("MX",), 8,
    ),
    DeskFacts(
        "san-francisco", "KIT", "San Francisco", "US", "America/Los_Angeles", 37.77, -122.42,
        ("07:00", "15:00"), ("en", "es"), ("US", "CA"), 10,
    ),
)  # fmt: skip

PEOPLE: Final = (
    PersonFacts("林悦 Lin Yue", "lin.yue", "AUR", "analyst", ("hangzhou",), "zh-hans"),
    PersonFacts("周敏 Zhou Min", "zhou.min", "AUR", "manager", ("hangzhou",), "zh-hans"),
    PersonFacts("Shen Qiao", "shen.qiao", "AUR", "analyst", ("hangzhou",)),
    PersonFacts("Giulia Ferrante", "giulia.ferrante", "AUR", "analyst", ("milan",)),
    PersonFacts("Marco Bellandi", "marco.bellandi", "AUR", "admin", ("milan",)),
    PersonFacts("Elisa Tornaghi", "elisa.tornaghi", "AUR", "observer", (), zone="Europe/Rome"),
    PersonFacts("Devika Rao", "devika.rao", "PAV", "analyst", ("bengaluru",)),
    PersonFacts("Arjun Menon", "arjun.menon", "PAV", "admin", ("bengaluru",)),
    PersonFacts("Noura Al Kaabi", "noura.alkaabi", "QAM", "analyst", ("dubai",)),
    PersonFacts("Khalid Mansoor", "khalid.mansoor", "QAM", "admin", ("dubai",)),
    PersonFacts("Ingrid Söderholm", "ingrid.soderholm", "NOR", "analyst", ("stockholm",)),
    PersonFacts("Nils Åkerlund", "nils.akerlund", "NOR", "admin", ("stockholm",)),
    PersonFacts("Amina Wanjiru", "amina.wanjiru", "NOR", "analyst", ("nairobi",)),
    PersonFacts("Joseph Otieno", "joseph.otieno", "NOR", "manager", ("nairobi",)),
    PersonFacts("Rafael Duarte", "rafael.duarte", "SOL", "analyst", ("sao-paulo",)),
    PersonFacts("Beatriz Nogueira", "beatriz.nogueira", "SOL", "admin", ("sao-paulo",)),
    PersonFacts("Caio Werneck", "caio.werneck", "SOL", "analyst", ("sao-paulo",), also="KIT"),
    PersonFacts("Tom Okafor", "tom.okafor", "KIT", "analyst", ("san-francisco",)),
    PersonFacts("Grace Lindqvist", "grace.lindqvist", "KIT", "admin", ("san-francisco",)),
    PersonFacts("Marisol Ibáñez", "marisol.ibanez", "KIT", "analyst", ("mexico-city",)),
    PersonFacts("Diego Arriaga", "diego.arriaga", "KIT", "manager", ("mexico-city",)),
)
# The alliance's own staff: creates members, sees ids and counts, works for none of them.
STAFF: Final = ("Vera Kolding", "staff@alliance.example")

"""The priority's lines in words: each says the fact that gave its points."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.leads.models import Severity
from apps.leads.triaging import priority
from apps.leads.triaging.priority import Facts

FACTORS: Final[dict[str, Promise]] = {
    "severity": gettext_lazy("Severity"),
    "grade": gettext_lazy("Source and report"),
    "freshness": gettext_lazy("Freshness"),
    "links": gettext_lazy("Related leads"),
    "brand": gettext_lazy("Brand"),
    "identity": gettext_lazy("What identifies it"),
    "volume": gettext_lazy("Listings and shops"),
    "sightings": gettext_lazy("Sightings"),
}


def told(facts: Facts) -> list[tuple[priority.Line, str, str]]:
    """Every line with the name of its factor and the fact behind it."""
    return [(line, str(FACTORS[line.factor]), sentence(line.factor, facts))
            for line in priority.lines(facts)]  # fmt: skip


def sentence(factor: str, facts: Facts) -> str:
    return _SENTENCES[factor](facts)


def _severity(facts: Facts) -> str:
    known = facts.severity in Severity.values
    return str(Severity(facts.severity).label) if known else facts.severity


def _grade(facts: Facts) -> str:
    if not facts.reliability and facts.credibility is None:
        return _("Not graded")
    return _("Source %(letter)s, report %(number)s") % {
        "letter": (facts.reliability or "f").upper(),
        "number": facts.credibility or 6,
    }


def _freshness(facts: Facts) -> str:
    days = facts.age_in_hours // 24
    if not days:
        return _("Seen within a day")
    return ngettext("Seen %(count)s day ago", "Seen %(count)s days ago", days) % {"count": days}


def _links(facts: Facts) -> str:
    return ngettext(
        "%(count)s other lead has one of its selectors",
        "%(count)s other leads have one of its selectors",
        facts.links,
    ) % {"count": facts.links}


def _brand(facts: Facts) -> str:
    if not facts.brand:
        return _("No brand is named")
    return _("Your own brand") if facts.brand == "own" else _("A brand that is not among yours")


def _identity(facts: Facts) -> str:
    if facts.strength >= 1.0:
        return _("A shop or a company by its number")
    if facts.strength >= 0.8:
        return _("A listing, a telephone number or an e-mail address")
    if facts.strength >= 0.6:
        return _("A web address or a domain")
    return _("Nothing that surely identifies it")


def _volume(facts: Facts) -> str:
    return ngettext(
        "%(count)s address, listing or shop",
        "%(count)s addresses, listings and shops",
        facts.targets,
    ) % {"count": facts.targets}


def _sightings(facts: Facts) -> str:
    return ngettext("%(count)s sighting", "%(count)s sightings", facts.sightings) % {
        "count": facts.sightings
    }


_SENTENCES: Final = {
    "severity": _severity,
    "grade": _grade,
    "freshness": _freshness,
    "links": _links,
    "brand": _brand,
    "identity": _identity,
    "volume": _volume,
    "sightings": _sightings,
}

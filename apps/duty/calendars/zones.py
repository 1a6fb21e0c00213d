"""Time zones that calendars name: IANA's, Outlook's by CLDR, or described in the calendar."""

from datetime import tzinfo
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON
from icalendar.timezone.zoneinfo import ZONEINFO

from apps.core.walltime import zone_names


def iana_name(tzid: str) -> str | None:
    """The zone of the pinned database that the identifier means; None for one of its own.

    Programs write `Europe/Rome`, Outlook `W. Europe Standard Time`, and some put their own name
    before it: `/example.org/20070129_1/Europe/Rome`.
    """
    cleaned = tzid.strip().strip("/")
    if cleaned in WINDOWS_TO_OLSON:
        return WINDOWS_TO_OLSON[cleaned]
    parts = cleaned.split("/")
    names = zone_names()
    return next((name for n in range(len(parts)) if (name := "/".join(parts[n:])) in names), None)


class PinnedZones(ZONEINFO):
    """What icalendar asks for zones: a name that is known wins over the calendar's description.

    Descriptions are copies, often years old; the pinned database knows this year's clock changes.
    """

    name = "pinned"

    def timezone(self, name: str) -> tzinfo | None:
        """The zone of the name, from the pinned database alone."""
        known = iana_name(name)
        return ZoneInfo(known) if known else None

    def knows_timezone_id(self, tzid: str) -> bool:
        """Whether the calendar's own description of the zone is to be passed over."""
        return iana_name(tzid) is not None

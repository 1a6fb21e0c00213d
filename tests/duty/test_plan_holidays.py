import subprocess
import sys
from datetime import date

import pytest

from apps.duty.planning import UnknownCalendar, country_holidays


def test_holidays_of_a_country_come_in_order_with_their_names():
    days = country_holidays("IT", None, [2028, 2027])

    assert list(days) == sorted(days)
    assert {day.year for day in days} == {2027, 2028}
    assert days[date(2027, 6, 2)]


def test_part_of_a_country_adds_its_own():
    country, california = (country_holidays("US", part, [2027]) for part in (None, "CA"))

    assert date(2027, 3, 31) in california  # Cesar Chavez Day
    assert date(2027, 3, 31) not in country


@pytest.mark.parametrize("place", [("ZZ", None), ("IT", "ZZ"), ("", None), ("it", None)])
def test_unknown_calendar_is_refused(place):
    with pytest.raises(UnknownCalendar, match="no holiday calendar"):
        country_holidays(*place, [2027])


def test_planning_does_not_load_the_holiday_library():
    script = "import sys, apps.duty.planning; sys.exit('holidays' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0

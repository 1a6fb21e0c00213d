"""Instants and lengths in people's words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import translation

from apps.core.web import wording

NOON = datetime(2026, 11, 24, 9, 38, tzinfo=UTC)


def drawn(source: str, **context: object) -> str:
    page = Template("{% load alliance %}" + source)
    return page.render(Context({"my_zone": "Asia/Shanghai", "now": NOON, **context}))


def test_reader_comes_first_and_the_other_party_after() -> None:
    text = drawn('{% two_times at "Europe/Rome" "Milan" %}', at=NOON)

    assert "<b>17:38</b> <i>· 10:38 <bdi>Milan</bdi></i>" in text
    assert 'datetime="2026-11-24T09:38Z"' in text
    assert "UTC+08:00 Asia/Shanghai" in text


def test_day_of_the_other_party_is_named_when_the_dates_differ() -> None:
    at = NOON + timedelta(hours=8)

    assert "<b>Wed 01:38</b> <i>· Tue 18:38 <bdi>Rome</bdi></i>" in drawn(
        '{% two_times at "Europe/Rome" %}', at=at
    )


def test_places_bear_their_names_in_the_language_of_the_reader() -> None:
    with translation.override("zh-hans"):
        assert wording.place("Asia/Shanghai") == "上海"
        assert wording.place("Asia/Kolkata") == "加尔各答"
        assert wording.place("America/Argentina/Buenos_Aires") == "布宜诺斯艾利斯"


def test_one_wall_is_said_once() -> None:
    assert "<i>" not in drawn('{% two_times at "Asia/Singapore" %}', at=NOON)


def test_absent_instant_is_no_words() -> None:
    assert drawn('{% two_times at "Europe/Rome" %}{% local_time at %}', at=None) == ""


@pytest.mark.parametrize(
    ("days", "words"), [(0, "17:38"), (3, "Fri 17:38"), (-3, "Sat 17:38"), (4, "28 Nov 17:38")]
)
def test_weekday_is_said_only_where_it_names_one_day(days: int, words: str) -> None:
    assert wording.wall(NOON + timedelta(days=days), "Asia/Shanghai", now=NOON) == words


def test_another_year_is_named() -> None:
    said = wording.wall(NOON + timedelta(days=60), "Asia/Shanghai", now=NOON)

    assert said == "23 Jan 2027 17:38"


@pytest.mark.parametrize(
    ("minutes", "english", "chinese"),
    [(17, "17 minutes", "17分钟"), (80, "1 hr, 20 mins", "1小时20分钟"), (1440, "1 day", "1天")],
)
def test_length_is_said_in_the_reader_s_language(minutes: int, english: str, chinese: str) -> None:
    value = timedelta(minutes=minutes)

    assert wording.length(value) == english
    with translation.override("zh-hans"):
        assert wording.length(value) == chinese


def test_names_are_escaped() -> None:
    text = drawn('{% two_times at "Europe/Rome" name %}', at=NOON, name="<b>x</b>")

    assert "&lt;b&gt;x&lt;/b&gt;" in text


def test_list_has_the_comma_of_the_readers_language() -> None:
    with translation.override("zh-hans"):
        assert drawn("{{ words|listed }}", words=["BR", "CN"]) == "BR、CN"

    assert drawn("{{ words|listed }}", words=["BR", "<b>"]) == "BR, &lt;b&gt;"

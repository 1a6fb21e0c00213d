"""The API's description: for anybody, in the reader's language, and not made anew for each."""

import json

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from apps.core.api import docs

SCHEMA = "/api/v1/schema/"
JSON = "application/vnd.oai.openapi+json"


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """One entry for each time that a description is made; none is remembered from before."""
    times: list[object] = []
    make = SchemaGenerator.get_schema

    def counted(self: SchemaGenerator, **given: object) -> object:
        times.append(given)
        return make(self, **given)

    monkeypatch.setattr(SchemaGenerator, "get_schema", counted)
    docs._described.cache_clear()
    return times


def test_description_is_said_in_the_readers_language(client: Client, db: None) -> None:
    english = json.loads(client.get(SCHEMA, {"lang": "en"}, headers={"Accept": JSON}).content)
    chinese = json.loads(client.get(SCHEMA, {"lang": "zh-hans"}, headers={"Accept": JSON}).content)

    assert english["openapi"] == chinese["openapi"] == "3.1.1"
    assert english["paths"].keys() == chinese["paths"].keys()
    assert english != chinese


def test_it_is_made_once_whoever_asks_and_for_whatever_language(
    client: Client, db: None, made: list[object]
) -> None:
    answers = [client.get(SCHEMA, {"lang": lang, "version": lang}) for lang in ("en", "en", "xx")]

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(made) == 1

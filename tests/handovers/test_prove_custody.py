"""A replayed stretch of a synthetic year breaks nothing, and what is broken is an exit code."""

from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from apps.handovers.management.commands import prove_custody
from apps.handovers.proving.invariants import Violation
from apps.members.models import Member, User

# The weekend on which America's clocks jump, and the Monday after.
STRETCH = {"since": "2027-03-13", "days": 3, "desks": 4, "cases": 1}


def prove(**options: object) -> str:
    said = StringIO()
    arguments = [f"--{name}={value}" for name, value in {**STRETCH, **options}.items()]
    call_command("prove_custody", *arguments, stdout=said)
    return said.getvalue()


@pytest.mark.django_db(transaction=True)
def test_days_around_a_clock_change_break_no_invariant_and_leave_nothing(
    settings: LazySettings,
) -> None:
    settings.DATABASE_OWNER_URL = owner_of_this_database(settings)

    said = prove()

    assert [line.split()[1] for line in said.splitlines() if line.startswith("I")] == ["0"] * 10
    accepted = int(said.partition("handovers accepted ")[2].partition(",")[0])
    assert accepted > 3
    assert "rows of the fictional members removed" in said
    assert not Member.objects.exists()
    assert not User.objects.exists()


def owner_of_this_database(settings: LazySettings) -> str:
    name = settings.DATABASES["default"]["NAME"]
    return str(settings.DATABASE_OWNER_URL).replace("/alliance?", f"/{name}?")


@pytest.mark.django_db
def test_violation_is_an_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Violation("I2", "the chain is contiguous", "a row")
    monkeypatch.setattr(prove_custody, "violations", lambda _members: [broken])
    monkeypatch.setattr(prove_custody.Replay, "run", lambda *_told: None)

    with pytest.raises(CommandError, match="1 violations") as refusal:
        call_command("prove_custody", "--keep", "--days=1", stdout=StringIO())

    assert refusal.value.returncode == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"since": "2020-01-01"}, "future"),
        ({"days": 0}, "--days of at least 1"),
        ({"cases": 0}, "--cases of at least 1"),
        ({"desks": 1}, "--desks of at least 2"),
    ],
)
def test_senseless_wishes_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        prove(**options)


@pytest.mark.django_db
def test_production_database_is_left_alone(settings: LazySettings) -> None:
    settings.DEMO_CLOCK = False

    with pytest.raises(CommandError, match="production"):
        prove()
    assert not Member.objects.exists()

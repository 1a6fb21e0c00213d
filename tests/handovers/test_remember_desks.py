"""Cases offered in one batch share what is read of the desks, and still see who has become full."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import memo, scope
from apps.core.actor import Actor
from apps.duty.models import Desk
from apps.handovers import services
from apps.handovers.models import Handover
from tests.handovers.conftest import MORNING, offered, open_case, read_back

# Milan has come on duty at 08:00 UTC, Hangzhou leaves at 10:00.
OFFERED = MORNING + timedelta(hours=3, minutes=30)


@pytest.mark.django_db
def test_a_desk_that_filled_up_within_the_batch_is_asked_no_more(
    ana: Actor, hangzhou: Desk, milan: Desk, mia: Actor
) -> None:
    cases = [open_case(ana, hangzhou, title=f"Case {number}") for number in range(3)]
    with scope.acting(mia):
        Desk.objects.filter(pk=milan.pk).update(capacity=1)
    with memo.remembering():
        first, second = (offered(case, ana, at=OFFERED) for case in cases[:2])
        words = read_back(first, mia)
        with scope.acting(mia):
            services.accept_handover(first.pk, read_back=words, actor=mia, at=OFFERED)
        third = offered(cases[2], ana, at=OFFERED)
    assert [first.to_desk_id, second.to_desk_id] == [milan.pk, milan.pk]
    assert (third.state, third.to_desk_id) == (Handover.State.CANCELLED, None)


@pytest.mark.django_db
def test_the_second_offer_of_a_batch_reads_no_desk_again(
    ana: Actor, hangzhou: Desk, milan: Desk
) -> None:
    first, second = (open_case(ana, hangzhou, title=title) for title in ("One", "Two"))
    with memo.remembering():
        offered(first, ana, at=OFFERED)
        with CaptureQueriesContext(connection) as captured:
            assert offered(second, ana, at=OFFERED).to_desk_id == milan.pk
    read = [query["sql"] for query in captured if re.search(r'FROM "?duty_', query["sql"])]
    assert read == []

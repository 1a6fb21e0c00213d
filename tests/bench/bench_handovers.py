"""What accepting a handover costs, from the read-back to custody and the next plan."""

from datetime import timedelta

from tests.bench.measuring import line, start_django, times_of

start_django()

from apps.core import scope  # noqa: E402
from apps.core.actor import Actor  # noqa: E402
from apps.duty.models import Desk  # noqa: E402
from apps.handovers import services  # noqa: E402
from apps.sharing import services as sharing  # noqa: E402
from tests.bench.staging import newcomer  # noqa: E402
from tests.factories.world import NOON  # noqa: E402
from tests.handovers.conftest import MORNING, make_desk, offered, open_case, read_back  # noqa: E402

CASES = 30
AT = MORNING + timedelta(hours=3, minutes=35)


def accepting(sender: Actor, receiver: Actor, name: str) -> None:
    """Thirty cases offered in Hangzhou and taken one after another in Milan."""
    allies = (receiver,) if receiver.member_id != sender.member_id else ()
    hangzhou = make_desk(sender, f"{name} east", "Asia/Shanghai", "09:00", "18:00", allies=allies)
    west = (sender,) if allies else ()
    milan = make_desk(receiver, f"{name} west", "Europe/Rome", "09:00", "18:00", allies=west)
    with scope.acting(receiver):
        Desk.objects.filter(pk=milan.pk).update(capacity=1000)
    times = []
    for number in range(CASES):
        case = open_case(sender, hangzhou, title=f"Case {number}")
        offer = offered(case, sender, at=AT - timedelta(minutes=5))
        words = read_back(offer, receiver)

        def accept(ident: object = offer.pk, words: object = words) -> None:
            with scope.acting(receiver):
                services.accept_handover(ident, read_back=words, actor=receiver, at=AT)

        times += times_of(accept, 1)
    line(f"accepting a handover, {name}", times[5:], 25)


def main() -> None:
    """Print the medians."""
    inside = newcomer()
    accepting(inside, inside, "within one member")
    owner, ally = newcomer(), newcomer()
    with scope.acting(owner):
        circle = sharing.found_circle("Bench", actor=owner, at=NOON)
        sharing.join_circle(circle, ally.member_id, actor=owner, at=NOON)
    accepting(owner, ally, "to an ally")


if __name__ == "__main__":
    main()

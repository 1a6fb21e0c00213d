"""A process that works on an import and stops in the middle of a stretch, to be killed there."""

import sys
import time
from uuid import UUID

STRETCH = 40


def main(batch_id: str, member_id: str, import_root: str, whole: str) -> None:
    import django

    django.setup()
    from django.conf import settings

    from apps.core import clock, scope
    from apps.core.actor import Actor
    from apps.leads import services

    settings.IMPORT_ROOT = import_root
    services.Rows.after.__defaults__ = (STRETCH,)
    actor, rows = Actor.system(UUID(member_id)), services.Rows()
    for done in range(int(whole) + 1):
        with scope.acting(actor):
            services.advance(UUID(batch_id), rows, actor=actor, at=clock.now())
            if done == int(whole):
                print("written, not committed", flush=True)
                time.sleep(120)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What notifications add to the house's registries."""

from apps.core.registries import due_kinds
from apps.members.services import RESET_KIND
from apps.notifications import calling, cover, rosters, services, sharing, subscribers

__all__ = ["register", "subscribers"]


def register() -> None:
    """Called once, by the app's configuration."""
    calling.register()
    cover.register()
    rosters.register()
    sharing.register()
    due_kinds.register(services.WAKE, services.wake)
    due_kinds.register(services.DIGEST, services.send_digest)
    due_kinds.register(services.RETRY, services.release)
    due_kinds.register(services.FORGET, services.forget)
    due_kinds.register(RESET_KIND, services.post_password_reset)

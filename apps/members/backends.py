"""Who is signed in, with the memberships that every request asks for next: one statement."""

from typing import Final
from uuid import UUID

from django.contrib.auth.backends import ModelBackend

from apps.members import actors
from apps.members.models import User

BACKEND: Final = "apps.members.backends.PeopleBackend"


class PeopleBackend(ModelBackend):
    """Django's own, but for `User.open_memberships`, which come with the person."""

    def get_user(self, user_id: UUID) -> User | None:
        """The person of a session, None for an account that was closed."""
        memberships = actors.memberships_of(user_id)
        user = memberships[0].user if memberships else User.objects.filter(pk=user_id).first()
        if user is None or not self.user_can_authenticate(user):
            return None
        user.open_memberships = memberships
        return user

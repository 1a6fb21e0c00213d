"""Access rows, circles, grants and the search index: the only writers of who may read what."""

from apps.sharing.services.access import (
    Owner,
    entry,
    give_access,
    index,
    own_subject,
    own_subjects,
    take_access,
)
from apps.sharing.services.circles import (
    found_circle,
    invite_to_circle,
    join_by_code,
    join_circle,
    leave_all_circles,
    leave_circle,
    peek_circle,
)
from apps.sharing.services.grants import (
    Terms,
    activate,
    end,
    expire_grant,
    grant,
    leave_tombstone,
    propose_grant,
    revoke,
)

__all__ = [
    "Owner",
    "Terms",
    "activate",
    "end",
    "entry",
    "expire_grant",
    "found_circle",
    "give_access",
    "grant",
    "index",
    "invite_to_circle",
    "join_by_code",
    "join_circle",
    "leave_all_circles",
    "leave_circle",
    "leave_tombstone",
    "own_subject",
    "own_subjects",
    "peek_circle",
    "propose_grant",
    "revoke",
    "take_access",
]

"""Access rows, circles, grants, requests and the search index.

The only writers of who may read what.
"""

from apps.sharing.services.access import (
    Owner,
    entry,
    give_access,
    index,
    own_subject,
    own_subjects,
    take_access,
)
from apps.sharing.services.audience import change_grant, check_terms, end_all_received, share
from apps.sharing.services.candidacies import (
    admit,
    invite_to_circle,
    join_by_code,
    peek_circle,
    recommend_to_circle,
    refuse,
    vouch,
    withdraw,
)
from apps.sharing.services.circles import (
    change_circle,
    found_circle,
    join_circle,
    leave_all_circles,
    leave_circle,
    let_backfill,
    restore_seat,
    suspend_seat,
)
from apps.sharing.services.grants import (
    Grantee,
    Terms,
    activate,
    begin_grant,
    end,
    expire_grant,
    grant,
    lasting,
    leave_tombstone,
    propose_grant,
    revoke,
)
from apps.sharing.services.ledgers import acknowledge_deletion, note_reading, record_exports

__all__ = [
    "Grantee",
    "Owner",
    "Terms",
    "acknowledge_deletion",
    "activate",
    "admit",
    "begin_grant",
    "change_circle",
    "change_grant",
    "check_terms",
    "end",
    "end_all_received",
    "entry",
    "expire_grant",
    "found_circle",
    "give_access",
    "grant",
    "index",
    "invite_to_circle",
    "join_by_code",
    "join_circle",
    "lasting",
    "leave_all_circles",
    "leave_circle",
    "leave_tombstone",
    "let_backfill",
    "note_reading",
    "own_subject",
    "own_subjects",
    "peek_circle",
    "propose_grant",
    "recommend_to_circle",
    "record_exports",
    "refuse",
    "restore_seat",
    "revoke",
    "share",
    "suspend_seat",
    "take_access",
    "vouch",
    "withdraw",
]

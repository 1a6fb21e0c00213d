"""What happens in an investigation: one verb per function, always in its one sequence."""

from apps.investigations.deconflicting.holding import (
    Wish,
    hold_target,
    release_hold,
    review_hold,
)
from apps.investigations.services.custody import (
    Opening,
    close_investigation,
    hold,
    hold_all,
    link_lead,
    lock,
    open_investigation,
    pass_to_desk,
    reindex,
    reopen_investigation,
    resume,
)
from apps.investigations.services.facts import change_facts, set_status
from apps.investigations.services.leads import find_leads, link_leads, open_case, unlink_lead
from apps.investigations.services.locks import (
    UNPIN,
    end_pin,
    lock_custody,
    pin_case,
    unlock_custody,
    unpin_case,
)
from apps.investigations.services.sharing import Share, revoke_share, share_investigation
from apps.investigations.services.tasks import (
    NewTask,
    add_task,
    assign_task,
    complete_task,
    remind_of_task,
    reopen_task,
    return_tasks,
    take_tasks,
)

__all__ = [
    "UNPIN",
    "NewTask",
    "Opening",
    "Share",
    "Wish",
    "add_task",
    "assign_task",
    "change_facts",
    "close_investigation",
    "complete_task",
    "end_pin",
    "find_leads",
    "hold",
    "hold_all",
    "hold_target",
    "link_lead",
    "link_leads",
    "lock",
    "lock_custody",
    "open_case",
    "open_investigation",
    "pass_to_desk",
    "pin_case",
    "reindex",
    "release_hold",
    "remind_of_task",
    "reopen_investigation",
    "reopen_task",
    "resume",
    "return_tasks",
    "review_hold",
    "revoke_share",
    "set_status",
    "share_investigation",
    "take_tasks",
    "unlink_lead",
    "unlock_custody",
    "unpin_case",
]

"""Who may speak in a room that he may read, and what he may do to what was said."""

from django.utils.translation import gettext_lazy as _

from apps.chat.models import Message, Room
from apps.core.actor import Actor
from apps.core.decisions import Decision, allowed, denied
from apps.core.models import Access
from apps.evidence import policies as evidence

_SPEAKS = {"comment", "act"}
_LEADS = ("manager", "admin")
_WORKERS = ("analyst", "manager", "admin")
NOT_SHARED = denied(
    "chat.not_shared_for_comment",
    _("The owner shared this case for reading, not for writing in its room."),
)


def may_speak(actor: Actor) -> Decision:
    """Observers read along."""
    if actor.has_role("observer"):
        return denied("chat.observer_reads_only", _("Observers read along; they do not write."))
    return allowed()


def may_post(actor: Actor, access: Access) -> Decision:
    """The owner's people and the allies who may comment or act; observers only read."""
    if not may_speak(actor):
        return may_speak(actor)
    if access.owner_id != actor.member_id and _SPEAKS.isdisjoint(access.capabilities):
        return NOT_SHARED
    return allowed()


def may_attach(actor: Actor, room: Room) -> Decision:
    """Files are evidence of a subject that members read: people who talk directly have none."""
    if room.kind == Room.Kind.DIRECT:
        return denied(
            "chat.no_files_directly",
            _(
                "A file is evidence, and evidence belongs to a case, a circle or a desk:"
                " attach it in the room of one that you share."
            ),
        )
    return evidence.may_add(actor, room.root)


def may_edit(actor: Actor, access: Access, message: Message) -> Decision:
    """Its author alone, while he may write in the room."""
    if message.kind != Message.Kind.MESSAGE or not is_author(actor, message):
        return denied("chat.not_yours", _("Only the author can change a message."))
    return may_post(actor, access)


def may_delete(actor: Actor, access: Access, message: Message) -> Decision:
    """Its author, and the managers of the room's owner."""
    if message.kind != Message.Kind.MESSAGE:
        return denied("chat.notice_stays", _("A notice of the platform stays."))
    if is_author(actor, message):
        return may_post(actor, access)
    return may_moderate(actor, access)


def may_moderate(actor: Actor, access: Access) -> Decision:
    """The managers of the room's owner delete what others wrote."""
    if access.owner_id == actor.member_id and actor.has_role(*_LEADS):
        return allowed()
    return denied(
        "chat.not_yours_to_delete",
        _("Only the author and the managers of the room's owner can delete a message."),
    )


def may_keep_marks(actor: Actor) -> Decision:
    """A manager or an admin says for all people of the member."""
    if actor.has_role(*_LEADS):
        return allowed()
    return denied(
        "chat.managers_only", _("Only a manager or an admin of your member can change this.")
    )


def may_read_history(actor: Actor, access: Access, message: Message) -> Decision:
    """Former texts: for the author, the managers of the author's member, and the owner's.

    They are kept because a case may need to know who said what when; a colleague who corrects
    himself need not be read twice by everybody.
    """
    if is_author(actor, message):
        return allowed()
    if actor.has_role(*_LEADS) and actor.member_id in {message.member_id, access.owner_id}:
        return allowed()
    return denied(
        "chat.history_is_kept_back",
        _("Former texts are shown to the author and to the managers of both members."),
    )


def is_author(actor: Actor, message: Message) -> bool:
    """Whether the same person wrote it for the same member; a key is its member's."""
    return (message.member_id, message.author_id) == (actor.member_id, actor.user_id)


def may_copy(actor: Actor, access: Access, room: Room) -> Decision:
    """A copy is taken by people who work: the owner's, and allies whose access says so.

    What a circle says belongs to all who sit there and may act.
    """
    if actor.via == "api_key" and not actor.has_role("key:export"):
        return denied("chat.key_copies", _("This key takes no copies: its scope is another."))
    if actor.via != "api_key" and not actor.has_role(*_WORKERS):
        return denied("chat.observer_copies", _("Observers read along and take no copies."))
    is_own = access.owner_id == actor.member_id or access.viewer_id == actor.user_id
    needed = {"export", "act"} if room.kind == Room.Kind.CIRCLE else {"export"}
    if is_own or needed & set(access.capabilities):
        return allowed()
    if room.kind == Room.Kind.CIRCLE:
        return denied(
            "chat.no_copy", _("Copies of this room are taken by those who may work in the circle.")
        )
    return denied(
        "chat.no_copy",
        _("The owner shared this without “Export”: ask its managers to share it again with it."),
    )


def may_retain(actor: Actor) -> Decision:
    """How long a member's messages are kept, and whether law holds them, its managers decide."""
    if actor.has_role(*_LEADS):
        return allowed()
    return denied("chat.managers_retain", _("A manager or an admin decides how long texts stay."))

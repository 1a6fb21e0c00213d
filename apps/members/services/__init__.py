"""Everything that changes members, people, keys and brands."""

from apps.members.services.accounts import (
    RESET_KIND,
    change_profile,
    choose_member,
    create_person,
    request_password_reset,
    sign_out_everywhere,
)
from apps.members.services.invitations import (
    NewPerson,
    accept_as_new_person,
    accept_invitation,
    invite,
    invite_first_admin,
    join,
    read_invitation,
    secret_of,
    withdraw_invitation,
)
from apps.members.services.keys import create_key, revoke_key
from apps.members.services.leaving import end_member
from apps.members.services.organisations import (
    add_brand,
    create_member,
    reinstate_member,
    remove_brand,
    rename_brand,
    suspend_member,
)
from apps.members.services.people import change_role, end_membership
from apps.members.services.sockets import recheck

__all__ = [
    "RESET_KIND",
    "NewPerson",
    "accept_as_new_person",
    "accept_invitation",
    "add_brand",
    "change_profile",
    "change_role",
    "choose_member",
    "create_key",
    "create_member",
    "create_person",
    "end_member",
    "end_membership",
    "invite",
    "invite_first_admin",
    "join",
    "read_invitation",
    "recheck",
    "reinstate_member",
    "remove_brand",
    "rename_brand",
    "request_password_reset",
    "revoke_key",
    "secret_of",
    "sign_out_everywhere",
    "suspend_member",
    "withdraw_invitation",
]

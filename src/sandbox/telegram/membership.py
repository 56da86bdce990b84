"""Who is in a chat and as what, in the Bot API's objects."""

from sandbox.json_values import Json
from sandbox.telegram.actors import IN_CHARGE, Chat, Person

STATUSES = frozenset({"creator", "administrator", "member", "left", "kicked"})
_ADMINISTRATOR_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
    "can_pin_messages", "can_send_welcome_messages",
)  # fmt: skip


def member_json(person: Person, status: str) -> Json:
    """Return the Bot API's ChatMember."""
    shown: Json = {"user": person.as_json(), "status": status}
    match status:
        case "creator":
            return shown | {"is_anonymous": False}
        case "administrator":
            refused = {"can_be_edited": False, "is_anonymous": False, "can_promote_members": False}
            return shown | refused | dict.fromkeys(_ADMINISTRATOR_RIGHTS, True)
        case "kicked":
            return shown | {"until_date": 0}
        case _:
            return shown


def administrators(chat: Chat) -> list[int]:
    """Return the user ids of a chat's creator and administrators."""
    return [user_id for user_id, status in chat.members.items() if status in IN_CHARGE]


def change_json(chat: Chat, person: Person, *, old: str, new: str, by: Person, date: int) -> Json:
    """Return the Bot API's ChatMemberUpdated."""
    return {
        "chat": chat.as_json(),
        "from": by.as_json(),
        "date": date,
        "old_chat_member": member_json(person, old),
        "new_chat_member": member_json(person, new),
    }

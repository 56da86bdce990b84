"""Methods about chats and who is in them."""

from sandbox.json_values import Json
from sandbox.telegram.actors import IN_CHARGE, PRESENT, Message
from sandbox.telegram.calls import Answer, MethodCall
from sandbox.telegram.errors import bad_request
from sandbox.telegram.membership import administrators, member_json

_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
_PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages",
)  # fmt: skip


async def get_chat(call: MethodCall) -> Answer:
    """Describe a chat in full."""
    chat = call.chat()
    shown: Json = chat.as_json() | {
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(_GIFTS, False),
    }
    if chat.type != "private":
        shown["permissions"] = dict.fromkeys(_PERMISSIONS, True)
    if chat.pinned is not None and not chat.pinned.deleted:
        shown["pinned_message"] = chat.pinned.as_json()
    return Answer(shown)


async def get_chat_member(call: MethodCall) -> Answer:
    """Say what somebody is in a chat; somebody who never was there has left."""
    chat = call.chat()
    user_id = call.arguments.integer("user_id")
    if user_id <= 0:
        raise bad_request("invalid user_id specified")
    person = call.state.people.get(user_id)
    if person is None:
        raise bad_request("user not found")
    return Answer(member_json(person, chat.members.get(user_id, "left")))


async def get_chat_administrators(call: MethodCall) -> Answer:
    """List a chat's creator and administrators, other bots left out."""
    chat = call.chat()
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    people = [call.state.people[user_id] for user_id in administrators(chat)]
    return Answer(
        [
            member_json(person, chat.members[person.id])
            for person in people
            if not person.is_bot or person.id == call.bot.id
        ]
    )


async def get_chat_member_count(call: MethodCall) -> Answer:
    """Count who is in a chat."""
    return Answer(sum(status in PRESENT for status in call.chat().members.values()))


async def pin_chat_message(call: MethodCall) -> Answer:
    """Pin a message; in groups this needs an administrator."""
    message = call.message(purpose="pin")
    chat = message.chat
    if chat.type != "private" and chat.members[call.bot.id] not in IN_CHARGE:
        raise bad_request("not enough rights to manage pinned messages in the chat")
    chat.pinned = message
    notice = call.state.post(chat, call.bot.person, {"pinned_message": message.as_json(with_reply=False)})
    call.state.tell_bots(notice)
    return Answer(result=True)


async def set_message_reaction(call: MethodCall) -> Answer:
    """Take a reaction to a message; nothing shows it."""
    _reacted_to(call)
    return Answer(result=True)


def _reacted_to(call: MethodCall) -> Message:
    message = call.chat().message(call.arguments.integer("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    return message

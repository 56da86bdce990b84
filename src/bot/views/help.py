"""What the bot is and what can be asked of it."""

from bot import texts
from bot.html import Html, bold, joined, plain

_BUTTONS = (
    "✅ Posted: you posted it yourself, and it is done.",
    "⏭ Skip: not this time; its media come back after a while.",
    "🕑 Later: it comes back at the time you choose.",
    "🚫 Reject: never again; it asks once more.",
    "🤖 Let the bot post it: the bot tries after all.",
    "📎 Original file and 📋 Copy caption: what you need to post it.",
)
_MEDIA = (
    "Send or forward me photos, videos or albums, best as files: I plan them and answer with what you can "
    "change. An answer to that with a text is their caption."
)


def help_(*, is_private: bool) -> Html:
    """Return the help; in a private chat it says where everything happens."""
    intro = (
        "I keep your team's channels going. It all happens in the team's chat; this is only my front door."
        if is_private
        else "I keep this team's channels going: I post what I can, and bring you the rest as cards."
    )
    commands = [
        f"/{name} · {meaning}" for name, meaning in {**texts.COMMAND_MENU, **texts.ADMIN_MENU}.items()
    ]
    return joined(
        [
            plain(intro),
            plain("\n") + bold("Buttons of a card"),
            *(plain(line) for line in _BUTTONS),
            plain("\n") + bold("Media"),
            plain(_MEDIA),
            plain("\n") + bold("Commands"),
            *(plain(line) for line in commands),
        ]
    )

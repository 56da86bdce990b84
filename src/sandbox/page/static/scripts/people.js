import { avatar, h } from "./dom.js";
import { plural } from "./format.js";
import { nameOf } from "./message.js";

const ROLES = { creator: "Owner", administrator: "Admin", member: "Member", restricted: "Member" };

/** Whom one can act as, and the chats that this person sees. */
export class People {
  constructor({ onPerson, onChat }) {
    this.onPerson = onPerson;
    this.onChat = onChat;
    this.peopleList = document.getElementById("people");
    this.chatList = document.getElementById("chats");
    this.peopleList.addEventListener("keydown", (event) => this.step(event));
  }

  draw({ people, chats, me, chatId, unread }) {
    const focused = this.peopleList.contains(document.activeElement);
    this.peopleList.replaceChildren(...people.map((person) => h("button", {
      type: "button", role: "radio", class: "person", "data-person": person.id,
      "aria-checked": String(person.id === me), tabindex: person.id === me ? "0" : "-1",
      on: { click: () => this.onPerson(person.id) },
    }, avatar(nameOf(person), person.id), h("span", {}, h("strong", {}, nameOf(person)), h("small", {}, role(person, chats))))));
    if (focused) this.peopleList.querySelector("[aria-checked=true]")?.focus();

    this.chatList.replaceChildren(...visibleTo(me, chats).map((chat) => h("button", {
      type: "button", class: "chat-entry", "data-chat": chat.id, "aria-current": chat.id === chatId ? "true" : null,
      on: { click: () => this.onChat(chat.id) },
    },
    faceOf(chat),
    h("span", {}, h("strong", {}, titleOf(chat)), h("small", {}, kindOf(chat))),
    unread.get(chat.id) ? h("span", { class: "badge", "aria-label": "New messages" }, String(unread.get(chat.id))) : null)));
  }

  step(event) {
    const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    const all = [...this.peopleList.children];
    const at = all.findIndex((person) => person.getAttribute("aria-checked") === "true");
    all[(at + steps[event.key] + all.length) % all.length].click();
  }
}

export function visibleTo(person, chats) {
  return chats.filter((chat) => chat.type === "private" ? chat.id === person : isMember(person, chat));
}

export function titleOf(chat) {
  return chat.type === "private" ? nameOf(botIn(chat)) : chat.title ?? "Group";
}

/** The round picture of a chat: in a private one, the bot's. */
export function faceOf(chat) {
  return avatar(titleOf(chat), chat.type === "private" ? botIn(chat)?.id : chat.id);
}

export function kindOf(chat) {
  if (chat.type === "private") return "Private chat with the bot";
  return plural(chat.members.filter((member) => member.status in ROLES).length, "member");
}

function botIn(chat) {
  return chat.members.find((member) => member.is_bot);
}

function isMember(person, chat) {
  return chat.members.some((member) => member.id === person && member.status in ROLES);
}

function role(person, chats) {
  for (const chat of chats) {
    if (chat.type !== "private" && isMember(person.id, chat)) {
      return ROLES[chat.members.find((member) => member.id === person.id).status];
    }
  }
  return "A stranger";
}

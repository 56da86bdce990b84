import * as api from "./api.js";
import { Composer } from "./composer.js";
import { arrange, h, icon } from "./dom.js";
import { dayName, plural } from "./format.js";
import { MessageView, nameOf } from "./message.js";
import { alertBox, toast } from "./notices.js";
import { faceOf, kindOf, People, titleOf, visibleTo } from "./people.js";
import { gathered } from "./refresh.js";

const FIRST_LOAD = 60;
const EARLIER_STEP = 120;
const NEAR_BOTTOM_PX = 80;
const GROUPED_FOR_SECONDS = 300;

/** The Telegram side of the page: people, chats, the conversation and what one can do in it. */
export class Chat {
  constructor() {
    this.people = [];
    this.chats = [];
    this.me = null;
    this.chatId = null;
    this.unread = new Map();
    this.list = document.getElementById("messages");
    this.head = document.getElementById("conversation-head");
    this.toBottom = document.getElementById("to-bottom");
    this.side = new People({ onPerson: (id) => this.become(id), onChat: (id) => this.open(id) });
    this.composer = new Composer({
      onSend: (text, replyTo) => this.say(text, replyTo),
      onShare: (files, more) => this.share(files, more),
    });
    this.refreshChats = gathered(() => this.loadChats(), { onError: showError });
    this.refresh = gathered(() => this.loadMessages(), { onError: showError });
    this.toBottom.addEventListener("click", () => this.scrollDown());
    this.list.addEventListener("command", (event) => this.say(event.detail));
    this.list.addEventListener("scroll", () => this.drawToBottom());
    this.clear();
  }

  /** Take note that a message came, changed or went. */
  onMessage({ chat_id: chatId, change }) {
    if (chatId === this.chatId) {
      this.refresh();
    } else if (!this.chats.some((chat) => chat.id === chatId)) {
      this.refreshChats();
    } else if (change === "new") {
      this.unread.set(chatId, (this.unread.get(chatId) ?? 0) + 1);
      this.drawSide();
    }
  }

  async loadChats() {
    const { chats, people } = await api.chats();
    this.chats = chats;
    this.people = people.filter((person) => !person.is_bot);
    if (!this.people.some((person) => person.id === this.me)) this.me = this.people[0]?.id ?? null;
    const visible = visibleTo(this.me, chats);
    if (!visible.some((chat) => chat.id === this.chatId)) this.open(visible[0]?.id ?? null);
    this.drawSide();
    this.drawHead();
  }

  become(person) {
    this.me = person;
    const visible = visibleTo(person, this.chats);
    const stays = visible.some((chat) => chat.id === this.chatId);
    this.open(stays ? this.chatId : visible[0]?.id ?? null);
  }

  open(chatId) {
    this.chatId = chatId;
    this.unread.delete(chatId);
    this.clear();
    this.drawSide();
    this.drawHead();
    this.refresh();
  }

  clear() {
    this.views = new Map();
    this.messages = [];
    this.limit = FIRST_LOAD;
    this.missed = 0;
    this.loaded = false;
    this.list.replaceChildren();
    this.composer.replyTo(null);
  }

  async loadMessages() {
    const asked = this.chatId;
    if (asked === null) return;
    const { messages } = await api.messages(asked, this.limit);
    if (asked === this.chatId) this.drawMessages(messages);
  }

  drawMessages(messages) {
    const stuck = !this.loaded || this.distanceFromBottom() < NEAR_BOTTOM_PX;
    const before = this.messages.at(-1)?.message_id ?? 0;
    const fresh = messages.filter((message) => message.message_id > before && !message.deleted);
    this.hasEarlier = messages.length >= this.limit;
    this.messages = messages.filter((message) => !message.deleted);

    const nodes = this.bubbles();
    if (nodes.length === 0) nodes.push(this.emptyNote());
    if (this.hasEarlier) nodes.unshift(this.earlierButton());
    arrange(this.list, nodes);

    if (stuck) this.scrollDown({ smooth: false });
    else if (this.loaded) this.missed += fresh.filter((message) => message.from?.id !== this.me).length;
    if (this.loaded) this.followForcedReply(fresh);
    this.loaded = true;
    this.drawToBottom();
  }

  bubbles() {
    const nodes = [];
    const personal = this.chat()?.type === "private";
    const kept = new Set();
    let day = null;
    let previous = null;
    for (const group of albums(this.messages)) {
      const [first] = group;
      const name = dayName(new Date(first.date * 1000));
      if (name !== day) {
        nodes.push(this.separator(name));
        kept.add(name);
        previous = null;
      }
      day = name;
      const key = first.media_group_id ?? first.message_id;
      const view = this.views.get(key) ?? this.newView(key);
      const continues = previous !== null && previous.from?.id === first.from?.id && first.date - previous.date < GROUPED_FOR_SECONDS;
      view.update(group, { me: this.me, continues, personal });
      nodes.push(view.node);
      kept.add(key);
      previous = first;
    }
    for (const key of this.views.keys()) if (!kept.has(key)) this.views.delete(key);
    return nodes;
  }

  newView(key) {
    const view = new MessageView({
      onPress: (message, data) => this.press(message, data),
      onReply: (message) => this.composer.replyTo(message),
      onShow: (messageId) => this.show(messageId),
    });
    if (this.loaded) view.node.classList.add("arriving");
    this.views.set(key, view);
    return view;
  }

  separator(name) {
    const known = this.views.get(name) ?? { node: h("p", { class: "day" }, name) };
    this.views.set(name, known);
    return known.node;
  }

  emptyNote() {
    const words = this.chatId === null
      ? "This person is in no chat."
      : "Nothing here yet. Cards arrive when a post needs a person. Write /help to meet the bot.";
    return h("p", { class: "empty" }, words);
  }

  earlierButton() {
    const more = () => {
      this.limit += EARLIER_STEP;
      this.refresh();
    };
    return h("button", { class: "earlier", type: "button", on: { click: more } }, "Show earlier messages");
  }

  drawSide() {
    this.side.draw(this);
    const me = this.people.find((person) => person.id === this.me);
    if (me) this.composer.writeAs(nameOf(me));
  }

  drawHead() {
    const chat = this.chat();
    if (!chat) {
      this.head.replaceChildren();
      return;
    }
    const others = chat.members.filter((member) => !member.is_bot).map((member) => member.first_name);
    const words = chat.type === "private" ? kindOf(chat) : `${kindOf(chat)} · ${others.join(", ")}`;
    this.head.replaceChildren(
      faceOf(chat),
      h("div", {}, h("h2", {}, titleOf(chat)), h("p", {}, words)));
  }

  say(text, replyTo) {
    return this.sent(() => api.say({ chat_id: this.chatId, user_id: this.me, text, ...answering(replyTo) }));
  }

  share(files, { caption, asFiles, replyTo }) {
    return this.sent(async () => {
      const read = await Promise.all(files.map((file) => sharedFile(file, asFiles)));
      await api.share({ chat_id: this.chatId, user_id: this.me, files: read, caption, ...answering(replyTo) });
    });
  }

  /** Send something, and see it; false: it was refused, and why is shown. */
  async sent(send) {
    if (this.chatId === null) return false;
    try {
      await send();
    } catch (error) {
      showError(error);
      return false;
    }
    this.scrollDown();
    return true;
  }

  async press(message, data) {
    try {
      const answer = await api.press({ chat_id: this.chatId, message_id: message.message_id, user_id: this.me, data });
      if (!answer.answered) toast("The bot has not answered yet. The press waits for it.");
      else if (answer.text && answer.show_alert) alertBox(answer.text);
      else if (answer.text) toast(answer.text);
    } catch (error) {
      showError(error);
    }
  }

  /** A message with `force_reply` opens the reply strip, for the one it speaks to if it is selective. */
  followForcedReply(fresh) {
    const asking = fresh.findLast((message) => message.reply_markup?.force_reply);
    if (!asking) return;
    const forMe = !asking.reply_markup.selective || asking.reply_to_message?.from?.id === this.me || mentions(asking, this.me);
    if (forMe) this.composer.replyTo(asking);
  }

  show(messageId) {
    const node = this.list.querySelector(`[data-message="${Number(messageId)}"]`);
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: "smooth" });
    node.classList.add("shown-now");
    setTimeout(() => node.classList.remove("shown-now"), 1500);
  }

  /** The name of a chat by its id, or nothing when it is not known. */
  nameOfChat(id) {
    const chat = this.chats.find((known) => String(known.id) === id);
    return chat && (chat.type === "private" ? nameOf(this.people.find((person) => person.id === chat.id)) : titleOf(chat));
  }

  chat() {
    return this.chats.find((chat) => chat.id === this.chatId);
  }

  distanceFromBottom() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight;
  }

  scrollDown({ smooth = true } = {}) {
    this.list.scrollTo({ top: this.list.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }

  drawToBottom() {
    const away = this.distanceFromBottom() >= NEAR_BOTTOM_PX;
    if (!away) this.missed = 0;
    this.toBottom.hidden = !away;
    const words = this.missed ? plural(this.missed, "new message") : "";
    this.toBottom.setAttribute("aria-label", words || "Go to the newest message");
    this.toBottom.replaceChildren(words, icon("down"));
  }
}

function answering(messageId) {
  return messageId ? { reply_to_message_id: messageId } : {};
}

/** Return a picked file as the sandbox takes it: as what a Telegram app would send it. */
async function sharedFile(file, asFile) {
  const [kind] = file.type.split("/");
  const shown = { image: "photo", video: "video" }[kind];
  return { name: file.name, kind: asFile || !shown ? "document" : shown, content: await base64(file) };
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result.slice(reader.result.indexOf(",") + 1)));
    reader.addEventListener("error", () => reject(new Error(`${file.name} cannot be read.`)));
    reader.readAsDataURL(file);
  });
}

/** Put messages of one album side by side: a list of lists. */
function albums(messages) {
  const groups = [];
  for (const message of messages) {
    const last = groups.at(-1);
    if (message.media_group_id !== undefined && last?.[0].media_group_id === message.media_group_id) last.push(message);
    else groups.push([message]);
  }
  return groups;
}

function mentions(message, person) {
  return (message.entities ?? []).some((entity) => entity.user?.id === person);
}

function showError(error) {
  toast(error.message, "bad");
}

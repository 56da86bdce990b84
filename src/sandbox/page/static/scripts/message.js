import { arrange, avatar, fill, h, hue, icon } from "./dom.js";
import { rich } from "./entities.js";
import { clockTime } from "./format.js";
import { keyboard } from "./keyboard.js";
import { media } from "./media.js";

const SERVICE = {
  new_chat_members: ({ new_chat_members: people }) => `${people.map(nameOf).join(", ")} joined the group`,
  left_chat_member: ({ left_chat_member: person }) => `${nameOf(person)} left the group`,
  new_chat_title: ({ new_chat_title: title }) => `The group is now called “${title}”`,
  pinned_message: ({ from }) => `${nameOf(from)} pinned a message`,
  group_chat_created: ({ from }) => `${nameOf(from)} made the group`,
  supergroup_chat_created: ({ from }) => `${nameOf(from)} made the group`,
  migrate_to_chat_id: () => "The group became a supergroup",
  migrate_from_chat_id: () => "The group became a supergroup",
};

export function nameOf(person) {
  return [person?.first_name ?? person?.title, person?.last_name].filter(Boolean).join(" ") || "Someone";
}

/**
 * One message in the conversation, or one album: several messages that stand in one bubble.
 *
 * `update` redraws what changed and leaves the rest alone, so that an edited caption does not restart a video.
 */
export class MessageView {
  constructor(actions) {
    this.actions = actions;
    this.drawn = {};
    this.media = h("div", { class: "media" });
    this.keys = h("div", { class: "keys" });
    this.author = h("div", { class: "author" });
    this.quote = h("div", { class: "quote-slot" });
    this.text = h("div", { class: "text", dir: "auto" });
    this.meta = h("div", { class: "meta" });
    this.picture = h("div", { class: "author-picture" });
    this.reply = h("button", {
      class: "reply", type: "button", "aria-label": "Reply", title: "Reply", on: { click: () => actions.onReply(this.first) },
    }, icon("reply"));
    this.bubble = h("div", { class: "bubble" }, this.author, this.quote, this.media, this.text, this.meta);
    this.node = h("article", { class: "message", tabindex: "-1" },
      this.picture, h("div", { class: "bubble-row" }, this.bubble, this.reply), this.keys);
  }

  /** Draw these messages as `me` sees them; `continues` says whether the same person wrote the bubble above. */
  update(messages, { me, continues, personal }) {
    const [first] = messages;
    this.first = first;
    const captioned = messages.find((message) => message.caption ?? message.text) ?? first;
    this.part("service", serviceNotice(first), (notice) => {
      this.node.classList.toggle("service", notice !== null);
      if (notice) arrange(this.node, [h("p", {}, notice)]);
    });
    if (serviceNotice(first)) return;

    const mine = first.from?.id === me;
    this.node.dataset.message = first.message_id;
    this.node.classList.toggle("mine", mine);
    this.node.classList.toggle("continues", continues);
    this.part("author", [first.from, continues, mine, personal], () => this.drawAuthor(first, { mine, personal }));
    this.part("quote", first.reply_to_message ?? null, () => this.drawQuote(first.reply_to_message));
    this.part("media", messages.map((message) => message.media_url ?? message.message_id), () => this.drawMedia(messages));
    this.part("text", [captioned.text, captioned.caption, captioned.entities, captioned.caption_entities], () => {
      this.text.replaceChildren(rich(captioned.text ?? captioned.caption ?? "", captioned.entities ?? captioned.caption_entities));
    });
    this.part("meta", [first.date, first.edit_date ?? null], () => this.drawMeta(first));
    this.part("keys", first.reply_markup ?? null, () => this.drawKeys(first));
  }

  part(name, value, draw) {
    const key = JSON.stringify(value);
    if (this.drawn[name] === key) return;
    this.drawn[name] = key;
    draw(value);
  }

  drawAuthor({ from, sender_chat: chat }, { mine, personal }) {
    const author = chat ?? from;
    const name = nameOf(author);
    this.author.dataset.hue = hue(author?.id);
    fill(this.author, mine || personal ? null : name);
    this.picture.replaceChildren(avatar(name, author?.id));
  }

  drawQuote(quoted) {
    this.quote.replaceChildren();
    if (!quoted) return;
    this.quote.append(h("button", {
      class: "quote", type: "button", "data-hue": hue(quoted.from?.id), on: { click: () => this.actions.onShow(quoted.message_id) },
    }, h("strong", {}, nameOf(quoted.from)), h("span", {}, summary(quoted))));
  }

  drawMedia(messages) {
    const pieces = messages.map(media).filter(Boolean);
    this.media.dataset.count = pieces.length;
    this.bubble.classList.toggle("with-media", messages.some((message) => message.photo ?? message.video ?? message.animation));
    this.media.replaceChildren(...pieces);
  }

  drawMeta({ date, edit_date: edited }) {
    const at = new Date(date * 1000);
    fill(this.meta,
      edited ? h("span", {}, "edited") : null,
      h("time", { datetime: at.toISOString() }, clockTime(at)));
  }

  drawKeys(message) {
    const focused = this.keys.contains(document.activeElement);
    const keys = keyboard(message.reply_markup, (data) => this.actions.onPress(message, data));
    fill(this.keys, keys);
    this.bubble.classList.toggle("with-keys", keys !== null);
    if (focused) (this.keys.querySelector("button, a") ?? this.node).focus({ preventScroll: true });
  }
}

/** A line that stands for a message in a quote. */
export function summary(message) {
  const text = message.text ?? message.caption;
  if (text) return text.slice(0, 160);
  if (message.photo) return "Photo";
  if (message.video) return "Video";
  if (message.document) return message.document.file_name ?? "File";
  return "Message";
}

function serviceNotice(message) {
  for (const [field, sentence] of Object.entries(SERVICE)) {
    if (message[field] !== undefined) return sentence(message);
  }
  return null;
}

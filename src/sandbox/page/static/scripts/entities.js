import { h } from "./dom.js";
import { copy } from "./notices.js";

const LINK_PROTOCOLS = new Set(["http:", "https:", "tg:", "mailto:"]);

/**
 * Turn a text and its Bot API entities into nodes.
 *
 * Offsets count UTF-16 code units, as JavaScript's strings do. Nested entities nest; of two that cross, the one
 * that starts later is left out.
 */
export function rich(text, entities = []) {
  const fragment = document.createDocumentFragment();
  const queue = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  nest(fragment, text, queue, 0, text.length);
  return fragment;
}

function nest(parent, text, queue, from, to) {
  let at = from;
  while (queue.length > 0 && queue[0].offset < to) {
    const entity = queue.shift();
    const end = entity.offset + entity.length;
    if (entity.offset < at || end > to) continue;
    const inside = element(entity, text.slice(entity.offset, end));
    nest(inside, text, queue, entity.offset, end);
    parent.append(text.slice(at, entity.offset), inside);
    at = end;
  }
  parent.append(text.slice(at, to));
}

function element(entity, text) {
  switch (entity.type) {
    case "bold": return h("strong");
    case "italic": return h("em");
    case "underline": return h("u");
    case "strikethrough": return h("s");
    case "code": return copyable("code", text);
    case "pre": return copyable("pre", text);
    case "blockquote":
    case "expandable_blockquote": return h("blockquote");
    case "spoiler": return spoiler();
    case "text_link": return link(entity.url);
    case "url": return link(/^[a-z]+:/iu.test(text) ? text : `https://${text}`);
    case "email": return link(`mailto:${text}`);
    case "mention":
    case "text_mention":
    case "hashtag":
    case "cashtag":
    case "phone_number": return h("span", { class: "marked" });
    case "bot_command": return command(text);
    default: return h("span");
  }
}

function copyable(tag, text) {
  const take = () => copy(text);
  return h(tag, {
    class: "copyable", tabindex: "0", role: "button", title: "Copy",
    on: { click: take, keydown: (event) => { if (event.key === "Enter") take(); } },
  });
}

/** A command that is tapped is sent; who shows the text hears the event `command` with it. */
function command(text) {
  const tap = ({ currentTarget }) => currentTarget.dispatchEvent(new CustomEvent("command", { bubbles: true, detail: text }));
  return h("button", { class: "marked", type: "button", title: "Send", on: { click: tap } });
}

function spoiler() {
  const show = (event) => event.currentTarget.classList.add("shown");
  return h("span", {
    class: "spoiler", tabindex: "0", role: "button", title: "Show",
    on: { click: show, keydown: (event) => { if (event.key === "Enter") show(event); } },
  });
}

function link(address) {
  const safe = safeAddress(address);
  return safe ? h("a", { href: safe, target: "_blank", rel: "noopener noreferrer" }) : h("span");
}

/** The address when a click on it can do no harm, else null. */
export function safeAddress(address) {
  try {
    return LINK_PROTOCOLS.has(new URL(address).protocol) ? address : null;
  } catch {
    return null;
  }
}

import { h, icon } from "./dom.js";
import { nameOf, summary } from "./message.js";

/** The field to write in. `onSend(text, replyToId)` resolves to true when it was sent. */
export class Composer {
  constructor(onSend) {
    this.onSend = onSend;
    this.target = null;
    this.form = document.getElementById("composer");
    this.field = document.getElementById("composer-text");
    this.strip = document.getElementById("replying");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.field.addEventListener("input", () => this.fit());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.send();
      }
      if (event.key === "Escape") this.replyTo(null);
    });
  }

  /** Say as whom one writes. */
  writeAs(name) {
    this.field.placeholder = `Message as ${name}`;
  }

  /** Make what is written next an answer to this message; null: to none. */
  replyTo(message) {
    this.target = message;
    this.strip.hidden = message === null;
    if (message === null) return;
    this.strip.replaceChildren(
      icon("reply"),
      h("span", {}, h("strong", {}, nameOf(message.from)), h("span", {}, summary(message))),
      h("button", { type: "button", "aria-label": "Do not reply", on: { click: () => this.replyTo(null) } }, icon("close")));
    this.field.focus();
  }

  async send() {
    const text = this.field.value.trim();
    if (!text) return;
    if (await this.onSend(text, this.target?.message_id)) {
      this.field.value = "";
      this.fit();
      this.replyTo(null);
    }
  }

  fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 160)}px`;
  }
}

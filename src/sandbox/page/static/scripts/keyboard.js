import { h, icon } from "./dom.js";
import { safeAddress } from "./entities.js";
import { copy } from "./notices.js";

/** The inline keyboard under a message, or null. `onPress(data)` presses a callback button and resolves when answered. */
export function keyboard(markup, onPress) {
  const rows = markup?.inline_keyboard ?? [];
  if (rows.length === 0) return null;
  return h("div", { class: "keyboard" },
    rows.map((row) => h("div", { class: "keyboard-row" }, row.map((button) => key(button, onPress)))));
}

function key(button, onPress) {
  const look = { class: "key", "data-style": button.style };
  if (button.url !== undefined) {
    return h("a", { ...look, href: safeAddress(button.url), target: "_blank", rel: "noopener noreferrer" },
      button.text, icon("link"));
  }
  if (button.copy_text) {
    return h("button", { ...look, type: "button", on: { click: () => copy(button.copy_text.text) } },
      button.text, icon("copy"));
  }
  const press = async ({ currentTarget: element }) => {
    element.setAttribute("aria-busy", "true");
    await onPress(button.callback_data);
    element.removeAttribute("aria-busy");
  };
  return h("button", {
    ...look, type: "button", disabled: Boolean(button.disabled), on: { click: press },
  }, button.text);
}

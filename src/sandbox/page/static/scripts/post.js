import { authors, details } from "./details.js";
import { avatar, h, icon } from "./dom.js";
import { ago } from "./format.js";
import { pieces } from "./pieces.js";

/** Show one post of the feed over the profile, as the app does. */
export function openPost(screen, account, post, clock) {
  const before = document.activeElement;
  const close = () => {
    page.remove();
    before?.focus();
  };
  const place = post.details.location_name;
  const page = h("div", {
    class: "post-page", role: "dialog", "aria-label": `Post of ${account.username}`,
    on: { keydown: (event) => { if (event.key === "Escape") close(); } },
  },
  h("header", { class: "app-bar" },
    h("button", { type: "button", class: "back", "aria-label": "Back to the profile", on: { click: close } }, icon("back")),
    h("strong", {}, "Posts")),
  h("div", { class: "post-scroll" },
    h("div", { class: "post-author" }, avatar(account.username, account.id, account.profile_picture_url),
      h("span", {}, h("strong", {}, authors(account, post)), place && h("small", {}, place))),
    pieces(post),
    h("div", { class: "post-actions", "aria-hidden": "true" }, icon("heart"), icon("chat"), icon("send")),
    h("p", { class: "post-caption", dir: "auto" }, h("strong", {}, account.username), " ", post.caption ?? ""),
    h("p", { class: "post-time" }, h("time", { datetime: post.timestamp }, ago(new Date(post.timestamp), clock.now()))),
    details(post)));
  screen.append(page);
  page.querySelector(".back").focus();
}

import { avatar, h, icon } from "./dom.js";
import { ago } from "./format.js";

/** Show one post of the feed over the profile, as the app does. */
export function openPost(screen, account, post, clock) {
  const before = document.activeElement;
  const close = () => {
    page.remove();
    before?.focus();
  };
  const page = h("div", {
    class: "post-page", role: "dialog", "aria-label": `Post of ${account.username}`,
    on: { keydown: (event) => { if (event.key === "Escape") close(); } },
  },
  h("header", { class: "app-bar" },
    h("button", { type: "button", class: "back", "aria-label": "Back to the profile", on: { click: close } }, icon("back")),
    h("strong", {}, "Posts")),
  h("div", { class: "post-scroll" },
    h("div", { class: "post-author" }, avatar(account.username, account.id, account.profile_picture_url), h("strong", {}, account.username)),
    picture(post),
    h("div", { class: "post-actions", "aria-hidden": "true" }, icon("heart"), icon("chat"), icon("send")),
    h("p", { class: "post-caption", dir: "auto" }, h("strong", {}, account.username), " ", post.caption ?? ""),
    h("p", { class: "post-time" }, h("time", { datetime: post.timestamp }, ago(new Date(post.timestamp), clock.now())))));
  screen.append(page);
  page.querySelector(".back").focus();
}

function picture(post) {
  const shape = { "aspect-ratio": `${post.width || 1} / ${post.height || 1}` };
  if (post.media_type !== "VIDEO") return h("img", { class: "post-media", src: post.media_url, alt: post.caption ?? "", style: shape });
  const video = h("video", { class: "post-media", src: post.media_url, loop: true, playsinline: true, controls: true, style: shape });
  video.muted = true;
  video.autoplay = true;
  return video;
}

import { authors, details } from "./details.js";
import { avatar, h, icon } from "./dom.js";
import { ago } from "./format.js";

/** Play one reel over the whole screen of the phone. Space pauses, Escape closes. */
export function openReel(screen, account, post, clock) {
  const before = document.activeElement;
  const close = () => {
    page.remove();
    before?.focus();
  };
  const video = h("video", { class: "reel-media", src: post.media_url, poster: post.thumbnail_url, loop: true, playsinline: true });
  video.muted = true;
  video.autoplay = true;
  const toggle = () => (video.paused ? video.play() : video.pause());
  const mute = h("button", { type: "button", class: "mute", on: { click: () => { video.muted = !video.muted; drawMute(); } } });
  const drawMute = () => {
    mute.setAttribute("aria-label", video.muted ? "Sound on" : "Sound off");
    mute.replaceChildren(icon(video.muted ? "muted" : "sound"));
  };
  drawMute();
  const more = details(post);
  const page = h("div", {
    class: "reel-page", role: "dialog", "aria-label": `Reel of ${account.username}`,
    on: {
      keydown: (event) => {
        if (event.key === "Escape") close();
        if (event.key === " " && !event.target.closest(".mute, .back, summary")) {
          event.preventDefault();
          toggle();
        }
      },
    },
  },
  video,
  h("button", { type: "button", class: "reel-tap", "aria-label": "Play or pause", on: { click: toggle } }),
  h("header", {}, h("button", { type: "button", class: "back", "aria-label": "Back to the profile", on: { click: close } }, icon("back")),
    h("strong", {}, "Reel"), mute),
  h("div", { class: "reel-words" },
    h("div", { class: "post-author" }, avatar(account.username, account.id, account.profile_picture_url),
      h("strong", {}, authors(account, post)),
      h("time", { datetime: post.timestamp }, ago(new Date(post.timestamp), clock.now()))),
    post.caption && h("p", { class: "post-caption", dir: "auto" }, post.caption),
    post.details.audio_name && h("p", { class: "reel-sound" }, icon("note"), post.details.audio_name),
    more && h("details", {}, h("summary", {}, "Details"), more)));
  screen.append(page);
  page.querySelector(".back").focus();
}

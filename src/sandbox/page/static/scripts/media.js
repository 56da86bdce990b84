import { h, icon } from "./dom.js";
import { bytes } from "./format.js";

const WIDEST = 1.9;
const TALLEST = 0.95;

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

/** Plays videos while they can be seen and rests them when they cannot. */
const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) target.pause();
    else if (!calm.matches) target.play().catch(() => {});
  }
}, { threshold: 0.4 });

/** The node for what a message carries beside its text, or null. */
export function media(message) {
  if (message.photo) return framed(message, picture(message), message.photo.at(-1));
  if (message.video) return framed(message, video(message), message.video);
  if (message.animation) return framed(message, video(message), message.animation);
  if (message.document) return document_(message);
  if (message.audio || message.voice) return h("audio", { class: "audio", controls: true, src: message.media_url });
  if (message.sticker) return h("p", { class: "sticker" }, message.sticker.emoji ?? "Sticker");
  return null;
}

/** A frame of the media's shape within bounds; what does not fill it stands on a blurred copy of itself. */
function framed(message, element, { width, height }) {
  const shape = Math.min(WIDEST, Math.max(TALLEST, width / height || 1));
  const backdrop = message.photo ? message.media_url : message.thumbnail_url;
  return h("div", { class: "frame", style: { "aspect-ratio": shape } },
    backdrop && h("img", { class: "backdrop", src: backdrop, alt: "", "aria-hidden": "true" }),
    element);
}

function picture(message) {
  const open = () => lightbox(h("img", { src: message.media_url, alt: message.caption ?? "Picture" }));
  return h("button", { class: "picture", type: "button", "aria-label": "Open the picture", on: { click: open } },
    h("img", { src: message.media_url, alt: message.caption?.slice(0, 120) ?? "Picture" }));
}

function video(message) {
  const element = h("video", {
    src: message.media_url, poster: message.thumbnail_url, loop: true, playsinline: true, controls: true,
    preload: "metadata", "aria-label": "Video",
  });
  element.muted = true;
  watcher.observe(element);
  return element;
}

function document_(message) {
  const { file_name: name = "file", file_size: size } = message.document;
  return h("a", { class: "document", href: message.media_url, download: name },
    h("span", { class: "document-mark" }, icon("file")),
    h("span", { class: "document-words" },
      h("strong", {}, name),
      h("small", {}, size === undefined ? "Download" : `${bytes(size)} · Download`)));
}

function lightbox(content) {
  const dialog = document.getElementById("lightbox");
  dialog.replaceChildren(
    h("button", { class: "lightbox-close", type: "button", "aria-label": "Close", on: { click: () => dialog.close() } },
      content));
  dialog.showModal();
}

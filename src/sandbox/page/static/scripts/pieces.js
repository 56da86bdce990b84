import { fill, h, icon } from "./dom.js";
import { plural } from "./format.js";

/** What a post shows: its picture or film with the people tagged in it, or its pieces to swipe through. */
export function pieces(post) {
  return post.children.length > 0 ? carousel(post) : framed(post, ratio(post));
}

/** The pieces of a carousel, each cut to the shape of the first. */
function carousel(post) {
  const shape = ratio(post.children[0]);
  const track = h("div", { class: "carousel-track", tabindex: "0", role: "group", "aria-label": `${post.children.length} pieces` },
    post.children.map((child) => framed(child, shape)));
  const shown = h("span", { class: "carousel-count" });
  const dots = h("div", { class: "dots", "aria-hidden": "true" });
  let current = -1;
  const step = (by) => track.scrollTo({ left: (current + by) * track.clientWidth, behavior: "smooth" });
  const previous = arrow("previous", "Previous piece", "back", () => step(-1));
  const next = arrow("next", "Next piece", "forward", () => step(1));

  function update() {
    const index = track.clientWidth ? Math.round(track.scrollLeft / track.clientWidth) : 0;
    if (index === current) return;
    current = index;
    shown.textContent = `${index + 1}/${post.children.length}`;
    fill(dots, post.children.map((_, place) => h("i", { "data-on": place === index })));
    previous.hidden = index === 0;
    next.hidden = index === post.children.length - 1;
    track.querySelectorAll("video").forEach((video, place) => {
      if (video.closest(".post-frame") === track.children[index]) video.play().catch(() => {});
      else video.pause();
    });
  }

  track.addEventListener("scroll", update, { passive: true });
  update();
  return h("div", { class: "carousel" }, track, previous, next, shown, dots);
}

function arrow(name, label, symbol, act) {
  return h("button", { type: "button", class: `carousel-${name}`, "aria-label": label, on: { click: act } }, icon(symbol));
}

function framed(piece, shape) {
  return h("div", { class: "post-frame", style: { "aspect-ratio": shape } }, media(piece), tagged(piece.details.user_tags));
}

function media(piece) {
  if (piece.media_type !== "VIDEO") return h("img", { class: "post-media", src: piece.media_url, alt: piece.details.alt_text });
  const video = h("video", { class: "post-media", src: piece.media_url, poster: piece.thumbnail_url, loop: true, playsinline: true, controls: true });
  video.muted = true;
  video.autoplay = true;
  return video;
}

/** A button that shows who is tagged where, or nothing when nobody has a place. */
function tagged(tags) {
  const placed = tags.filter((tag) => tag.x !== null);
  if (placed.length === 0) return null;
  const labels = h("div", { class: "tags", hidden: true }, placed.map((tag) => h("span", {
    style: { left: `${tag.x * 100}%`, top: `${tag.y * 100}%` },
  }, tag.username)));
  const button = h("button", {
    type: "button", class: "tags-button", "aria-label": `Show ${plural(placed.length, "tagged person", "tagged people")}`,
    on: { click: () => { labels.hidden = !labels.hidden; } },
  }, icon("person"));
  return [labels, button];
}

const ratio = (piece) => `${piece.width || 1} / ${piece.height || 1}`;

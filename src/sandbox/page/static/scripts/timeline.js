import { arrange, avatar, fill, h, icon } from "./dom.js";
import { ago, clockTime, dayName, plural } from "./format.js";

const ALBUM_SHOWN = 4;
const EMPTY = ["Nothing on the Page yet", "What is posted to the Page will appear here."];

/** A Facebook Page as its followers see it: its picture with the ring of stories, and its timeline. */
export class Timeline {
  constructor(clock) {
    this.clock = clock;
    this.cards = new Map();
    this.head = h("div", { class: "page-head" });
    this.list = h("div", { class: "timeline" });
    this.node = h("div", { class: "facebook" }, this.head, this.list);
  }

  /** Draw a Page; `ring` is the button that opens its stories, posts whose ids are in `fresh` have just come. */
  draw(page, ring, fresh) {
    const waiting = page.scheduled.length > 0 && h("p", { class: "waiting" }, icon("clock"),
      `${plural(page.scheduled.length, "post")} scheduled, the next for ${soonest(page.scheduled)}`);
    fill(this.head,
      h("div", { class: "page-cover", "data-hue": String(Number(page.id) % 7) }),
      h("div", { class: "page-name" }, ring, h("h3", {}, page.name), h("p", {}, `${page.category} · Facebook Page`)),
      waiting);
    arrange(this.list, page.posts.length > 0
      ? page.posts.map((post) => this.card(page, post, fresh.has(post.id)))
      : [h("div", { class: "nothing" }, icon("note"), h("strong", {}, EMPTY[0]), h("span", {}, EMPTY[1]))]);
    this.list.querySelectorAll("time").forEach((time) => { time.textContent = ago(new Date(time.dateTime), this.clock.now()); });
  }

  card(page, post, isFresh) {
    const known = this.cards.get(post.id);
    if (known) return known;
    const card = h("article", { class: `card${isFresh ? " arrived" : ""}`, "data-post": post.id, "data-kind": post.kind },
      h("header", {}, avatar(page.name, page.id, page.profile_picture_url),
        h("span", {}, h("strong", {}, page.name), h("small", {}, h("time", { datetime: post.timestamp }), " · ", icon("globe")))),
      post.message && h("p", { class: "card-text", dir: "auto" }, post.message),
      shown(post),
      h("footer", { "aria-hidden": "true" }, action("like", "Like"), action("chat", "Comment"), action("share", "Share")));
    this.cards.set(post.id, card);
    return card;
  }
}

function soonest(posts) {
  const at = posts.map((post) => new Date(post.timestamp)).sort((one, other) => one - other)[0];
  return `${dayName(at)}, ${clockTime(at)}`;
}

/** What a post shows below its words. */
function shown(post) {
  if (post.video) return film(post);
  if (post.photos.length > 0) return album(post.photos);
  return post.link ? linked(post.link) : null;
}

function film(post) {
  const { media_url: source, thumbnail_url: poster, width, height } = post.video;
  const shape = width && height ? `${width} / ${height}` : null;
  return h("div", { class: `card-film ${post.kind}`, style: shape ? { "aspect-ratio": shape } : {} },
    h("video", { src: source, poster, controls: true, playsinline: true, preload: "metadata", "aria-label": post.title || "Video" }),
    post.kind === "reel" && h("span", { class: "card-mark" }, icon("reel"), "Reel"));
}

function album(photos) {
  const more = photos.length - ALBUM_SHOWN;
  return h("div", { class: "card-photos", "data-count": String(Math.min(photos.length, ALBUM_SHOWN)) },
    photos.slice(0, ALBUM_SHOWN).map((photo, place) => h("span", {},
      h("img", { src: photo.media_url, alt: photo.alt_text, loading: "lazy" }),
      more > 0 && place === ALBUM_SHOWN - 1 && h("b", {}, `+${more}`))));
}

function linked(address) {
  let host = address;
  try {
    host = new URL(address).hostname;
  } catch {
    // Shown as it is.
  }
  return h("a", { class: "card-link", href: address, target: "_blank", rel: "noreferrer noopener" },
    icon("link"), h("span", {}, h("small", {}, host), h("strong", {}, address)));
}

function action(symbol, label) {
  return h("span", {}, icon(symbol), label);
}

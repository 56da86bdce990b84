/**
 * Make an element. Children that are strings become text, never markup.
 *
 * Properties: `class`, `on` (event name to listener), `style` (custom properties too), anything else is an
 * attribute; true sets an empty one, false, null and undefined leave it out.
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "style") {
      for (const [property, setting] of Object.entries(value)) element.style.setProperty(property, setting);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  fill(element, ...children);
  return element;
}

/** Replace the children; lists are flattened, and null, undefined and false stand for nothing. */
export function fill(parent, ...children) {
  parent.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
}

const SVG = "http://www.w3.org/2000/svg";

/** An icon from `icons.svg`, hidden from screen readers: the control around it has the name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  use.setAttribute("href", `page/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** Make `parent` hold exactly these nodes in this order, moving none that already stands where it belongs. */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let next = parent.firstChild;
  for (const node of nodes) {
    if (node === next) next = next.nextSibling;
    else parent.insertBefore(node, next);
  }
}

/** A round picture of a person, a chat or an account; its initials where there is no picture. */
export function avatar(name, seed, picture) {
  if (picture) return h("img", { class: "avatar", src: picture, alt: "" });
  const initials = name.split(/[\s._-]+/u).filter(Boolean).slice(0, 2).map((word) => [...word][0]).join("");
  return h("span", { class: "avatar", "data-hue": hue(seed), "aria-hidden": "true" }, initials.toUpperCase());
}

/** Which of the seven colours of names and avatars someone has. */
export function hue(seed) {
  return Math.abs(Number(seed)) % 31 % 7;
}

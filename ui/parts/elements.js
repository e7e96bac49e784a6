/** Builds elements. Every text goes through `textContent`: nothing that comes from data is ever parsed as HTML. */

const SVG = "http://www.w3.org/2000/svg";

/** Our line icons that both pages use. */
export const ICONS = {
  accept: "M3 8.6 6.4 12 13 4.6",
  edit: "m10.6 3.2 2.2 2.2L5.6 12.6l-2.9.7.7-2.9z",
  reject: "m4 4 8 8M12 4l-8 8",
  unsure: "M5.4 6a2.6 2.6 0 1 1 3.9 2.3c-.9.5-1.3 1-1.3 1.9M8 12.9v.1",
  x: "m4.5 4.5 7 7M11.5 4.5l-7 7",
  help: "M8 2.4a5.6 5.6 0 1 1 0 11.2A5.6 5.6 0 0 1 8 2.4M6.4 6.4a1.6 1.6 0 1 1 2.3 1.5c-.5.3-.7.6-.7 1.1M8 11v.1",
  mark: "M7.4 5a5 5 0 1 1 0 10 5 5 0 0 1 0-10M12.6 5a5 5 0 1 1 0 10 5 5 0 0 1 0-10",
};

/**
 * Makes an element.
 * @param {string} name tag, with classes after dots: "span.q.num"
 * @param {Object<string, any>} [properties] `on…` are listeners, `data` a map, `style` a map of custom or plain properties, other keys attributes; null, undefined and (but for aria-*) false are left out
 * @param {...(Node|string|number|null|false|Array)} children
 * @returns {HTMLElement}
 */
export function h(name, properties = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || (value === false && !key.startsWith("aria-"))) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "data") Object.assign(element.dataset, value);
    else if (key === "style") for (const [property, what] of Object.entries(value)) element.style.setProperty(property, what);
    else element.setAttribute(key, value === true && !key.startsWith("aria-") ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== false && child !== undefined));
  return element;
}

/**
 * Draws paths; decoration only, so hidden from screen readers.
 * @param {number} size of the view box @param {string} classes @param {string[]} paths @param {boolean} [filled]
 * @returns {SVGElement}
 */
export function drawing(size, classes, paths, filled = false) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("class", classes);
  svg.setAttribute("aria-hidden", "true");
  for (const [index, d] of paths.entries()) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    if (filled) path.setAttribute("fill", "currentColor");
    if (index) path.setAttribute("stroke-width", "1.1");
    svg.append(path);
  }
  return svg;
}

/**
 * Splits text at backticks: the even parts are text, the odd ones inline code. An unpaired backtick stays as it is.
 * @param {string} text
 * @returns {Array<Node|string>}
 */
export function inlineCode(text) {
  const parts = text.split(/`([^`\n]+)`/);
  return parts.map((part, index) => (index % 2 ? h("code", {}, part) : part)).filter((part) => part !== "");
}

/** "1 edit", "14 edits". @param {number} count @param {string} noun @returns {string} */
export function counted(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

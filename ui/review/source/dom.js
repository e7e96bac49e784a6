/** Builds elements. Every text goes through `textContent`: nothing that comes from data is ever parsed as HTML. */

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  accept: "M3 8.6 6.4 12 13 4.6",
  edit: "m10.6 3.2 2.2 2.2L5.6 12.6l-2.9.7.7-2.9z",
  reject: "m4 4 8 8M12 4l-8 8",
  unsure: "M5.4 6a2.6 2.6 0 1 1 3.9 2.3c-.9.5-1.3 1-1.3 1.9M8 12.9v.1",
  play: "M5 3.5v9l7-4.5z",
  pause: "M5 3.5h2v9H5zM9 3.5h2v9H9z",
  search: "M7 2.8a4.2 4.2 0 1 1 0 8.4 4.2 4.2 0 0 1 0-8.4M10.2 10.2l3 3",
  x: "m4.5 4.5 7 7M11.5 4.5l-7 7",
  help: "M8 2.4a5.6 5.6 0 1 1 0 11.2A5.6 5.6 0 0 1 8 2.4M6.4 6.4a1.6 1.6 0 1 1 2.3 1.5c-.5.3-.7.6-.7 1.1M8 11v.1",
  mark: "M7.4 5a5 5 0 1 1 0 10 5 5 0 0 1 0-10M12.6 5a5 5 0 1 1 0 10 5 5 0 0 1 0-10",
};
const FILLED = new Set(["play", "pause"]);

const TRUTHS = {
  flawed: ["M6 .8 11.2 6 6 11.2.8 6z"],
  clean: ["M6 1.7a4.3 4.3 0 1 1 0 8.6 4.3 4.3 0 0 1 0-8.6"],
  decoy: ["M1.6 1.6h8.8v8.8H1.6z", "m2 7 5-5M2.4 10.2l7.8-7.8M5.4 10.4l5-5"],
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

function drawing(size, classes, paths, filled = false) {
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

/** One of our line icons; decoration only. @param {string} name @param {boolean} [small] 14 instead of 16 px @returns {SVGElement} */
export function icon(name, small = false) {
  return drawing(name === "mark" ? 20 : 16, name === "mark" ? "mark" : small ? "i i-s" : "i", [PATHS[name]], FILLED.has(name));
}

/** The mark of what a statement was; null for filler and for what nobody knows. @param {string|null} truth @returns {SVGElement|null} */
export function truthMark(truth) {
  return TRUTHS[truth] ? drawing(12, `tw tw-${truth}`, TRUTHS[truth]) : null;
}

/** Splits text at backticks: the odd parts become inline code. @param {string} text @returns {Array<Node|string>} */
export function inlineCode(text) {
  const parts = text.split(/`([^`\n]+)`/);
  return parts.map((part, index) => (index % 2 ? h("code", {}, part) : part)).filter((part) => part !== "");
}

/** Minutes and seconds of working time, "52:58". @param {number} ms @returns {string} */
export function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** "1 edit", "14 edits". @param {number} count @param {string} noun @returns {string} */
export function counted(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** "12 March 2026". @param {number} ms @returns {string} */
export function day(ms) {
  return new Date(ms).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
}

/** "today", "12 Mar", "12 Mar 2025". @param {number} ms @param {number} now @returns {string} */
export function shortDay(ms, now) {
  const then = new Date(ms);
  const today = new Date(now);
  if (then.toDateString() === today.toDateString()) return "today";
  const year = then.getFullYear() === today.getFullYear() ? {} : { year: "numeric" };
  return then.toLocaleDateString("en-GB", { day: "numeric", month: "short", ...year });
}

/** Words in quotation marks, unless they bring their own. @param {string} text @returns {string} */
export function quoted(text) {
  return /^[“"«]/.test(text) ? text : `“${text}”`;
}

export const WORDS = { accept: "Accepted", edit: "Edited", reject: "Rejected", unsure: "Unsure" };
export const TRUTH_WORDS = { flawed: "flawed", clean: "clean", decoy: "decoy", filler: "not scored" };

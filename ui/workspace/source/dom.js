/** What the workspace draws with. */

import { ICONS, drawing, h } from "../../parts/elements.js";

export { counted, h, inlineCode } from "../../parts/elements.js";

const PATHS = {
  ...ICONS,
  check: "M3.5 8.4 6.5 11.4 12.5 5",
  lock: "M4.7 7h6.6a1.2 1.2 0 0 1 1.2 1.2v3.6a1.2 1.2 0 0 1-1.2 1.2H4.7a1.2 1.2 0 0 1-1.2-1.2V8.2A1.2 1.2 0 0 1 4.7 7M5.5 7V5.2a2.5 2.5 0 0 1 5 0V7",
  next: "M8 3v9M4.5 8.8 8 12.3l3.5-3.5",
  send: "M8 13V3.5M4 7.2 8 3.2l4 4",
  side: "M4 3h8a1.5 1.5 0 0 1 1.5 1.5v7A1.5 1.5 0 0 1 12 13H4a1.5 1.5 0 0 1-1.5-1.5v-7A1.5 1.5 0 0 1 4 3M6.2 3v10",
  rec: "M8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3M8 7a1 1 0 1 1 0 2 1 1 0 0 1 0-2M8 7.6v.8M7.6 8h.8",
  copy: "M6.8 5.5h4.9A1.3 1.3 0 0 1 13 6.8v4.9a1.3 1.3 0 0 1-1.3 1.3H6.8a1.3 1.3 0 0 1-1.3-1.3V6.8a1.3 1.3 0 0 1 1.3-1.3M3 10.2V4.3C3 3.6 3.6 3 4.3 3h5.9",
  warn: "M8 2.8 14 13H2zM8 6.6v3M8 11.3v.1",
  skip: "M5 8h6",
};

/** One of our line icons. @param {string} name a key of PATHS @param {boolean} [small] 14 instead of 16 px @returns {SVGElement} */
export function icon(name, small = false) {
  return drawing(name === "mark" ? 20 : 16, name === "mark" ? "mark" : small ? "i i-s" : "i", [PATHS[name]]);
}

/** What a message is about: words of the assistant, or lines of a file. @param {{text: string, segment?: string|null, place?: string}} quote @returns {HTMLElement} */
export function quoted({ text, segment, place }) {
  if (segment) return h("span.quoted", { data: { said: "", segment } }, `“${text}”`);
  return h("span.quoted-l", {}, h("span.place", {}, place ?? "Your lines"), h("span.quoted.mono", { data: { own: "" } }, text));
}

/** Minutes and seconds, "41:18"; an hour and more as "1:05:00". @param {number} ms @returns {string} */
export function minutes(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const tail = String(seconds % 60).padStart(2, "0");
  const whole = Math.floor(seconds / 60);
  return whole < 60 ? `${whole}:${tail}` : `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}:${tail}`;
}

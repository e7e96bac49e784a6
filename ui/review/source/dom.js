/** What the staff's pages draw with. */

import { ICONS, drawing } from "../../parts/elements.js";

export { counted, h } from "../../parts/elements.js";

const PATHS = {
  ...ICONS,
  play: "M5 3.5v9l7-4.5z",
  pause: "M5 3.5h2v9H5zM9 3.5h2v9H9z",
  search: "M7 2.8a4.2 4.2 0 1 1 0 8.4 4.2 4.2 0 0 1 0-8.4M10.2 10.2l3 3",
};
const FILLED = new Set(["play", "pause"]);
const TRUTHS = {
  flawed: ["M6 .8 11.2 6 6 11.2.8 6z"],
  clean: ["M6 1.7a4.3 4.3 0 1 1 0 8.6 4.3 4.3 0 0 1 0-8.6"],
  decoy: ["M1.6 1.6h8.8v8.8H1.6z", "m2 7 5-5M2.4 10.2l7.8-7.8M5.4 10.4l5-5"],
};

/** One of our line icons; decoration only. @param {string} name @param {boolean} [small] 14 instead of 16 px @returns {SVGElement} */
export function icon(name, small = false) {
  return drawing(name === "mark" ? 20 : 16, name === "mark" ? "mark" : small ? "i i-s" : "i", [PATHS[name]], FILLED.has(name));
}

/** The mark of what a statement was; null for filler and for what nobody knows. @param {string|null} truth @returns {SVGElement|null} */
export function truthMark(truth) {
  return TRUTHS[truth] ? drawing(12, `tw tw-${truth}`, TRUTHS[truth]) : null;
}

/** Minutes and seconds of working time, "52:58". @param {number} ms @returns {string} */
export function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
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

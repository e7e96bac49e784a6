/** An estimate with its 95 % interval on a common axis: track, band, point. */

import { h } from "./dom.js";

/**
 * @param {{estimate: number, low: number, high: number}|null} interval
 * @param {object} [axis] `from` and `to` of the axis, `mark` a value with a tick, `open` for a hollow point, `label` for screen readers
 * @returns {HTMLElement}
 */
export function interval(interval, { from = 0, to = 1, mark = null, open = false, label = "" } = {}) {
  const place = (value) => Math.max(0, Math.min(100, (100 * (value - from)) / (to - from)));
  const bar = h("span.iv", { role: "img", "aria-label": interval ? `${label} ${number(interval.estimate)}, 95 % interval ${number(interval.low)} to ${number(interval.high)}` : `${label}: no evidence` });
  if (open) bar.classList.add("open");
  if (mark !== null) bar.append(h("u", { style: { left: `${place(mark)}%` } }));
  if (interval) {
    bar.append(h("i", { style: { left: `${place(interval.low)}%`, width: `${place(interval.high) - place(interval.low)}%` } }));
    bar.append(h("b", { style: { left: `${place(interval.estimate)}%` } }));
  }
  return bar;
}

/** Two decimals with a real minus sign. @param {number} value @returns {string} */
export function number(value) {
  return value.toFixed(2).replace("-", "−");
}

/** "39 to 88 %". @param {{low: number, high: number}} share @returns {string} */
export function percent(share) {
  return `${Math.round(100 * share.low)} to ${Math.round(100 * share.high)} %`;
}

/** Whether a session holds enough statements for an estimate of a person (about 12 flawed, 8 clean). @param {object} figures @returns {boolean} */
export function enough(figures) {
  return figures.flawed >= 12 && figures.clean >= 8;
}

/** What an open point says. */
export const TOO_FEW = "Open points: fewer than 12 flawed or 8 clean statements, too few to estimate a person or to compare two.";

export const D_PRIME = { from: -1.5, to: 4.5, mark: 0 };

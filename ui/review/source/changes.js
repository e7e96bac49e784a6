/** What the assistant gave against what was delivered, line by line. */

import { h, truthMark } from "./dom.js";

const STATES = { unchanged: "delivered as given", changed: "changed", missing: "not delivered", "not adopted": "not taken over" };
const ORDER = ["changed", "missing", "unchanged", "not adopted"];
const AROUND = 2;

/** @param {object} review @param {(number: number) => void} open @returns {HTMLElement} */
export function changes(review, open) {
  if (!review.differences.length) return h("p.none.q2", {}, "Nothing of the assistant’s was there to compare with.");
  const truths = new Map(review.statements.map((s) => [s.number, s.truth]));
  return h("div.chs", {}, [...review.differences].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state)).map((difference) => one(difference, truths, open)));
}

function one(difference, truths, open) {
  const changed = difference.state === "changed";
  const numbers = difference.numbers.map((number) => h("button.lnk.nb.num", { type: "button", title: `Statement ${number}`, onclick: (event) => { event.preventDefault(); open(number); } }, truthMark(truths.get(number)), number));
  const code = difference.kind === "hunk";
  const body = difference.state === "not adopted" && code ? difference.lines.filter((line) => line.mark !== "+") : difference.lines;
  return h(
    "details.ch",
    { open: changed },
    h("summary", {}, h(code ? "code.grow" : "b.grow", {}, difference.title), numbers, h(changed ? "b.xs" : "span.q.xs", {}, STATES[difference.state])),
    h(code ? "div.df" : "div.df.prose", {}, folded(body).map(row)),
  );
}

function row(line) {
  if (line.skipped) return h("div.dl.sk", {}, h("i"), h("span.q", {}, `${line.skipped} equal ${line.skipped === 1 ? "line" : "lines"}`));
  const word = { "-": "given", "+": "delivered" }[line.mark];
  return h(`div.dl${line.mark === "-" ? ".out" : line.mark === "+" ? ".in" : ""}`, {}, h("i", { "aria-hidden": "true" }, line.mark === "-" ? "−" : line.mark.trim()), word ? h("span.vh", {}, `${word}: `) : null, h("span.dt", {}, line.text || " "));
}

/** Long runs of equal lines are told by their count. */
function folded(lines) {
  if (!lines.some((line) => line.mark !== " ")) return lines;
  const near = lines.map((_, index) => lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some((line) => line.mark !== " "));
  const found = [];
  lines.forEach((line, index) => {
    if (near[index]) found.push(line);
    else if (found.at(-1)?.skipped) found.at(-1).skipped += 1;
    else found.push({ skipped: 1 });
  });
  return found;
}

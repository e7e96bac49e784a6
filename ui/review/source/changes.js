/** What the assistant gave against what was delivered: by function and section, or by statement, line by line. */

import { counted, h, truthMark } from "./dom.js";

const STATES = { unchanged: "delivered as given", changed: "changed", missing: "not delivered", "not adopted": "not taken over", own: "their own", untouched: "as it was at the start" };
const ORDER = ["changed", "missing", "own", "unchanged", "not adopted", "untouched"];
const OPEN = new Set(["changed", "missing"]);
const VIEWS = [
  ["By function and section", ["function", "section"]],
  ["By statement", ["hunk", "claim"]],
];
const AROUND = 2;
/** Functions and sections that nobody touched, of one task, which are still listed one by one. */
const MOST_STILL = 2;

/** @param {object} review @param {(number: number) => void} open @returns {HTMLElement} */
export function changes(review, open) {
  const truths = new Map(review.statements.map((s) => [s.number, s.truth]));
  const titles = new Map(review.tasks.map((task) => [task.name, task.title]));
  const body = h("div.chs");
  const note = h("span.q.xs");
  const buttons = VIEWS.map(([title, kinds], place) => h("button", { type: "button", onclick: () => show(place) }, title, " ", h("span.q.num", {}, review.differences.filter((d) => kinds.includes(d.kind)).length)));
  const show = (place) => {
    buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(index === place)));
    const shown = review.differences.filter((d) => VIEWS[place][1].includes(d.kind));
    const found = [];
    for (const [name, title] of titles) {
      const own = shown.filter((d) => d.task === name).sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
      if (!own.length) continue;
      if (titles.size > 1) found.push(h("h2.ch-t", {}, title));
      const still = own.filter((d) => d.state === "untouched").map((difference) => one(difference, truths, open));
      found.push(...own.filter((d) => d.state !== "untouched").map((difference) => one(difference, truths, open)));
      if (still.length > MOST_STILL) found.push(h("details.ch", {}, h("summary", {}, h("span.q.grow", {}, `${still.length} as they were at the start`)), h("div.ch-s", {}, still)));
      else found.push(...still);
    }
    note.textContent = summary(shown);
    body.replaceChildren(...(found.length ? found : [h("p.none.q2", {}, "Nothing of the assistant’s was there to compare with.")]));
  };
  show(0);
  return h("div", {}, h("div.ch-h", {}, h("div.seg", { role: "group", "aria-label": "Compared" }, buttons), note), body);
}

/** How many of each state. */
function summary(shown) {
  return ORDER.map((state) => [state, shown.filter((d) => d.state === state).length])
    .filter(([, count]) => count)
    .map(([state, count]) => `${count} ${STATES[state]}`)
    .join(", ");
}

function one(difference, truths, open) {
  const wanted = OPEN.has(difference.state);
  const numbers = difference.numbers.map((number) => h("button.lnk.nb.num", { type: "button", title: `Statement ${number}`, onclick: (event) => { event.preventDefault(); open(number); } }, truthMark(truths.get(number)), number));
  const code = difference.kind === "hunk" || difference.kind === "function";
  const added = difference.state === "own" ? difference.lines.filter((line) => line.mark !== " ").length : 0;
  const state = `${STATES[difference.state]}${added && difference.given === "starter" ? `, ${counted(added, "line")} against the start` : ""}`;
  return h("details.ch", { open: wanted }, h("summary", {}, h(code ? "code.grow" : "b.grow", {}, difference.title, difference.kind === "function" ? h("span.q", {}, ` ${difference.file}`) : null), numbers, h(wanted ? "b.xs" : "span.q.xs", {}, state)), lines(difference));
}

/** The lines of a difference, long equal runs folded. @param {object} difference @returns {HTMLElement} */
export function lines(difference) {
  const code = difference.kind === "hunk" || difference.kind === "function";
  const body = difference.state === "not adopted" && code ? difference.lines.filter((line) => line.mark !== "+") : difference.lines;
  return h(code ? "div.df" : "div.df.prose", {}, folded(body).map(row));
}

function row(line) {
  if (line.skipped) return h("div.dl.sk", {}, h("i"), h("span.q", {}, `${line.skipped} equal ${line.skipped === 1 ? "line" : "lines"}`));
  const word = { "-": "given", "+": "delivered" }[line.mark];
  return h(`div.dl${line.mark === "-" ? ".out" : line.mark === "+" ? ".in" : ""}`, {}, h("i", { "aria-hidden": "true" }, line.mark === "-" ? "−" : line.mark.trim()), word ? h("span.vh", {}, `${word}: `) : null, h("span.dt", {}, words(line)));
}

/** A line with what changed within it marked. */
function words({ text, changed }) {
  if (!changed?.length) return text || " ";
  const found = [];
  let place = 0;
  for (const [start, end] of changed) {
    found.push(text.slice(place, start), h("b.dw", {}, text.slice(start, end)));
    place = end;
  }
  return [...found, text.slice(place)];
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

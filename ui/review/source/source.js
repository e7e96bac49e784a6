/** A file with its provenance gutter: pattern first, tint second. */

import { h, truthMark } from "./dom.js";
import { isProse, pieces } from "./highlight.js";

const CLASS = { starter: "p-starter", typed: "p-typed", assistant: "p-ai", pasted: "p-paste", own: "p-typed" };
const INLINE = { assistant: "c-ai", pasted: "c-paste", typed: "c-typed", own: "c-typed", starter: "c-starter" };
export const ORIGINS = [["starter", "Starter"], ["typed", "Typed"], ["assistant", "Assistant"], ["pasted", "Pasted"]];

const kind = (origin) => origin.split(":")[0];

/**
 * @param {{text: string, runs: Array<[number, string]>, at: number|null}} state
 * @param {string} file
 * @param {Map<string, object>} statements statement rows by segment
 * @param {(number: number) => void} open shows a statement
 * @returns {{element: HTMLElement, line: HTMLElement|null}} the code and the line that was changed last
 */
export function source(state, file, statements, open) {
  const lines = cut(state, file);
  const element = h(isProse(file) ? "div.src-code.pv.prose" : "div.src-code.pv", { role: "region", "aria-label": file, tabindex: "0" });
  const marked = new Set();
  let position = 0;
  let changed = null;
  lines.forEach((parts, index) => {
    const length = parts.reduce((sum, part) => sum + part.text.length, 0);
    const main = mainOrigin(parts);
    const text = h("span.t", {}, parts.map((part) => piece(part, main)));
    if (!parts.length) text.append(" ");
    const row = h(`div.l.${main ? CLASS[main] : "p-none"}`, {}, h("span.g", {}, index + 1), h("span.b"), text);
    for (const part of parts) {
      const statement = kind(part.origin) === "assistant" && part.text.trim() ? statements.get(part.origin.slice(10)) : null;
      if (!statement || marked.has(statement.number)) continue;
      marked.add(statement.number);
      row.append(h("button.rm", { type: "button", title: `Statement ${statement.number}`, onclick: () => open(statement.number) }, truthMark(statement.truth), statement.number));
    }
    if (state.at !== null && state.at >= position && state.at <= position + length) changed = row;
    position += length + 1;
    element.append(row);
  });
  changed?.classList.add("on");
  return { element, line: changed };
}

/** Lines of parts, each of one origin and one colour. */
function cut(state, file) {
  const runs = state.runs.map((run) => [...run]);
  const lines = [[]];
  let run = 0;
  for (const [whole, classes] of pieces(state.text, file)) {
    let text = whole;
    while (text) {
      while (runs[run] && runs[run][0] === 0) run++;
      const origin = runs[run]?.[1] ?? "typed";
      const taken = Math.min(text.length, runs[run]?.[0] ?? text.length);
      if (runs[run]) runs[run][0] -= taken;
      const part = text.slice(0, taken);
      if (part === "\n") lines.push([]);
      else lines.at(-1).push({ text: part, classes, origin });
      text = text.slice(taken);
    }
  }
  return lines;
}

function mainOrigin(parts) {
  const counts = new Map();
  for (const part of parts) {
    const weight = part.text.replace(/\s/g, "").length;
    if (weight) counts.set(kind(part.origin), (counts.get(kind(part.origin)) ?? 0) + weight);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

function piece(part, main) {
  const other = main && kind(part.origin) !== main && part.text.trim() ? INLINE[kind(part.origin)] : "";
  const classes = [part.classes, other].filter(Boolean).join(" ");
  return classes ? h("span", { class: classes }, part.text) : part.text;
}

/** The shares of a file by origin, with the patterns of the gutter. @param {Array<[number, string]>} runs @returns {HTMLElement} */
export function legend(runs) {
  const total = runs.reduce((sum, [length]) => sum + length, 0);
  const share = (name) => runs.reduce((sum, [length, origin]) => sum + (kind(origin) === name || (name === "typed" && origin === "own") ? length : 0), 0) / (total || 1);
  return h("p.pl.xs.q2", {}, ORIGINS.map(([name, word]) => h(`span.${CLASS[name]}`, {}, h("i.b"), `${word} ${total ? Math.round(100 * share(name)) : 0} %`)));
}

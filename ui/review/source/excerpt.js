/** A hunk in the transcript: coloured, with its flawed passages marked, and cut to the lines that matter when long. */

import { h } from "./dom.js";
import { pieces } from "./highlight.js";

const LONG = 14;
const AROUND = 2;
const OPENING = 8;

/** @param {object} s statement row @returns {HTMLElement} */
export function hunk(s) {
  const lines = cut(s);
  const block = h("pre.tk");
  const whole = () => block.replaceChildren(...lines.map(draw));
  if (lines.length <= LONG) {
    whole();
    return block;
  }
  const flawed = lines.some((line) => line.some((part) => part.flawed));
  const kept = lines.map((_, index) => (flawed ? lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some((line) => line.some((part) => part.flawed)) : false) || (flawed ? index === 0 : index < OPENING));
  let skipped = 0;
  const gap = () => {
    if (skipped) block.append(h("button.cut", { type: "button", onclick: whole }, `${skipped} more ${skipped === 1 ? "line" : "lines"}`));
    skipped = 0;
  };
  lines.forEach((line, index) => {
    if (!kept[index]) {
      skipped += 1;
      return;
    }
    gap();
    block.append(draw(line));
  });
  gap();
  return block;
}

const draw = (parts) => h("div", {}, parts.length ? parts.map((part) => (part.classes || part.flawed ? h("span", { class: `${part.classes}${part.flawed ? " is-flawed" : ""}` }, part.text) : part.text)) : "\u00a0");

/** Lines of parts, each of one colour and either flawed or not. */
function cut(s) {
  const marks = s.passages.map((passage) => [passage.text.length, passage.flawed]);
  const lines = [[]];
  let mark = 0;
  for (const [whole, classes] of pieces(s.text, s.file)) {
    let text = whole;
    while (text) {
      while (marks[mark] && marks[mark][0] === 0) mark++;
      const taken = Math.min(text.length, marks[mark]?.[0] ?? text.length);
      const flawed = marks[mark]?.[1] ?? false;
      if (marks[mark]) marks[mark][0] -= taken;
      const part = text.slice(0, taken);
      if (part === "\n") lines.push([]);
      else lines.at(-1).push({ text: part, classes, flawed: flawed && part.trim() !== "" });
      text = text.slice(taken);
    }
  }
  while (lines.length > 1 && !lines.at(-1).length) lines.pop();
  return lines;
}

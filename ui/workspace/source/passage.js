/** The small bar that appears at selected words: comment, or ask about it. */

import { h } from "./dom.js";
import { selectedWords } from "./statement.js";

export class Passage {
  #bar;
  #found = null;

  /** @param {(segment: object, text: string) => void} ask */
  constructor(ask) {
    const keep = (event) => event.preventDefault(); // a press must not lose the selection
    this.#bar = h(
      "div.pop",
      { role: "toolbar", "aria-label": "Selected text", onpointerdown: keep },
      h("button.btn.bare.s", { type: "button", onclick: () => this.comment() }, "Comment", h("kbd", {}, "C")),
      h("button.btn.bare.s", { type: "button", onclick: () => this.ask() }, "Ask about it", h("kbd", {}, "Q")),
    );
    this.asked = ask;
    document.addEventListener("selectionchange", () => this.#look());
  }

  get found() {
    return this.#found;
  }

  comment() {
    const found = this.#found;
    if (!found) return false;
    this.#hide();
    window.getSelection().removeAllRanges();
    found.statement.comment(found.text);
    return true;
  }

  ask() {
    const found = this.#found;
    if (!found) return false;
    this.#hide();
    window.getSelection().removeAllRanges();
    this.asked(found.statement.segment, found.text);
    return true;
  }

  #hide() {
    this.#found = null;
    this.#bar.remove();
  }

  #look() {
    const found = selectedWords();
    if (!found) return this.#hide();
    this.#found = found;
    const host = found.statement.element;
    const box = found.range.getBoundingClientRect();
    const frame = host.getBoundingClientRect();
    if (this.#bar.parentElement !== host) host.append(this.#bar);
    const pane = host.closest(".scroll")?.getBoundingClientRect();
    const above = pane && box.bottom + 44 > pane.bottom;
    this.#bar.style.top = `${Math.round(above ? box.top - frame.top - 36 : box.bottom - frame.top + 4)}px`;
    this.#bar.style.left = `${Math.round(Math.max(0, Math.min(box.left - frame.left, frame.width - 200)))}px`;
  }
}

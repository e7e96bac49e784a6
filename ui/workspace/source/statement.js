/** One statement of the assistant with its place in the ledger: a focusable article. */

import { commentForm, fixForm, margin, reasons } from "./decision.js";
import { counted, h, icon } from "./dom.js";
import { coloured } from "./highlight.js";
import { WORDS } from "./ledger.js";
import { inline } from "../../parts/markdown.js";

/** A live model's mark of a list: each of its points is a statement of its own here. */
const BULLET = /^[-*+•]\s+/;

/**
 * @typedef {object} Context
 * @property {import("./ledger.js").Ledger} ledger
 * @property {Array<{id: string, label: string}>} families
 * @property {(segment: object) => void} insert at once
 * @property {(segment: object) => void} propose change by change
 * @property {(segment: object, text: string) => void} copied
 * @property {(segment: object) => string|null} inserted how a hunk stands in the work
 * @property {() => boolean} still true when nothing may be decided any more
 */

export class Statement {
  element;
  #segment;
  #where;
  #context;
  #form = null;
  #folded;

  /** @param {object} segment complete @param {"conversation"|"ledger"} where @param {Context} context */
  constructor(segment, where, context) {
    this.#segment = segment;
    this.#where = where;
    this.#context = context;
    this.#folded = where === "ledger";
    this.element = h("article.st", { tabindex: 0, data: { segment: segment.id } });
    this.element.statement = this;
    this.draw();
  }

  get id() {
    return this.#segment.id;
  }

  get segment() {
    return this.#segment;
  }

  /** Draws again after its decision or a comment changed. */
  draw() {
    const { ledger, families } = this.#context;
    const decision = ledger.decision(this.id);
    const had = this.element.contains(document.activeElement) && document.activeElement !== this.element && !this.#form?.contains(document.activeElement);
    this.element.dataset.d = decision?.decision ?? "";
    this.element.setAttribute("aria-label", `Statement ${ledger.number(this.id)}, ${decision ? WORDS[decision.decision].toLowerCase() : "undecided"}`);
    const side = margin(decision, { choose: (key) => this.choose(key), sure: (step) => this.sure(step) });
    const parts = [
      this.#where === "ledger" ? h("span.n.num", {}, String(ledger.number(this.id))) : null,
      this.#body(),
      side,
      this.#code(),
      ...(this.#form?.classList.contains("is-fix") ? [] : reasons(decision, families, ledger.comments(this.id))),
    ].filter(Boolean);
    // An open form stays where it is: taking it out would swallow the click or the key that is under way.
    for (const child of [...this.element.childNodes]) if (child !== this.#form) child.remove();
    if (this.#form?.parentElement === this.element) this.#form.before(...parts);
    else this.element.append(...parts, ...(this.#form ? [this.#form] : []));
    if (had) this.element.focus({ preventScroll: true });
  }

  /** @param {"accept"|"edit"|"reject"|"unsure"} key */
  choose(key) {
    if (this.#context.still()) return;
    this.#form = null;
    this.#context.ledger.decide(this.id, { decision: key }, this.#where);
    if (key === "edit" || key === "reject") this.#openFix();
    else {
      this.draw();
      this.element.focus({ preventScroll: true });
    }
  }

  /** @param {number} step 1 to 3 */
  sure(step) {
    const decision = this.#context.ledger.decision(this.id);
    if (!decision || this.#context.still()) return;
    this.#context.ledger.decide(this.id, { confidence: step }, this.#where);
    this.element.focus({ preventScroll: true });
  }

  /** Opens the comment form. @param {string} quote the words it is about, or "" for the whole statement */
  comment(quote) {
    if (this.#context.still()) return;
    const close = () => this.#close();
    this.#form = commentForm(quote, (text) => this.#context.ledger.comment(this.id, quote, text), close);
    this.draw();
    this.#form.start();
  }

  /** Unfolds a hunk in the last look. @param {boolean} [open] */
  unfold(open = true) {
    if (this.#segment.form !== "hunk" || this.#where !== "ledger" || this.#folded === !open) return;
    this.#folded = !open;
    this.draw();
  }

  #openFix() {
    const save = (change) => this.#context.ledger.decide(this.id, change, this.#where);
    this.#form = fixForm(this.#context.ledger.decision(this.id), this.#context.families, save, () => this.#close());
    this.#form.classList.add("is-fix");
    this.draw();
    this.#form.start();
    this.#form.scrollIntoView({ block: "nearest" });
  }

  #close() {
    this.#form = null;
    this.draw();
    this.element.focus({ preventScroll: true });
  }

  #body() {
    const segment = this.#segment;
    if (segment.form !== "hunk") return h("div.st-t", { data: { words: "" } }, inline(segment.text.trim().replace(BULLET, "")));
    const name = segment.symbol ?? segment.file ?? "Code";
    if (this.#where === "ledger") {
      const lines = segment.text.trimEnd().split("\n").length;
      const state = this.#context.inserted(segment);
      return h(
        "div.st-t.hk",
        {},
        h("span.mono", {}, name),
        h("span.q", {}, counted(lines, "line") + (state ? `, ${state}` : "")),
        h("button.btn.bare.s", { type: "button", tabindex: -1, "aria-expanded": !this.#folded, onclick: () => this.unfold(this.#folded) }, this.#folded ? "Show code" : "Hide code"),
      );
    }
    const copy = h("button.ib", { type: "button", tabindex: -1, title: "Copy", "aria-label": "Copy", onclick: () => this.#copy(copy) }, icon("copy", true));
    return h(
      "div.hunk-h",
      {},
      segment.file && segment.symbol ? h("span.mono.hunk-f", {}, segment.file) : null,
      h("span.mono", {}, name),
      h("span.grow"),
      h("button.btn.bare.s", { type: "button", tabindex: -1, title: "Insert, change by change (V); at once (I)", onclick: () => this.propose() }, "Insert"),
      copy,
    );
  }

  insert() {
    if (this.#segment.form === "hunk") this.#context.insert(this.#segment);
  }

  /** Shows what inserting would change. */
  propose() {
    if (this.#segment.form === "hunk") this.#context.propose(this.#segment);
  }

  #code() {
    if (this.#segment.form !== "hunk" || this.#folded) return null;
    return h("pre.hunk-c", { tabindex: 0, role: "group", "aria-label": "Code", data: { words: "" } }, coloured(this.#segment.text.trimEnd(), this.#segment.file));
  }

  async #copy(button) {
    const text = this.#segment.text;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = h("textarea", { readonly: true, style: { position: "fixed", opacity: 0 } });
      area.value = text;
      this.element.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    this.#context.copied(this.#segment, text);
    button.replaceChildren(icon("check", true));
    setTimeout(() => button.replaceChildren(icon("copy", true)), 1500);
  }
}

/** The words of a comment or a question: what is selected inside one statement. @returns {{statement: Statement, text: string, range: Range}|null} */
export function selectedWords() {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const inside = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest("[data-words]");
  const start = inside(range.startContainer);
  const text = selection.toString().trim();
  const article = start?.closest(".st");
  if (!text || !article?.statement || !article.contains(range.commonAncestorContainer)) return null;
  return { statement: article.statement, text: text.slice(0, 2000), range };
}

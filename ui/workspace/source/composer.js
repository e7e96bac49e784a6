/** Where the candidate writes to the assistant. */

import { h, icon, quoted } from "./dom.js";

const DRAFT = "harness.draft";
const HINTS = [["A", "accept"], ["E", "edit"], ["R", "reject"], ["U", "unsure"], ["C", "comment"]];

/** @returns {HTMLElement} the line that names the keys of the ledger */
export function keyHints() {
  return h("span.keys", {}, HINTS.map(([key, word]) => [h("kbd", {}, key), ` ${word} `]));
}

export class Composer {
  element;
  #text;
  #send;
  #chip;
  #button;
  #quote = null;
  #blocked = false;
  #model = null;
  #told;

  /**
   * @param {HTMLElement} root
   * @param {(text: string, quote: object|null) => void} send
   * @param {{choice: import("./choice.js").Choice, choose: (model: string) => void, sees: HTMLElement, told: () => void}} about the choice of models, what the assistant sees, and who is told of a quote
   */
  constructor(root, send, { choice, choose, sees, told }) {
    this.#send = send;
    this.#told = told;
    const { models, model } = choice;
    if (models.length > 1) this.#model = h("select.model-in", { "aria-label": "Model", title: "The model that is asked", onchange: () => choose(this.#model.value) }, models.map((name) => h("option", { value: name, selected: name === model }, name)));
    this.#text = h("textarea.text-in", { rows: 2, placeholder: "Ask the assistant", "aria-label": "Message", maxlength: 8000, oninput: () => this.#changed(), onkeydown: (event) => this.#key(event) });
    this.#button = h("button.ib.sendb", { type: "submit", "aria-label": "Send (Ctrl+Enter)", title: "Send (Ctrl+Enter)" }, icon("send"));
    this.#chip = h("div.chip", { hidden: true });
    this.element = h("form.composer", { onsubmit: (event) => (event.preventDefault(), this.submit()) }, this.#chip, this.#text, h("div.send-row", {}, keyHints(), h("span.grow"), this.#model, this.#button), sees);
    try {
      this.#text.value = sessionStorage.getItem(DRAFT) ?? "";
    } catch {
      // No storage, no draft.
    }
    root.append(this.element);
    this.#changed();
  }

  focus() {
    this.#text.focus();
  }

  /** @param {boolean} blocked while the assistant answers or nothing may be sent */
  block(blocked) {
    this.#blocked = blocked;
    this.#changed();
  }

  /** Puts a kept message back. @param {string} text */
  restore(text) {
    if (!this.#text.value) this.#text.value = text;
    this.#changed();
  }

  /** Puts a message back to be put in other words; a draft stays, before it. @param {string} text @param {object|null} quote */
  reword(text, quote) {
    const draft = this.#text.value.trim();
    this.#text.value = draft && draft !== text ? `${draft}\n\n${text}` : text;
    this.#changed();
    this.about(quote);
    this.#text.select();
  }

  /** @returns {{segment: string|null, text: string, place?: string}|null} what the message is about */
  get quote() {
    return this.#quote;
  }

  /** Shows which model is asked. @param {string} model */
  chose(model) {
    if (this.#model) this.#model.value = model;
  }

  /** @param {{segment: string|null, text: string, place?: string, file?: string}|null} quote what the next message is about */
  about(quote) {
    this.#quote = quote;
    this.#chip.hidden = !quote;
    this.#chip.replaceChildren();
    if (quote) this.#chip.append(quoted(quote), h("button.ib", { type: "button", title: "Do not quote", "aria-label": "Do not quote", onclick: () => this.about(null) }, icon("x", true)));
    this.#told();
    this.focus();
  }

  submit() {
    const text = this.#text.value.trim();
    if (!text || this.#blocked) return;
    const quote = this.#quote;
    this.#text.value = "";
    this.#changed();
    if (quote) this.about(null);
    this.#send(text, quote);
  }

  #changed() {
    const ready = Boolean(this.#text.value.trim()) && !this.#blocked;
    this.#button.disabled = !ready;
    this.#button.classList.toggle("is-ready", ready);
    try {
      sessionStorage.setItem(DRAFT, this.#text.value);
    } catch {
      // No storage, no draft.
    }
  }

  #key(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      this.submit();
    }
  }
}

/** Where the candidate writes to the assistant. */

import { h, icon, quoted } from "./dom.js";
import { cut } from "./fields.js";

const DRAFT = "harness.draft";
const ORIGINS = "harness.draft.origins";
const HINTS = [["A", "accept"], ["E", "edit"], ["R", "reject"], ["U", "unsure"], ["C", "comment"]];

/** @returns {HTMLElement} the line that names the keys of the ledger */
export function keyHints() {
  return h("span.keys", {}, HINTS.map(([key, word]) => [h("kbd", {}, key), ` ${word} `]));
}

/** @typedef {{text: string, origins: import("./fields.js").Origins|null}} Message a text, and where it comes from if not all of it was typed */

export class Composer {
  element;
  #text;
  #fields;
  #send;
  #chip;
  #button;
  #quote = null;
  #blocked = false;
  #model = null;
  #told;

  /**
   * @param {HTMLElement} root
   * @param {(message: Message, quote: object|null) => void} send
   * @param {{fields: import("./fields.js").Fields, choice: import("./choice.js").Choice, choose: (model: string) => void, sees: HTMLElement, told: () => void}} about the origins of what stands in fields, the choice of models, what the assistant sees, and who is told of a quote
   */
  constructor(root, send, { fields, choice, choose, sees, told }) {
    this.#fields = fields;
    this.#send = send;
    this.#told = told;
    const { models, model } = choice;
    if (models.length > 1) this.#model = h("select.model-in", { "aria-label": "Model", title: "The model that is asked", onchange: () => choose(this.#model.value) }, models.map((name) => h("option", { value: name, selected: name === model }, name)));
    this.#text = h("textarea.text-in", { rows: 2, placeholder: "Ask the assistant", "aria-label": "Message", maxlength: 8000, oninput: () => this.#changed(), onkeydown: (event) => this.#key(event) });
    this.#button = h("button.ib.sendb", { type: "submit", "aria-label": "Send (Ctrl+Enter)", title: "Send (Ctrl+Enter)" }, icon("send"));
    this.#chip = h("div.chip", { hidden: true });
    this.element = h("form.composer", { onsubmit: (event) => (event.preventDefault(), this.submit()) }, this.#chip, this.#text, h("div.send-row", {}, keyHints(), h("span.grow"), this.#model, this.#button), sees);
    try {
      this.#put({ text: sessionStorage.getItem(DRAFT) ?? "", origins: JSON.parse(sessionStorage.getItem(ORIGINS)) });
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

  /** Puts a message back to be put in other words; a draft stays, before it. @param {Message} message @param {object|null} quote */
  reword({ text, origins }, quote) {
    const draft = this.#draft;
    const between = [2, "typed"];
    if (!draft.text || draft.text === text) this.#put({ text, origins });
    else this.#put({ text: `${draft.text}\n\n${text}`, origins: [...draft.origins, between, ...(origins ?? [[text.length, "typed"]])] });
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
    const draft = this.#draft;
    if (!draft.text || this.#blocked) return;
    const quote = this.#quote;
    this.#put({ text: "", origins: null });
    this.#changed();
    if (quote) this.about(null);
    this.#send({ text: draft.text, origins: draft.origins.every(([, word]) => word === "typed") ? null : draft.origins }, quote);
  }

  /** What is written, without the space around it. */
  get #draft() {
    const { text, origins } = this.#fields.of(this.#text);
    const start = text.length - text.trimStart().length;
    const whole = text.trim();
    return { text: whole, origins: cut(origins, start, start + whole.length) };
  }

  #put({ text, origins }) {
    this.#fields.put(this.#text, text, origins);
  }

  #changed() {
    const ready = Boolean(this.#text.value.trim()) && !this.#blocked;
    this.#button.disabled = !ready;
    this.#button.classList.toggle("is-ready", ready);
    try {
      sessionStorage.setItem(DRAFT, this.#text.value);
      sessionStorage.setItem(ORIGINS, JSON.stringify(this.#fields.of(this.#text).origins));
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

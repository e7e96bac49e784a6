/** Listens to what is copied, cut or dragged anywhere on the page, and pasted into its files and fields. */

import { OWN, STARTER, word } from "./clipboard.js";
import { cut, isField } from "./fields.js";

/** What the assistant has said, what the candidate has written or made, by the element around it; all else is the task's. */
const SAID = "[data-words], [data-said]";
const WRITTEN = "[data-own], .pv";

export class Copying {
  #clipboard;
  #fields;
  #coming = null;
  #over = new AbortController();

  /** @param {import("./clipboard.js").Clipboard} clipboard @param {import("./fields.js").Fields} fields @param {import("./editor.js").Editor} editor */
  constructor(clipboard, fields, editor) {
    this.#clipboard = clipboard;
    this.#fields = fields;
    const listen = (names, take) => names.forEach((name) => document.addEventListener(name, take, { capture: true, signal: this.#over.signal }));
    listen(["copy", "cut", "dragstart"], (event) => this.#took(event));
    const field = (take) => (event) => isField(event.target) && take(event);
    listen(["paste", "drop"], field((event) => (this.#coming = word(clipboard.gave(event.type, (event.clipboardData ?? event.dataTransfer)?.getData("text/plain") ?? "")))));
    listen(["beforeinput"], field(({ target }) => fields.of(target)));
    listen(["input"], field(({ target, inputType = "" }) => fields.changed(target, /^insertFrom(Paste|Drop)/.test(inputType) ? (this.#coming ?? "pasted") : "typed", inputType.startsWith("history"))));
    editor.on("copied", (what) => this.#out(what, editor));
    editor.on("pasted", ({ action, text }) => clipboard.gave(action, text, { file: editor.current }));
  }

  close() {
    this.#over.abort();
  }

  /** Out of the editor. */
  #out({ action, text, ranges, proposed }, { files, current: file }) {
    const plain = files.find(({ path }) => path === file).readonly ? STARTER : OWN;
    // What is copied out of a proposed change can be either's words.
    const from = proposed ? this.#clipboard.origin(text) : plain;
    this.#clipboard.took(action, text, from.origin === "elsewhere" ? plain : from, { file, ranges });
  }

  #took({ type, target }) {
    const action = type === "dragstart" ? "drag" : type;
    if (isField(target)) {
      if (target.readOnly) return null; // the page itself copies by it
      const { selectionStart: from, selectionEnd: to } = target;
      const { text, origins } = this.#fields.of(target);
      return this.#clipboard.took(action, text.slice(from, to), this.#clipboard.source(cut(origins, from, to)));
    }
    const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
    const selection = window.getSelection();
    if (action === "cut" || element?.closest(".cm-content") || !selection.rangeCount) return null;
    return this.#clipboard.took(action, selection.toString(), this.#clipboard.source(this.#selected(selection.getRangeAt(0))));
  }

  /** @param {Range} range @returns {Array<[number, string]>} the origins of the words in it */
  #selected(range) {
    const root = range.commonAncestorContainer;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let node = root.nodeType === Node.TEXT_NODE ? root : walker.nextNode(); node; node = walker.nextNode()) {
      if (!range.intersectsNode(node)) continue;
      const from = node === range.startContainer ? range.startOffset : 0;
      const to = node === range.endContainer ? range.endOffset : node.length;
      if (node.data.slice(from, to).trim()) found.push(...this.#origins(node, from, to));
    }
    return found;
  }

  #origins(node, from, to) {
    const place = node.parentElement.closest(`${SAID}, ${WRITTEN}`);
    if (!place) return [[to - from, "starter"]];
    if (place.matches(WRITTEN)) {
      const whole = place.origins ?? this.#fields.origins(place.textContent);
      return place.textContent === node.data ? cut(whole, from, to) : whole;
    }
    const { segment, reply } = place.closest("[data-segment], [data-reply]").dataset;
    return [[to - from, `assistant:${segment ?? reply}`]];
  }
}

/** Where pasted text comes from: this page's own text, the assistant, or elsewhere. */

import { normalised, sha256 } from "./digest.js";

const KEPT = "harness.copies";
const SHORTEST = 16; // a passage this long inside a statement is taken to come from it

export class Clipboard {
  #copies = new Map();
  #segments;
  #record;

  /**
   * @param {() => Iterable<{id: string|null, text: string}>} segments all that the assistant has said
   * @param {(fields: object) => void} record takes a clipboard event
   */
  constructor(segments, record) {
    this.#segments = segments;
    this.#record = record;
    try {
      this.#copies = new Map(JSON.parse(sessionStorage.getItem(KEPT) ?? "[]"));
    } catch {
      this.#copies = new Map();
    }
  }

  /** @param {"copy"|"cut"} action @param {string} text @param {string|null} file @param {string|null} segment set when it was copied from a statement */
  took(action, text, file, segment = null, assistant = false) {
    if (!text) return;
    this.#copies.delete(sha256(normalised(text)));
    this.#copies.set(sha256(normalised(text)), { origin: assistant ? "assistant" : "own", segment });
    while (this.#copies.size > 200) this.#copies.delete(this.#copies.keys().next().value);
    try {
      sessionStorage.setItem(KEPT, JSON.stringify([...this.#copies]));
    } catch {
      // A full or closed storage only shortens this memory.
    }
    this.#tell(action, text, file, { origin: assistant ? "assistant" : "own", segment });
  }

  /** @param {"paste"|"drop"} action @param {string} text @param {string|null} file */
  gave(action, text, file) {
    if (text) this.#tell(action, text, file, this.origin(text));
  }

  /** @param {string} text @returns {{origin: "own"|"assistant"|"elsewhere", segment: string|null}} */
  origin(text) {
    const plain = normalised(text);
    const known = this.#copies.get(sha256(plain));
    if (known) return known;
    for (const segment of this.#segments()) {
      const said = normalised(segment.text);
      if (said === plain || (plain.length >= SHORTEST && said.includes(plain))) return { origin: "assistant", segment: segment.id };
    }
    return { origin: "elsewhere", segment: null };
  }

  #tell(action, text, file, { origin, segment }) {
    const whole = text.replace(/\r\n?/g, "\n");
    this.#record({ action, file, length: whole.length, digest: sha256(whole), origin, segment });
  }
}

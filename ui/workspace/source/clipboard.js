/** Where pasted text comes from: this page's own text, the task's, the assistant, or elsewhere. */

import { normalised, sha256 } from "./digest.js";

const KEPT = "harness.copies";
const SHORTEST = 16; // a passage this long inside a statement is taken to come from it

/** @typedef {{origin: "own"|"assistant"|"starter"|"elsewhere", segment: string|null, reply: string|null}} Source */

const source = (origin, segment = null, reply = null) => ({ origin, segment, reply });
export const OWN = source("own");
export const STARTER = source("starter");

/** @param {{id: string|null, reply: string|null}} segment what was said, with an id or without @returns {Source} */
export function said({ id, reply }) {
  return id ? source("assistant", id) : source("assistant", null, reply);
}

/** A source in the words in which the log has the origins of a text. @param {Source} from @returns {string} */
export function word({ origin, segment, reply }) {
  return { elsewhere: "pasted", assistant: `assistant:${segment ?? reply}` }[origin] ?? origin;
}

export class Clipboard {
  #copies = new Map();
  #segments;
  #record;

  /**
   * @param {() => Iterable<{id: string|null, reply: string|null, text: string}>} segments all that the assistant has said
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

  /** @param {"copy"|"cut"|"drag"} action @param {string} text @param {Source} from @param {{file?: string, ranges?: Array<[number, number]>}} [place] where in a file */
  took(action, text, from, place = {}) {
    if (!text) return;
    const key = sha256(normalised(text));
    this.#copies.delete(key);
    this.#copies.set(key, from);
    while (this.#copies.size > 200) this.#copies.delete(this.#copies.keys().next().value);
    try {
      sessionStorage.setItem(KEPT, JSON.stringify([...this.#copies]));
    } catch {
      // A full or closed storage only shortens this memory.
    }
    this.#tell(action, text, from, place);
  }

  /** @param {"paste"|"drop"} action @param {string} text @param {{file?: string}} [place] @returns {Source} where it comes from */
  gave(action, text, place = {}) {
    const from = this.origin(text);
    if (text) this.#tell(action, text, from, place);
    return from;
  }

  /** @param {string} text @returns {Source} */
  origin(text) {
    const plain = normalised(text);
    const known = this.#copies.get(sha256(plain));
    if (known) return known;
    for (const segment of this.#segments()) {
      const words = normalised(segment.text);
      if (words === plain || (plain.length >= SHORTEST && words.includes(plain))) return said(segment);
    }
    return source("elsewhere");
  }

  /** The source of a text of several: `elsewhere` before the assistant, and that before the rest; else that of most of it. @param {Array<[number, string]>} origins @returns {Source} */
  source(origins) {
    const weights = new Map();
    for (const [length, name] of origins) weights.set(name, (weights.get(name) ?? 0) + length);
    if (weights.has("pasted")) return source("elsewhere");
    const heaviest = (words) => words.sort((one, other) => weights.get(other) - weights.get(one))[0];
    const words = [...weights.keys()];
    const spoken = heaviest(words.filter((name) => name.startsWith("assistant:")));
    if (!spoken) return heaviest(words) === "starter" ? STARTER : OWN;
    const id = spoken.slice("assistant:".length);
    return [...this.#segments()].some((segment) => segment.id === id) ? source("assistant", id) : source("assistant", null, id);
  }

  #tell(action, text, from, { file = null, ranges = null }) {
    const whole = text.replace(/\r\n?/g, "\n");
    this.#record({ action, file, ranges, length: whole.length, digest: sha256(whole), ...from });
  }
}

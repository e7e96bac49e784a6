/** The ledger: what the assistant has said in this task, in order, and what the candidate decided about it. */

import { Signal } from "./signal.js";

/** Decision to its word on screen. */
export const WORDS = { accept: "Accepted", edit: "Edited", reject: "Rejected", unsure: "Unsure" };
/** Confidence to its words on screen. */
export const SURE = ["", "a guess", "fairly sure", "sure"];

/** Signals: `decided` id, `said` (statements were added), `commented` id. */
export class Ledger extends Signal {
  #numbers = new Map();
  #segments = new Map();
  #decisions = new Map();
  #comments = [];
  #record;

  /** @param {(kind: string, fields: object) => void} record */
  constructor(record) {
    super();
    this.#record = record;
  }

  /** @param {Object<string, object>} decisions @param {object[]} comments */
  load(decisions, comments) {
    this.#numbers.clear();
    this.#segments.clear();
    this.#decisions = new Map(Object.entries(decisions ?? {}));
    this.#comments = [...(comments ?? [])];
  }

  /** Enters a complete statement; the same id again is the same statement. @param {{id: string|null}} segment @returns {number} its number */
  enter(segment) {
    if (!segment.id) return 0;
    if (!this.#numbers.has(segment.id)) {
      this.#numbers.set(segment.id, this.#numbers.size + 1);
      this.#segments.set(segment.id, segment);
      this.emit("said", segment.id);
    }
    return this.#numbers.get(segment.id);
  }

  number(id) {
    return this.#numbers.get(id) ?? 0;
  }

  get segments() {
    return [...this.#segments.values()];
  }

  get ids() {
    return [...this.#numbers.keys()];
  }

  get total() {
    return this.#numbers.size;
  }

  get undecided() {
    return this.ids.filter((id) => !this.#decisions.has(id));
  }

  /** @param {string} id @returns {{decision: string, confidence: number|null, reason: string|null, fix: string}|null} */
  decision(id) {
    return this.#decisions.get(id) ?? null;
  }

  /** @returns {Object<string, number>} how many statements carry each decision */
  counts() {
    const counts = { accept: 0, edit: 0, reject: 0, unsure: 0, none: 0 };
    for (const id of this.ids) counts[this.#decisions.get(id)?.decision ?? "none"]++;
    return counts;
  }

  /** Decides, or changes a decision. @param {string} id @param {object} change @param {"conversation"|"ledger"} where */
  decide(id, change, where) {
    const before = this.#decisions.get(id);
    const keep = before?.decision === (change.decision ?? before?.decision) ? before : { fix: "", reason: null, confidence: null, ...(pair(before?.decision, change.decision) ? { fix: before.fix, reason: before.reason } : {}) };
    const now = { ...keep, ...change };
    if (before && ["decision", "confidence", "reason", "fix"].every((key) => before[key] === now[key])) return;
    this.#decisions.set(id, now);
    this.#record("disposition", { segment: id, decision: now.decision, confidence: now.confidence ?? null, reason: now.reason ?? null, fix: now.fix ?? "", where });
    this.emit("decided", id);
  }

  /** Accepts all that is undecided in one go. @param {string} task */
  acceptRest(task) {
    const rest = this.undecided;
    if (!rest.length) return;
    this.#record("accepted_rest", { task, segments: rest });
    for (const id of rest) {
      this.#decisions.set(id, { decision: "accept", confidence: null, reason: null, fix: "" });
      this.emit("decided", id);
    }
  }

  /** @param {string|null} segment @param {string} quote @param {string} text */
  comment(segment, quote, text) {
    this.#comments.push({ segment, quote, text });
    this.#record("challenge", { segment, quote, text });
    this.emit("commented", segment);
  }

  /** @param {string} id @returns {Array<{quote: string, text: string}>} */
  comments(id) {
    return this.#comments.filter((comment) => comment.segment === id);
  }
}

// Between "edit" and "reject" the written reason stays: only the kind of the decision changed.
function pair(before, after) {
  return ["edit", "reject"].includes(before) && ["edit", "reject"].includes(after);
}

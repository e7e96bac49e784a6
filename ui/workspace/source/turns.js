/** What was said: turns of the conversation with their segments, kept up to date from the streams of replies. */

import { readReply } from "./api.js";
import { Signal } from "./signal.js";

/** Signals: `turn` (one changed), `added` (one was added), `ended` turn, `said` (a sentence about what goes on), `back` (waiting was given back to the clock). */
export class Turns extends Signal {
  list = [];
  #streams = new Map();
  #heard = new Set();
  #ledger;

  /** @param {import("./ledger.js").Ledger} ledger */
  constructor(ledger) {
    super();
    this.#ledger = ledger;
  }

  /** Takes the conversation of a view and follows what is still being said. @param {object[]} conversation */
  load(conversation) {
    this.close();
    // A message that failed without a word and was sent again stands there once.
    const sent = (turn, index) => turn.prompt && !turn.segments.length && conversation.slice(index + 1).some((other) => other.prompt === turn.prompt);
    this.list = conversation.filter((turn, index) => !sent(turn, index)).map((turn) => ({ ...turn, segments: turn.segments.map((segment) => ({ ...segment, complete: turn.status !== "streaming" })) }));
    for (const turn of this.list) {
      if (turn.status === "streaming") this.follow(turn);
      else turn.segments.forEach((segment) => this.#ledger.enter(segment));
    }
  }

  /** Adds turns that a newer view has and this list has not. @param {object[]} conversation */
  merge(conversation) {
    for (const turn of conversation) {
      if (turn.reply) this.#heard.add(turn.reply);
      const known = this.list.find((other) => (turn.reply && other.reply === turn.reply) || (turn.prompt && other.prompt === turn.prompt));
      if (known) {
        if (!known.reply && turn.reply) {
          known.reply = turn.reply;
          this.follow(known);
        }
        continue;
      }
      const added = this.add({ ...turn, segments: [] });
      if (turn.status === "streaming") this.follow(added);
      else {
        added.segments = turn.segments.map((segment) => ({ ...segment, complete: true }));
        added.segments.forEach((segment) => this.#ledger.enter(segment));
        this.emit("turn", added);
      }
    }
  }

  /** @param {object} turn @returns {object} */
  add(turn) {
    this.list.push(turn);
    this.emit("added", turn);
    return turn;
  }

  /** @param {object} turn */
  remove(turn) {
    this.list = this.list.filter((other) => other !== turn);
  }

  /** True when a reply is in the list, or was when it failed, or was looked for before. @param {string} reply */
  knows(reply) {
    return this.#heard.has(reply) || this.list.some((turn) => turn.reply === reply);
  }

  /** The newest answer to a message. @returns {object|null} */
  get last() {
    return this.list.findLast((turn) => turn.origin === "answer" && turn.text) ?? null;
  }

  get streaming() {
    return this.list.some((turn) => turn.status === "streaming" || turn.status === "sending");
  }

  close() {
    for (const control of this.#streams.values()) control.abort();
    this.#streams.clear();
  }

  /** Reads a reply until its end, again from its start when the connection breaks. @param {object} turn */
  async follow(turn) {
    if (!turn.reply || this.#streams.has(turn.reply)) return;
    const control = new AbortController();
    this.#streams.set(turn.reply, control);
    this.#heard.add(turn.reply);
    const { reply } = turn;
    turn.status = "streaming";
    turn.since ??= performance.now();
    for (let wait = 500; !control.signal.aborted; wait = Math.min(wait * 2, 5000)) {
      const texts = new Map();
      try {
        if (await readReply(reply, (event) => ((wait = 500), this.#take(turn, event, texts)), control.signal)) break;
      } catch (refusal) {
        if (refusal.status >= 400 && refusal.status < 500 && refusal.status !== 429) {
          this.#take(turn, { t: "end", status: "failed", reason: null }, texts);
          break;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    this.#streams.delete(reply);
  }

  #take(turn, event, texts) {
    if (event.t === "start") {
      if (event.origin) turn.origin = event.origin;
      if (Number.isFinite(event.at)) turn.at = event.at;
      if (event.model) turn.model = event.model;
    } else if (event.t === "working") {
      turn.doing = event.doing;
      this.emit("said", "The assistant is writing an answer and checking it.");
    } else if (event.t === "failover") {
      Object.assign(turn, { moved: event.why, model: event.model, doing: null, waited: Math.floor((performance.now() - turn.since) / 1000) });
      this.emit("back");
      if (event.model === "authored") this.emit("said", "The model did not answer. The built-in assistant answers instead, and your clock was paused meanwhile.");
    } else if (event.t === "delta") {
      texts.set(event.i, (texts.get(event.i) ?? "") + event.text);
      const segment = (turn.segments[event.i] ??= { complete: false });
      if (segment.complete) return;
      Object.assign(segment, { id: event.id ?? null, form: event.form ?? "prose", file: event.file ?? null, symbol: event.symbol ?? null, text: texts.get(event.i) });
    } else if (event.t === "segment") {
      const { t: _t, i, ...whole } = event;
      turn.segments[i] = { ...whole, complete: true };
      this.#ledger.enter(turn.segments[i]);
    } else if (event.t === "end") {
      turn.status = event.status ?? "complete";
      turn.reason = event.reason ?? null;
      turn.spent = event.spent === true;
      turn.back = event.back === true;
      turn.doing = null;
      turn.segments = turn.segments.filter((segment) => segment?.complete); // what was cut off was never said
      this.emit("turn", turn);
      this.emit("ended", turn);
      if (turn.status === "failed" || turn.back) this.emit("back");
      return;
    }
    this.emit("turn", turn);
  }
}

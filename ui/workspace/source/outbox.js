/** Numbers events, keeps them until the server has acknowledged them, and says how saving stands. */

import { api } from "./api.js";
import { Signal } from "./signal.js";

const EVERY = 1000;
const HEARTBEAT = 5000;
const OFFLINE_AFTER = 3000;
const BATCH = 200;
const BATCH_SIZE = 900_000;
// What the page notes by itself is no work of the candidate: it does not stir the word "Saved".
const NOTED = new Set(["focus", "exposure", "navigated", "selection", "fullscreen", "network", "second_tab", "clock_display"]);

/**
 * Signals: `saving` {state: saved|saving|offline|back|refused, edits, message}, `acknowledged` (the server's answer), `leased`,
 * `lost` when no answer came.
 */
export class Outbox extends Signal {
  #buffer;
  #writer;
  #waiting = [];
  #next = 1;
  #open = null;
  #room = 0;
  #timer = 0;
  #sending = null;
  #since = 0;
  #failures = 0;
  #offline = 0;
  #beat = 0;
  #stopped = false;

  /** @param {import("./buffer.js").Buffer} buffer @param {string} writer @param {number} acknowledged */
  constructor(buffer, writer, acknowledged) {
    super();
    this.#buffer = buffer;
    this.#writer = writer;
    this.#next = acknowledged + 1;
    this.#beat = setInterval(() => this.#tick(), HEARTBEAT);
    window.addEventListener("online", () => this.flush());
  }

  /** Puts events back that an earlier page left on this device. @param {Array<{n: number}>} events in order, without gaps */
  restore(events) {
    this.#waiting.push(...events);
    if (events.length) this.#next = events.at(-1).n + 1;
  }

  /** @returns {number} edits that only this device has */
  get edits() {
    return this.#waiting.reduce((sum, event) => sum + (event.kind === "edit" ? event.transactions.length : 0), 0);
  }

  get pending() {
    return this.#waiting.length;
  }

  /** Adds one event. @param {string} kind @param {object} fields @returns {boolean} false once all sending has ended */
  add(kind, fields) {
    if (this.#stopped) return false;
    this.#open = null;
    this.#append({ n: this.#next++, at: Date.now(), kind, ...fields });
    return true;
  }

  /** Adds one transaction to the batch of its file that is still being written. @param {string} task @param {string} file @param {object} transaction */
  addEdit(task, file, transaction) {
    if (this.#stopped) return;
    const open = this.#open;
    // A batch is written anew with each of its transactions: it stays small, so that a long paste is written once.
    const size = JSON.stringify(transaction.changes).length;
    if (open && open.file === file && open.task === task && size < this.#room) {
      open.transactions.push(transaction);
      this.#room -= size;
      this.#buffer.put(this.#writer, open);
      this.#plan();
      return;
    }
    const event = { n: this.#next++, at: transaction.at, kind: "edit", task, file, transactions: [transaction] };
    this.#append(event);
    this.#open = event;
    this.#room = 4000 - size;
  }

  /** Sends what is waiting. @returns {Promise<boolean>} whether all was acknowledged */
  async flush({ keepalive = false } = {}) {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (keepalive) {
      this.#open = null;
      if (this.#waiting.length && !this.#stopped) api.events(this.#writer, this.#batch(), { keepalive: true }).catch(() => {});
      return false;
    }
    this.#sending ??= this.#send().finally(() => (this.#sending = null));
    return this.#sending;
  }

  /** Sends until nothing is left. @param {number} [patience] ms @returns {Promise<boolean>} false when the server did not take all in time */
  async drain(patience = 10000) {
    const until = Date.now() + patience;
    while (!this.#stopped && this.#waiting.length) {
      if (await this.flush()) continue;
      if (Date.now() > until) break;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    return this.#waiting.length === 0;
  }

  /** Ends all sending; what is waiting stays on this device. */
  stop() {
    this.#stopped = true;
    clearInterval(this.#beat);
    clearTimeout(this.#timer);
  }

  /** Forgets what is waiting: the session has closed and takes nothing any more. */
  forget() {
    this.#waiting = [];
    this.#open = null;
    this.#buffer.clear();
    this.#tell();
  }

  /** Counts on from what the server has; edits that do not fit its text are dropped, all else is kept. @param {number} acknowledged */
  restart(acknowledged) {
    this.#waiting = this.#waiting.filter((event) => event.n > acknowledged && event.kind !== "edit");
    this.#failures = 0;
    this.#open = null;
    this.#renumber(acknowledged + 1);
    this.#tell();
  }

  #append(event) {
    this.#waiting.push(event);
    this.#buffer.put(this.#writer, event);
    this.#plan();
  }

  #plan() {
    this.#since ||= Date.now();
    if (!this.#timer) this.#timer = setTimeout(() => this.flush(), this.#failures ? Math.min(8000, EVERY * 2 ** this.#failures) : EVERY);
    this.#tell();
  }

  #tick() {
    if (!this.#stopped && !this.#waiting.length) void this.flush();
  }

  #batch() {
    const batch = [];
    let size = 0;
    for (const event of this.#waiting) {
      size += event.kind === "edit" ? JSON.stringify(event).length : 400;
      if (batch.length && (batch.length >= BATCH || size > BATCH_SIZE)) break;
      batch.push(event);
    }
    return batch;
  }

  async #send() {
    do {
      const batch = this.#batch();
      this.#open = null;
      const slow = setTimeout(() => this.#tell(), OFFLINE_AFTER + 50);
      this.#since ||= batch.length ? Date.now() : 0;
      try {
        const answer = await api.events(this.#writer, batch);
        if (this.#stopped) return false;
        this.#acknowledge(answer.acknowledged);
        this.#settle();
        this.emit("acknowledged", answer);
      } catch (refusal) {
        return this.#refused(refusal);
      } finally {
        clearTimeout(slow);
      }
    } while (this.#waiting.length && !this.#stopped);
    return true;
  }

  #acknowledge(acknowledged) {
    this.#waiting = this.#waiting.filter((event) => event.n > acknowledged);
    this.#buffer.drop(acknowledged);
    this.#next = Math.max(this.#next, acknowledged + 1);
    if (!this.#waiting.length) this.#since = 0;
  }

  #settle() {
    const kept = this.#offline;
    this.#failures = 0;
    this.#offline = 0;
    if (kept) {
      this.emit("saving", { state: "back", edits: kept === true ? 0 : kept });
      setTimeout(() => this.#tell(), 4000);
    } else this.#tell();
  }

  #refused(refusal) {
    if (this.#stopped) return false;
    if (refusal.code === "leased") {
      this.emit("leased");
      return false;
    }
    if (refusal.code === "gap" && Number.isInteger(refusal.body.expected)) {
      this.#waiting = this.#waiting.filter((event) => event.n >= refusal.body.expected);
      this.#renumber(refusal.body.expected);
      return false;
    }
    this.#failures = Math.min(this.#failures + 1, 4);
    this.#since ||= Date.now();
    this.emit(refusal.passing ? "lost" : "refused", refusal);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), Math.min(8000, EVERY * 2 ** (this.#failures - 1)));
    this.#tell(refusal.passing ? null : refusal.message);
    return false;
  }

  // The server counts from its own last event; ours follow it in the order in which they were made.
  #renumber(expected) {
    this.#buffer.clear();
    this.#next = expected;
    for (const event of this.#waiting) {
      event.n = this.#next++;
      this.#buffer.put(this.#writer, event);
    }
    this.#timer = setTimeout(() => this.flush(), 50);
  }

  #tell(message = null) {
    const edits = this.edits;
    if (message) return this.emit("saving", { state: "refused", edits, message });
    const late = this.#since && Date.now() - this.#since > OFFLINE_AFTER;
    if (this.#failures && (late || this.#failures > 1)) {
      this.#offline = edits || this.#offline || true;
      return this.emit("saving", { state: "offline", edits });
    }
    const work = this.#waiting.some((event) => !NOTED.has(event.kind));
    return this.emit("saving", { state: work ? "saving" : "saved", edits });
  }
}

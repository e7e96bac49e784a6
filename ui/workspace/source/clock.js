/** Counts down to a deadline of the server; the difference between the two clocks is corrected at every answer. */

import { Signal } from "./signal.js";

/** Signals: `tick` {left, level, paused, last, mode}, `warned` (10 or 2), `ended` (work|ledger). */
export class Clock extends Signal {
  #skew = 0;
  #deadline = { work: null, ledger: null };
  #paused = null;
  #working = 0;
  #at = 0;
  #warned = new Set();
  #ended = new Set();
  #mode = "work";
  #frozen = 0;

  constructor() {
    super();
    setInterval(() => this.#tick(), 500);
  }

  /** @param {{now: number, work_until: number|null, ledger_until: number|null, paused: string|null, working: number}} clock */
  set(clock) {
    if (!clock) return;
    this.#skew = clock.now - Date.now();
    if (!clock.paused) this.#frozen = 0;
    else if (!this.#paused) this.#frozen = Math.max(0, (this.#until ?? 0) - clock.now);
    this.#deadline = { work: clock.work_until, ledger: clock.ledger_until };
    if (clock.paused && this.#until) this.#frozen = Math.max(0, this.#until - clock.now);
    this.#paused = clock.paused ?? null;
    this.#working = clock.working ?? 0;
    this.#at = clock.now;
    this.#tick();
  }

  /** @param {"work"|"ledger"} mode which deadline the page shows */
  show(mode) {
    this.#mode = mode;
    this.#tick();
  }

  reset() {
    this.#warned.clear();
    this.#ended.clear();
  }

  get #until() {
    return this.#mode === "ledger" ? (this.#deadline.ledger ?? this.#deadline.work) : this.#deadline.work;
  }

  get now() {
    return Date.now() + this.#skew;
  }

  get paused() {
    return this.#paused;
  }

  /** Working time now, in ms: what the log shows beside a message. */
  get working() {
    return this.#working + (this.#paused ? 0 : Math.max(0, this.now - this.#at));
  }

  /** ms left to work, or null without a deadline. */
  get workLeft() {
    return this.#deadline.work === null ? null : this.#deadline.work - this.now;
  }

  #tick() {
    const until = this.#until;
    const left = this.#paused ? this.#frozen || null : until === null || until === undefined ? null : until - this.now;
    const level = left !== null && left <= 10 * 60000 ? "warn" : "";
    this.emit("tick", { left, level, paused: this.#paused, last: left !== null && left <= 2 * 60000, mode: this.#mode });
    if (left === null || this.#paused) return;
    for (const mark of [2, 10]) {
      const key = `${this.#mode}${mark}`;
      if (left > 0 && left <= mark * 60000 && !this.#warned.has(key)) {
        this.#warned.add(key);
        if (mark === 2) this.#warned.add(`${this.#mode}10`);
        this.emit("warned", mark);
        break;
      }
    }
    if (left <= 0 && !this.#ended.has(`${this.#mode}${until}`)) {
      this.#ended.add(`${this.#mode}${until}`);
      this.emit("ended", this.#mode);
    }
  }
}

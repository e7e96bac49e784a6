/** The queue: questions that wait for this person, alike ones together; one open at a time. */

import { api } from "./api.js";
import { Case } from "./case.js";
import { counted, h } from "./dom.js";

const QUIET = 300;
const KINDS = { dispute: "Disputed keys", grade: "Corrections to grade", changed: "Words that were changed", self_corrected: "Taken back by the assistant", diagnosed: "Mechanisms in doubt", challenge: "Challenges that fit no item" };

export class QueuePage {
  constructor() {
    this.list = h("nav.qu-l.scroll", { "aria-label": "Questions", tabindex: "-1" });
    this.main = h("div.qu-m");
    this.element = h("main.qu.se", {}, this.list, this.main);
    this.rows = [];
    this.at = null;
    this.done = new Map();
  }

  /** @param {object} data answer of the queue @param {string|null} session only this session's questions */
  show(data, session) {
    this.session = session;
    this.reading = data.reading;
    const fresh = data.questions.filter((row) => !session || row.session === session);
    // What was decided while the page is open stays in the list, so that nothing moves under the reader.
    const kept = this.rows.filter((row) => this.done.has(id(row)) && (!session || row.session === session));
    this.rows = [...kept.filter((row) => !fresh.some((f) => id(f) === id(row))), ...fresh].sort(order);
    this.draw();
    if (!this.at || !this.rows.some((row) => id(row) === this.at)) void this.open(this.rows.find((row) => !this.done.has(id(row))) ?? null);
  }

  draw() {
    const left = this.rows.filter((row) => !this.done.has(id(row))).length;
    const head = h("header.qu-h", {}, h("h1", {}, "Queue"), h("span.q.num", {}, left), h("span.grow"), this.session ? h("a.xs", { href: "#/queue" }, "All sessions") : null);
    const groups = [];
    for (const [kind, title] of Object.entries(KINDS)) {
      const rows = this.rows.filter((row) => row.kind === kind);
      if (!rows.length) continue;
      groups.push(h("h2", {}, title, " ", h("span.q.num", {}, rows.filter((row) => !this.done.has(id(row))).length)), h("ul", {}, rows.map((row) => h("li", {}, this.row(row)))));
    }
    const note = this.reading ? h("p.q.xs.qu-n", {}, `${counted(this.reading, "session")} still to be read; their questions come when they are scored.`) : null;
    this.list.replaceChildren(...[head, ...groups, note].filter(Boolean));
  }

  row(row) {
    const done = this.done.has(id(row));
    const name = row.about || (row.number ? `Statement ${row.number}` : "On no statement");
    const current = id(row) === this.at ? "true" : null;
    return h(done ? "button.qu-r.done" : "button.qu-r", { type: "button", "aria-current": current, onclick: () => void this.open(row) }, h("span.qu-t", {}, name), h("span.q.xs", {}, `${row.code}${row.simulated ? " · simulated" : ""} · ${row.title}`), done ? h("span.vh", {}, " decided") : null);
  }

  /** @param {object|null} row */
  async open(row) {
    this.at = row && id(row);
    this.case = null; // keys must not reach the case before while this one comes
    this.main.inert = true;
    this.draw();
    this.list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
    if (!row) return this.empty();
    const turn = this.at;
    const slow = setTimeout(() => turn === this.at && this.main.replaceChildren(h("p.ca-c.ca-s.q2", { role: "status" }, "Loading…")), QUIET);
    try {
      const data = await api.question(row.session, row.subject);
      if (turn === this.at) this.shown(data, row);
    } catch (error) {
      if (turn === this.at) this.put(h("div.ca-c.qu-e", {}, h("p.problem", { role: "alert" }, error.message)));
    } finally {
      clearTimeout(slow);
    }
  }

  shown(data, row) {
    this.case = new Case(data, {
      decided: (answer) => {
        this.done.set(id(row), true);
        this.draw();
        this.shown(answer, row);
        this.main.querySelector(".ca-d .btn")?.focus();
      },
      next: () => this.next(),
    });
    if (data.mine) this.done.set(id(row), true);
    this.put(this.case.element);
  }

  put(element) {
    this.main.replaceChildren(element);
    this.main.inert = false;
  }

  empty() {
    this.case = null;
    const words = this.done.size ? "Nothing else waits for you." : "Nothing waits for you.";
    this.put(h("div.ca-c.qu-e", {}, h("p", {}, words), h("p.q", {}, "What no rule can settle comes here: challenges that fit no planted error, corrections that no machine grades, mechanisms in doubt, flaws that a live model may have put right by itself, keys that a candidate disputes. Two people decide each question, and neither sees the other’s decision.")));
  }

  /** The next open question after this one, from the top again at the end. */
  next() {
    const here = this.rows.findIndex((row) => id(row) === this.at);
    const rest = [...this.rows.slice(here + 1), ...this.rows.slice(0, here + 1)];
    void this.open(rest.find((row) => !this.done.has(id(row))) ?? null);
  }

  step(by) {
    const here = this.rows.findIndex((row) => id(row) === this.at);
    const row = this.rows[here + by];
    if (row) void this.open(row);
    return Boolean(row);
  }

  /** @param {string} key @param {Element|null} focus @returns {boolean} whether the key meant something */
  key(key) {
    if (key === "j") return this.step(1);
    if (key === "k") return this.step(-1);
    if (key === "n") this.next();
    else if ("1234".includes(key)) return this.case?.choose(Number(key) - 1) ?? false;
    else return false;
    return true;
  }

  /** Ctrl Enter. @returns {boolean} */
  submit() {
    return this.case?.submit() ?? false;
  }
}

const id = (row) => `${row.session} ${row.subject}`;
const KIND_ORDER = Object.keys(KINDS);
const order = (a, b) => KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind) || a.task.localeCompare(b.task) || a.about.localeCompare(b.about) || a.sat - b.sat || a.session.localeCompare(b.session) || a.ms - b.ms;

/** Starts the staff's pages: #/ lists the sessions, #/assessment/NAME compares, #/session/ID (/at/MS) reviews one,
 * #/queue (/ID) holds what only people can settle, #/keys (/TASK/ITEM/VERSION) the keys that are disputed. */

import { api } from "./api.js";
import { AssessmentPage } from "./assessment.js";
import { Bar } from "./bar.js";
import { clock, h } from "./dom.js";
import { KeyPage } from "./keycase.js";
import { KeysPage } from "./keys.js";
import { keyboard } from "./keyboard.js";
import { QueuePage } from "./queue.js";
import { ReviewPage } from "./review.js";
import { SessionsPage, called, status } from "./sessions.js";
import { fill, framed } from "../../parts/slots.js";

const POLL = 4000;
const QUIET = 300;

class Staff {
  constructor() {
    this.review = null;
    this.bar = new Bar(keyboard(() => this.review ?? this.open));
    this.queue = new QueuePage();
    this.keys = new KeysPage();
    this.open = null;
    this.sessions = new SessionsPage();
    this.assessment = new AssessmentPage((name) => { location.hash = `#/assessment/${encodeURIComponent(name)}`; });
    this.turn = 0;
  }

  async start() {
    await framed(["rv-bar", "rv-page"]);
    fill("rv-bar", this.bar.element);
    addEventListener("hashchange", () => void this.go());
    await this.go();
  }

  /** Goes where the address says. */
  async go() {
    const turn = ++this.turn;
    clearTimeout(this.timer);
    this.review?.stop();
    this.review = this.open = null;
    const [page, name, ...more] = location.hash.replace(/^#\//, "").split("/").map(decodeURIComponent);
    const waiting = setTimeout(() => this.message("Loading…"), QUIET);
    try {
      if (page === "session" && name) await this.session(name, turn, more[0] === "at" ? Number(more[1]) : null);
      else if (page === "queue") await this.questions(name || null, turn);
      else if (page === "keys") await this.key(name || null, more[0] ?? null, more[1] ?? null, turn);
      else await this.list(page, name || null, turn);
    } catch (error) {
      if (turn === this.turn) this.message(error.message, true);
    } finally {
      clearTimeout(waiting);
    }
  }

  screen(name, title) {
    document.documentElement.dataset.screen = name;
    document.title = title;
  }

  async list(page, name, turn) {
    const data = await api.sessions();
    if (turn !== this.turn) return;
    const compares = page === "assessment" || data.me.role === "hiring";
    this.bar.show(data.me, data.notice, compares ? "assessment" : "sessions");
    if (compares) this.assessment.show(data, name);
    else this.sessions.show(data);
    const shown = compares ? this.assessment : this.sessions;
    this.screen("list", compares ? "Assessment" : "Sessions");
    fill("rv-page", shown.element);
    if (data.sessions.some((row) => row.state === "scoring" || row.left !== null)) this.timer = setTimeout(() => void this.list(page, name, turn).catch(() => {}), POLL);
  }

  async questions(session, turn) {
    const data = await api.queue();
    if (turn !== this.turn) return;
    this.bar.show(data.me, data.notice, "queue");
    this.open = this.queue;
    this.screen("list", "Queue");
    fill("rv-page", this.queue.element);
    this.queue.show(data, session);
    if (data.reading) this.timer = setTimeout(() => void this.questions(session, turn).catch(() => {}), POLL);
  }

  async key(task, item, version, turn) {
    const data = item ? await api.key(task, item, version) : await api.keys();
    if (turn !== this.turn) return;
    this.bar.show(data.me, data.notice, "keys");
    this.screen("list", "Keys");
    const page = item ? new KeyPage(data, () => void this.go()) : this.keys;
    if (!item) this.keys.show(data);
    fill("rv-page", page.element);
  }

  async session(id, turn, at = null) {
    const data = await api.session(id);
    if (turn !== this.turn) return;
    this.bar.show(data.me, data.notice, data.me.role === "hiring" ? "assessment" : "sessions");
    if (!data.review) return this.unfinished(data, turn);
    const wants = ["rv-head", "rv-rate"];
    this.screen("review", called(data.session));
    await framed(wants);
    if (turn !== this.turn) return;
    this.review = new ReviewPage(data);
    if (Number.isFinite(at)) this.review.at(at);
  }

  unfinished(data, turn) {
    const row = data.session;
    const words = row.problem ?? (row.left !== null ? `The candidate is at work: ${clock(row.left)} left. The review opens once everything is handed in and scored.` : `Nothing to review yet: ${status(row, 2)[0]}.`);
    this.page(h("h1", {}, `Candidate ${called(row)}`), h("p.q", {}, `${row.title}${row.simulated ? ", simulated" : ""}`), h("p.q2", {}, words), h("p", {}, h("a.btn", { href: "#/" }, "All sessions")));
    if (!row.problem) this.timer = setTimeout(() => void this.session(row.id, turn).catch(() => {}), POLL);
  }

  message(sentence, wrong = false) {
    this.page(h("p", { class: wrong ? "problem" : "q2", role: wrong ? "alert" : "status" }, sentence), wrong ? h("p", {}, h("button.btn", { type: "button", onclick: () => void this.go() }, "Try again"), " ", h("a.btn.bare", { href: "#/" }, "All sessions")) : null);
  }

  page(...children) {
    this.screen("list", "Sessions");
    fill("rv-page", h("main.scroll.se", {}, h("div.list.narrow", {}, ...children)));
  }
}

if (new URLSearchParams(location.search).get("theme") === "contrast") document.documentElement.dataset.theme = "contrast";
const staff = new Staff();
window.harnessReview = {
  /** @returns {object|null} where the playhead stands */
  state: () => staff.review?.state() ?? null,
  /** @param {string} task @param {string} file @param {number} ms @returns {{text: string, runs: Array<[number, string]>}|null} the file as replayed */
  file: (task, file, ms) => staff.review?.history.at(task, file, ms) ?? null,
};
void staff.start();

/** The review of one session: head, timeline, replay and transcript on one playhead, statements, changes, rating. */

import { api } from "./api.js";
import { changes } from "./changes.js";
import { clock, day, h } from "./dom.js";
import { figures, head, moments } from "./head.js";
import { History } from "./history.js";
import { items } from "./items.js";
import { Playhead } from "./playhead.js";
import { RatingPane } from "./rating.js";
import { ReplayPane } from "./replay.js";
import { fill } from "../../parts/slots.js";
import { Timeline } from "./timeline.js";
import { Transcript } from "./transcript.js";

const STEP = 5000;

export class ReviewPage {
  /** @param {object} data answer of the session */
  constructor(data) {
    this.data = data;
    const { review } = data;
    this.statements = review.statements;
    this.playhead = new Playhead(review.header.working_ms);
    this.history = new History(data.starter, review.frames);
    const open = (number, play = true) => this.show(number, play);
    this.transcript = new Transcript(review, this.playhead);
    this.timeline = new Timeline(review, this.playhead, open);
    this.replay = new ReplayPane(review, this.history, this.playhead, open);
    this.rating = new RatingPane(data, () => this.reload(), open, () => this.count());
    this.dialog = h("dialog.ask");
    this.top = h("div.rv-top");
    this.drawTop();
    fill("rv-head", this.top);
    fill("rv-replay", h("div.two", {}, this.replay.element, this.transcript.element));
    fill("rv-items", items(review, open));
    fill("rv-changes", changes(review, open));
    fill("rv-rate", this.rating.element);
    const first = review.moments[0];
    this.playhead.seek(first ? first.ms : 0);
    document.querySelector(".rv-main")?.scrollTo(0, 0);
  }

  drawTop() {
    const { data } = this;
    const on = { release: () => this.askRelease(), rate: () => this.rating.toggle(), looks: () => this.showLooks() };
    this.top.replaceChildren(...[head(data, on), ...figures(data.review), moments(data.review, (moment) => this.play(moment)), this.timeline.element, this.dialog].filter(Boolean));
  }

  /** Asks the server again after something was decided; the playhead stays. */
  async reload() {
    const data = await api.session(this.data.session.id);
    if (!data.review) return;
    this.data = data;
    this.drawTop();
    fill("rv-items", items(data.review, (number) => this.show(number)));
    this.rating.show(data);
  }

  /** Tells the head how many dimensions are rated. */
  count() {
    const { mine, dimensions } = this.data.session;
    const place = this.top.querySelector(".rb .num");
    if (place) place.textContent = `${mine} of ${dimensions}`;
  }

  /** Brings a statement up in the transcript. @param {number} number @param {boolean} [seek] */
  show(number, seek = true) {
    const statement = this.statements.find((s) => s.number === number);
    if (!statement) return;
    this.tab(0);
    if (seek) this.playhead.seek(statement.decided_ms ?? statement.shown_ms ?? statement.said_ms);
    this.transcript.open(number);
    this.reveal();
  }

  /** Goes to a moment of working time. @param {number} ms */
  at(ms) {
    this.tab(0);
    this.playhead.seek(ms);
    this.reveal();
  }

  play(moment) {
    this.tab(0);
    this.playhead.seek(Math.max(0, moment.ms - 8000));
    this.playhead.toggle(true);
    this.transcript.open(moment.number);
    this.reveal();
  }

  /** Scrolls the page so that the replay is in view. */
  reveal() {
    document.querySelector(".rv-tabs")?.scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }

  /** @param {number} index */
  tab(index) {
    const tabs = document.querySelectorAll(".rv-tabs .tab-container:not(.visually-hidden) button[role=tab]");
    if (tabs[index]?.getAttribute("aria-selected") !== "true") tabs[index]?.click();
  }

  askRelease() {
    const problem = h("p.problem", { role: "alert", hidden: true });
    const release = h("button.btn.go", { type: "button", onclick: async () => {
      release.disabled = true;
      try {
        await api.release(this.data.session.id);
        this.dialog.close();
        await this.reload();
      } catch (error) {
        problem.textContent = error.message;
        problem.hidden = false;
        release.disabled = false;
      }
    } }, "Release debrief");
    this.ask("Release the debrief?", [h("p", {}, "The candidate will see every planted error they met, what they did, the right answers and their sources, and can dispute a key. This cannot be taken back: the tasks of this session are known to them from then on."), problem], release);
  }

  showLooks() {
    const rows = this.data.looks.map((look) => h("tr", {}, h("td", {}, look.by), h("td.q2", {}, look.page), h("td.q.num", {}, `${day(look.at)}, ${new Date(look.at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`)));
    this.ask("Who looked at this session", [h("div.lk", {}, h("table.tbl", {}, h("tbody", {}, rows)))]);
  }

  ask(title, body, action = null) {
    const cancel = h("button.btn", { type: "button", onclick: () => this.dialog.close() }, action ? "Not now" : "Close");
    this.dialog.replaceChildren(h("h2", {}, title), ...body, h("div.act", {}, cancel, action));
    this.dialog.showModal();
  }

  /** Words selected in the transcript or the code, with the moment they belong to. */
  quoted() {
    const text = String(getSelection()).trim().replace(/\s+/g, " ").slice(0, 600);
    const inside = getSelection().anchorNode?.parentElement?.closest(".tx, .code, .chs");
    if (text && inside) return { text, ms: this.playhead.ms };
    const statement = this.statements.find((s) => `s${s.number}` === document.activeElement?.id);
    return statement ? { text: statement.text, ms: statement.said_ms } : null;
  }

  /** @param {string} key @param {Element|null} focus @returns {boolean} whether the key meant something */
  key(key, focus) {
    if (focus?.closest(".rate") && "1234".includes(key)) this.rating.choose(Number(key));
    else if (key === "q") return this.quote();
    else if (key === " " && !focus?.closest("button, summary, a")) this.playhead.toggle();
    else if (key === "ArrowLeft" || key === "ArrowRight") {
      if (focus?.closest(".rate, [role=tablist]")) return false;
      this.playhead.seek(this.playhead.ms + (key === "ArrowLeft" ? -STEP : STEP));
    } else if (key === "[" || key === "]") this.item(key === "]" ? 1 : -1);
    else if (key === "j" || key === "k") {
      const statement = this.transcript.step(key === "j" ? 1 : -1);
      if (statement) this.playhead.seek(statement.said_ms);
    } else return false;
    return true;
  }

  /** Ctrl Enter: saves the open dimension. @returns {boolean} */
  submit() {
    return this.rating.submit();
  }

  quote() {
    const found = this.quoted();
    if (!found || !this.data.may.rate) return false;
    this.rating.quote(found.text, found.ms);
    return true;
  }

  /** The next or previous scored statement, by when it was shown. */
  item(step) {
    const shown = this.statements.filter((s) => s.item && s.shown_ms !== null).sort((a, b) => a.shown_ms - b.shown_ms);
    const { ms } = this.playhead;
    const next = step > 0 ? shown.find((s) => s.shown_ms > ms + 1) : shown.findLast((s) => s.shown_ms < ms - 1);
    if (!next) return;
    this.playhead.seek(next.shown_ms);
    this.transcript.open(next.number);
  }

  stop() {
    this.playhead.stop();
    this.timeline.stop();
  }

  state() {
    return { ms: this.playhead.ms, clock: clock(this.playhead.ms), playing: this.playhead.playing, end: this.playhead.end, rated: this.rating.mine.size };
  }
}

/** The timeline: what was shown and decided when, what the candidate did, runs and signals; on the shared playhead. */

import { TRUTH_WORDS, WORDS, clock, h, icon, truthMark } from "./dom.js";

const LANES = [["flawed", "Flawed"], ["clean", "Clean"], ["decoy", "Decoy"], ["natural", "Natural"]];
const STATES = [["writing", "write"], ["reading", "read"], ["prompting", "prompt"], ["testing", "test"], ["idle", "idle"]];
const STEPS = [1, 2, 5, 10, 15, 20, 30, 60];

export class Timeline {
  /** @param {object} review @param {import("./playhead.js").Playhead} playhead @param {(number: number) => void} open */
  constructor(review, playhead, open) {
    this.review = review;
    this.playhead = playhead;
    this.open = open;
    this.end = playhead.end;
    this.now = h("i.now");
    this.lanes = h("div.lanes");
    this.heads = h("div.lt");
    this.tasks = h("div.lt");
    this.element = h("section.tline", { "aria-label": "Timeline" }, h("div.heads", {}, this.tasks), this.lanes, h("div.heads", {}, this.heads), this.key());
    this.draw(760);
    this.scrub();
    playhead.watch(() => this.move());
    this.watcher = new ResizeObserver(() => {
      const width = this.heads.clientWidth;
      if (width && Math.abs(width - this.width) > 30) this.draw(width);
    });
    this.watcher.observe(this.element);
  }

  place(ms) {
    return `${(100 * ms) / this.end}%`;
  }

  /** @param {number} width of the lanes, in px: decides how many rows the marks need */
  draw(width) {
    this.width = width;
    this.lanes.replaceChildren(this.axis(), this.activity(), ...LANES.map(([truth, title]) => this.lane(truth, title)).filter(Boolean), this.runs(), this.signals());
    this.tasks.replaceChildren(...this.boundaries());
    this.heads.replaceChildren(this.now);
    this.move();
  }

  axis() {
    const minutes = this.end / 60000;
    const step = STEPS.find((each) => minutes / each <= 9) ?? 120;
    const ticks = Array.from({ length: Math.floor(minutes / step) + 1 }, (_, index) => index * step);
    return h("div.lane.ax", {}, h("span.ll", {}, "Minutes"), h("div.lt", {}, ticks.map((tick) => h("span", { style: { left: this.place(tick * 60000) } }, tick))));
  }

  activity() {
    const short = Object.fromEntries(STATES);
    return h("div.lane.act", {}, h("span.ll", {}, "Activity"), h("div.lt", {}, this.review.activity.map((a) => h(`i.a-${short[a.state]}`, { title: `${a.state}, ${clock(a.start_ms)} to ${clock(a.end_ms)}`, style: { left: this.place(a.start_ms), width: this.place(a.end_ms - a.start_ms) } }))));
  }

  lane(truth, title) {
    const shown = this.review.statements.filter((s) => (truth === "natural" ? s.natural.length : s.truth === truth) && s.shown_ms !== null);
    if (!shown.length) return null;
    const ends = [];
    const marks = shown.map((s) => {
      const end = s.decided_ms ?? s.shown_ms;
      const left = (s.shown_ms / this.end) * this.width - 30;
      const right = Math.max((Math.max(end, s.shown_ms) / this.end) * this.width + 12, left + 62);
      let row = ends.findIndex((free) => free <= left);
      if (row < 0) row = ends.length;
      ends[row] = right;
      return this.mark(s, row);
    });
    return h("div.lane", { style: { height: `${ends.length * 16 + 6}px` } }, h("span.ll", {}, truthMark(truth), title), h("div.lt", {}, marks));
  }

  mark(s, row) {
    const decided = s.decision ? `${WORDS[s.decision].toLowerCase()} ${clock(s.decided_ms)}` : "left undecided";
    const changed = s.challenged_by === "change" ? ", then changed what was adopted" : "";
    const back = s.taken_back.some((t) => t.settled === "yes") ? ", then taken back by the assistant" : "";
    const label = `${s.number}: ${TRUTH_WORDS[s.truth] ?? "a mistake that nobody planted"}, shown ${clock(s.shown_ms)}, ${decided}${changed}${back}${s.call === "wrong" ? ", wrong call" : ""}`;
    const width = Math.max(0, (s.decided_ms ?? s.shown_ms) - s.shown_ms);
    return h(
      s.call === "wrong" ? "a.ev.bad-call" : "a.ev",
      { href: `#s${s.number}`, "aria-label": label, title: label, data: { k: s.truth ?? "natural" }, style: { "--r": row, left: this.place(s.shown_ms), width: `max(18px, ${this.place(width)})` }, onclick: (event) => { event.preventDefault(); this.open(s.number); } },
      h("em", {}, s.number),
      truthMark(s.truth),
      h("s"),
      h("span.end", {}, s.decision ? icon(s.decision) : h("i.ring")),
    );
  }

  runs() {
    const marks = this.review.runs.map((run) => {
      const good = run.status === "passed";
      const label = `${clock(run.ms)}: ${run.what === "tests" ? `tests, ${run.passed} of ${run.tests} passed` : run.what}${good || run.tests ? "" : `, ${run.status}`}`;
      return h("span.rn", { title: label, role: "img", "aria-label": label, style: { left: this.place(run.ms) } }, icon(good ? "accept" : "x"));
    });
    return h("div.lane", {}, h("span.ll", {}, "Runs"), h("div.lt", {}, marks));
  }

  signals() {
    const marks = this.review.signals.map((signal) => h("span.sg", { title: `${clock(signal.ms)}: ${signal.text}`, role: "img", "aria-label": `${clock(signal.ms)}: ${signal.text}`, data: { k: signal.kind }, style: { left: this.place(signal.ms) } }));
    return h("div.lane", {}, h("span.ll", {}, "Signals"), h("div.lt", {}, marks.length ? marks : h("span.q.xs.quiet", {}, "none")));
  }

  boundaries() {
    const found = [];
    this.review.tasks.forEach((task, index) => {
      if (index && task.start_ms) found.push(h("i.task", { style: { left: this.place(task.start_ms) } }, h("em", {}, task.kind)));
      if (task.ledger_ms !== null && task.end_ms - task.ledger_ms > this.end / 60) found.push(h("i.task.look", { style: { left: this.place(task.ledger_ms) } }, h("em", {}, "last look")));
    });
    return found;
  }

  key() {
    const right = h("span.end.plain", {}, icon("reject"));
    return h("div.lg.xs.q", {}, h("span", {}, "left: shown, right: decided"), h("span", {}, right, "right call"), h("span", {}, h("span.end", {}, icon("accept")), "wrong call"), h("span.grow"), STATES.map(([word, short]) => h("span", {}, h(`i.a-${short}`), word)));
  }

  move() {
    this.now.style.left = this.place(this.playhead.ms);
  }

  scrub() {
    const at = (event) => {
      const box = this.heads.getBoundingClientRect();
      this.playhead.seek(((event.clientX - box.left) / box.width) * this.end);
    };
    this.lanes.addEventListener("pointerdown", (event) => {
      if (event.button || event.target.closest(".ev, .ll")) return;
      event.preventDefault();
      this.lanes.setPointerCapture(event.pointerId);
      at(event);
    });
    this.lanes.addEventListener("pointermove", (event) => this.lanes.hasPointerCapture(event.pointerId) && at(event));
  }

  stop() {
    this.watcher.disconnect();
  }
}

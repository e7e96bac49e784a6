/** The replay: a file as it stood at the playhead, with its provenance; play, scrub, choose the file. */

import { clock, h, icon } from "./dom.js";
import { legend, source } from "./source.js";

const LINE = 20;
const SPEEDS = [1, 4, 16, 60];

export class ReplayPane {
  /**
   * @param {object} review
   * @param {import("./history.js").History} history
   * @param {import("./playhead.js").Playhead} playhead
   * @param {(number: number) => void} open shows a statement
   */
  constructor(review, history, playhead, open) {
    this.review = review;
    this.history = history;
    this.playhead = playhead;
    this.open = open;
    this.segments = new Map(review.statements.map((s) => [s.segment, s]));
    this.chosen = null;
    this.drawn = "";
    this.play = h("button.ib", { type: "button", onclick: () => playhead.toggle() });
    this.time = h("b.num.rt");
    this.range = h("input.rg", { type: "range", min: "0", max: String(playhead.end), step: "1000", "aria-label": "Moment of the session", oninput: () => playhead.seek(Number(this.range.value)) });
    this.speeds = SPEEDS.map((speed) => h("button", { type: "button", "aria-pressed": String(speed === playhead.speed), onclick: () => this.speed(speed) }, `${speed}×`));
    this.file = h("select.text-in.fsel", { "aria-label": "File", onchange: () => { this.chosen = this.file.value || null; this.move(); } });
    this.code = h("div.scroll.code");
    this.foot = h("div.pl-f");
    this.element = h("section.rp", { "aria-label": "Replay" }, h("div.ph", {}, this.play, this.time, this.range, h("div.seg", { role: "group", "aria-label": "Speed" }, this.speeds), this.file), this.code, this.foot);
    playhead.watch(() => this.move());
    this.move();
  }

  speed(speed) {
    this.playhead.speed = speed;
    this.speeds.forEach((button, index) => button.setAttribute("aria-pressed", String(SPEEDS[index] === speed)));
  }

  task() {
    const { ms } = this.playhead;
    const begun = this.review.tasks.filter((task) => task.start_ms !== null && task.start_ms <= ms);
    return begun.at(-1) ?? this.review.tasks[0];
  }

  move() {
    const { ms, playing } = this.playhead;
    const task = this.task();
    if (this.play.dataset.on !== String(playing)) {
      this.play.dataset.on = String(playing);
      this.play.replaceChildren(icon(playing ? "pause" : "play"));
      this.play.setAttribute("aria-label", playing ? "Pause" : "Play");
      this.play.title = playing ? "Pause (Space)" : "Play (Space)";
    }
    this.time.textContent = clock(ms);
    this.range.value = String(ms);
    this.range.setAttribute("aria-valuetext", clock(ms));
    this.range.style.setProperty("--at", `${(100 * ms) / this.playhead.end}%`);
    this.choices(task);
    const followed = this.history.current(task.name, ms) ?? task.files.find((f) => !f.readonly)?.path ?? task.files[0]?.path;
    const path = this.chosen ?? followed;
    if (!path) return;
    if (!this.chosen) this.file.options[0].textContent = `${title(task, path)} (follows)`;
    const state = this.history.at(task.name, path, ms);
    const drawn = `${task.name}\n${path}\n${state.count}`;
    if (drawn === this.drawn) return;
    const same = this.drawn.startsWith(`${task.name}\n${path}\n`);
    this.drawn = drawn;
    this.draw(state, path, same);
  }

  choices(task) {
    if (this.file.dataset.task === task.name) return;
    this.file.dataset.task = task.name;
    this.chosen = null;
    this.file.replaceChildren(h("option", { value: "" }, ""), ...task.files.map((file) => h("option", { value: file.path }, file.title)));
  }

  draw(state, path, same) {
    const top = this.code.scrollTop;
    const { element, line } = source(state, path, this.segments, this.open);
    this.code.replaceChildren(element);
    if (!state.text.trim()) element.append(h("p.none.q2", {}, "Nothing stands here at this moment."));
    this.code.scrollTop = same ? top : 0;
    this.foot.replaceChildren(legend(state.runs));
    if (!line) return;
    const place = line.offsetTop - this.code.offsetTop;
    if (place < this.code.scrollTop || place + 40 > this.code.scrollTop + this.code.clientHeight) this.code.scrollTop = Math.max(0, Math.floor((place - this.code.clientHeight / 2) / LINE) * LINE + 2);
  }
}

const title = (task, path) => task.files.find((file) => file.path === path)?.title ?? path;

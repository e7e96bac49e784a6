/** One key: what it says, who disputes it, and its correction with all that it would change. */

import { api } from "./api.js";
import { counted, day, h, quoted, truthMark } from "./dom.js";
import { named } from "./keys.js";
import { interval, number } from "./interval.js";
import { inline } from "../../parts/markdown.js";

const CHOICES = [
  ["void", "It counts for nothing", "the item leaves the figures of everyone who met it"],
  ["flawed-is-right", "The flaw is right", "what was planted as a flaw is right, so both twins are"],
  ["clean-is-wrong", "The clean twin is wrong too", "whoever challenged it was right"],
  ["as-written", "The key stands as written", "an earlier correction is taken back"],
];

export class KeyPage {
  /** @param {object} data answer of the key @param {() => void} reload */
  constructor(data, reload) {
    this.data = data;
    this.reload = reload;
    this.choice = null;
    this.preview = h("div");
    this.problem = h("p.problem", { role: "alert", hidden: true });
    this.element = h("main.scroll.se", { tabindex: "-1" }, h("div.kc", {}, this.head(), this.twins(), this.disputes(), this.form(), this.history()));
  }

  head() {
    const { data } = this;
    return h("header", {}, h("p.xs", {}, h("a", { href: "#/keys" }, "Keys")), h("h1", {}, named(data.item)), h("p.q", {}, `${data.title} · ${data.present ? "" : "earlier "}version ${data.digest.slice(0, 12)} · drawn in ${counted(data.sessions, "session")}`, data.standing ? h("b", {}, ` · ${data.standing.words}`) : null));
  }

  twins() {
    const { data } = this;
    const text = (words) => (data.form === "hunk" ? h("pre.tk", {}, words) : h("blockquote", {}, inline(words)));
    const one = (truth, title, words) => (words ? h("section.kc-t", {}, h("h2", {}, truthMark(truth), title), text(words)) : null);
    const { key } = data;
    return [
      h("div.kc-2", {}, one("flawed", "Flawed twin", data.flawed), one(data.decoy ? "decoy" : "clean", data.decoy ? "Decoy: right, made to look wrong" : "Clean twin", data.clean)),
      h("dl.ca-k", {}, h("div", {}, h("dt", {}, "Right"), h("dd", {}, key.right, " ", h("span.q2", {}, key.why))), h("div", {}, h("dt", {}, "Source"), h("dd.q2", {}, key.sources.map((s) => [s.title, s.url].filter(Boolean).join(", ")).join("; ")))),
    ];
  }

  disputes() {
    const words = { wrong: "finds the key wrong", holds: "says that it holds" };
    return this.data.disputes.length
      ? h("section", {}, h("h2", {}, "Disputed by ", h("span.q.num", {}, this.data.disputes.length)), this.data.disputes.map((d) => h("div.kc-d", {}, h("p", {}, quoted(d.text)), h("p.q.xs", {}, `Candidate ${d.code}, ${day(d.at)}`), d.decisions.map((each) => h("p.xs", {}, h("b", {}, each.by), ` ${words[each.decision] ?? each.decision}: `, h("span.q2", {}, each.reason))))))
      : null;
  }

  form() {
    const { data } = this;
    this.reason = h("textarea.text-in", { rows: "2", maxlength: "2000", "aria-label": "Reason", placeholder: "Why. Candidates who met the item read it in their debrief.", oninput: () => this.ready() });
    this.look = h("button.btn", { type: "button", disabled: true, onclick: () => void this.show() }, "Show what changes");
    this.save = h("button.btn.go", { type: "button", disabled: true, onclick: () => void this.correct() }, "Correct the key");
    const offered = CHOICES.filter(([value]) => (value === "as-written" ? data.standing : !data.decoy || value === "void"));
    this.radios = offered.map(([value, title, about], place) => h("button.ca-o", { type: "button", role: "radio", "aria-checked": "false", tabindex: place ? "-1" : "0", onclick: () => this.choose(place, value), onkeydown: (event) => this.arrow(event, place) }, h("span.ring"), h("span", {}, h("b", {}, title), " ", h("span.q", {}, about))));
    return h("section", {}, h("h2", {}, "Correct it"), h("div.ca-os", { role: "radiogroup", "aria-label": "Correction" }, this.radios), this.reason, this.problem, h("div.kc-a", {}, this.look, this.save), this.preview);
  }

  choose(place, value) {
    this.choice = value;
    this.radios.forEach((button, index) => {
      button.setAttribute("aria-checked", String(index === place));
      button.tabIndex = index === place ? 0 : -1;
    });
    this.preview.replaceChildren();
    this.ready();
  }

  arrow(event, place) {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.radios[(place + step + this.radios.length) % this.radios.length].focus();
  }

  ready() {
    const whole = this.choice !== null && this.reason.value.trim() !== "";
    this.look.disabled = this.save.disabled = !whole;
  }

  body() {
    return { digest: this.data.digest, decision: this.choice, reason: this.reason.value };
  }

  async show() {
    await this.ask(async () => {
      const { sessions } = await api.preview(this.data.task, this.data.item, this.body());
      this.preview.replaceChildren(changes(sessions));
    });
  }

  async correct() {
    await this.ask(async () => {
      await api.correct(this.data.task, this.data.item, this.body());
      this.reload();
    });
  }

  async ask(what) {
    this.problem.hidden = true;
    this.look.disabled = this.save.disabled = true;
    try {
      await what();
    } catch (error) {
      this.problem.textContent = error.message;
      this.problem.hidden = false;
    }
    this.ready();
  }

  history() {
    const { corrections } = this.data;
    return corrections.length ? h("section", {}, h("h2", {}, "Corrections so far"), corrections.map((c) => h("p.kc-c", {}, h("span.q", {}, `${day(c.at)}, ${c.author}: `), c.words, h("span.q2", {}, ` — ${c.reason}`)))) : null;
  }
}

function changes(sessions) {
  if (!sessions.length) return h("p.q2.kc-n", {}, "Nobody has drawn this version of the task; nothing changes.");
  const counts = (f) => (f ? [`${f.hits}/${f.flawed}`, h("span.q", {}, ` and ${f.false_alarms}/${f.clean}`)] : h("span.q", {}, "–"));
  const d = (f) => (f?.d_prime ? number(f.d_prime.estimate) : "–");
  const rows = sessions.map((s) => h("tr", {}, h("td", {}, h("a", { href: `#/session/${s.session}` }, s.code), s.simulated ? h("span.tag.sim", {}, "simulated") : null), h("td.q2", {}, s.twin), h("td.num", {}, counts(s.before)), h("td.num", {}, counts(s.after)), h("td.r.num", {}, d(s.before)), h("td.r.num", {}, d(s.after)), h("td.ivc", {}, s.after?.d_prime ? interval(s.after.d_prime, { from: -1.5, to: 4.5, mark: 0, label: "d prime afterwards" }) : null), h("td.q", {}, s.why)));
  return h("div.wide", {}, h("table.tbl", {}, h("thead", {}, h("tr", {}, h("th", {}, "Session"), h("th", {}, "Twin"), h("th", {}, "Caught and false alarms"), h("th", {}, "Afterwards"), h("th.r", {}, "d′"), h("th.r", {}, "Afterwards"), h("th"), h("th"))), h("tbody", {}, rows)));
}

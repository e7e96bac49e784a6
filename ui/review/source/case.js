/** One question with its evidence, and the decision on it: choose, say why, decide. The machine's guess comes afterwards. */

import { api } from "./api.js";
import { lines } from "./changes.js";
import { hunk } from "./excerpt.js";
import { inline } from "../../parts/markdown.js";
import { WORDS, clock, h, icon, quoted, truthMark } from "./dom.js";

const QUESTIONS = {
  dispute: "Does the key hold?",
  grade: "Does the correction hold?",
  changed: "Did they turn it around?",
  self_corrected: "Did the assistant take it back?",
  diagnosed: "Did they name what is wrong?",
  challenge: "What is this challenge?",
};

const CHOICES = {
  challenge: {
    natural: ["A real mistake", "the assistant is wrong here, and nobody planted it"],
    preference: ["A preference", "right either way; they would do it differently"],
    fabricated: ["Not so", "what the assistant said is right, the objection is not"],
  },
  diagnosed: {
    yes: ["Yes", "their words or reason name the mechanism"],
    no: ["No", "they object, but to something else or to nothing named"],
  },
  changed: {
    yes: ["Yes", "what stands there now says the opposite of what they took over"],
    no: ["No", "other words, the same meaning"],
  },
  self_corrected: {
    yes: ["Taken back", "it says later what is right, and nobody had led it there"],
    no: ["No", "it says something else, or the candidate’s question held the answer"],
  },
  grade: {
    0: ["Nothing", "no correction of it"],
    1: ["Flagged", "said to be wrong, nothing put in its place"],
    2: ["Partial", "what they put there is incomplete or wrong"],
    3: ["Holds", "what they put there is right"],
  },
  dispute: {
    holds: ["The key holds", "the statement is what the key says it is"],
    wrong: ["The key is wrong", "somebody who keeps the keys will correct it for everyone"],
  },
};

const KEY = { grade: ["right"], changed: ["right"], self_corrected: ["right"], diagnosed: ["mechanism", "counts"], dispute: ["right", "mechanism", "sources"] };

export class Case {
  /** @param {object} data answer of the question @param {{decided: (answer: object) => void, next: () => void}} on */
  constructor(data, on) {
    this.data = data;
    this.on = on;
    this.chosen = null;
    this.element = h("article.ca", { "aria-label": QUESTIONS[data.kind] }, h("div.scroll.ca-s", { tabindex: "-1" }, h("div.ca-c", {}, this.head(), this.evidence())), h("div.ca-f", {}, h("div.ca-c", {}, data.mine ? this.told(data) : this.form())));
  }

  head() {
    const { data } = this;
    const place = [data.task_title, `Candidate ${data.code}`, data.number ? `statement ${data.number}` : null].filter(Boolean).join(" · ");
    return h("header.ca-h", {}, h("h1", {}, QUESTIONS[data.kind], data.simulated ? h("span.tag.sim", {}, "simulated") : null), h("p.q", {}, place, " · ", h("a", { href: `#/session/${data.session}/at/${data.ms}` }, `replay at ${clock(data.ms)}`)));
  }

  evidence() {
    const { data } = this;
    if (data.withdrawal) return [h("div.ca-2", {}, this.said(), this.withdrawal()), this.key(), this.candidate()].flat().filter(Boolean);
    const parts = [this.candidate(), data.delivered ? section(data.kind === "changed" ? "Stands now" : "Delivered", delivered(data.delivered)) : null];
    return [this.said(), ...(data.kind === "dispute" ? [this.key(), ...parts] : [...parts, this.key()])].filter(Boolean);
  }

  said() {
    const { data } = this;
    const quote = data.words.find((w) => w.quote)?.quote;
    if (data.said === null) return quote ? section("They marked", h("blockquote", {}, quote)) : null;
    const mark = data.planted === null ? null : truthMark(data.planted ? "flawed" : "clean");
    const text = data.form === "hunk" ? [h("p.q.xs.mono", {}, `${data.file} · ${data.symbol}`), hunk({ text: data.said, file: data.file, passages: [{ text: data.said, flawed: false }] })] : h("blockquote", {}, inline(data.said));
    return section([data.withdrawal ? "First it said" : "The assistant said", mark ? h("span.ca-p", {}, mark, data.planted ? "planted as a flaw" : "meant to be right") : null], text);
  }

  /** What may take the statement back, beside it: the words, what they answered, and what came before them. */
  withdrawal() {
    const { withdrawal } = this.data;
    const earlier = withdrawal.before.length ? h("details.ca-m", {}, h("summary.q", {}, "Before that, in the same answer"), withdrawal.before.map((text) => h("p", {}, inline(text)))) : null;
    return section(["Later it said", h("span.q.num", {}, clock(withdrawal.ms))], h("blockquote", {}, inline(withdrawal.text)), h("p.q2", {}, withdrawal.prompt ? ["The candidate had asked: ", quoted(withdrawal.prompt)] : "Nobody had asked."), earlier);
  }

  key() {
    const { key, kind } = this.data;
    if (!key) return null;
    const list = (title, items) => (items.length ? h("div", {}, h("dt", {}, title), h("dd", {}, h("ul", {}, items.map((text) => h("li", {}, text))))) : null);
    const line = (title, ...words) => h("div", {}, h("dt", {}, title), h("dd", {}, words));
    const rows = {
      right: () => line("Right", key.right, " ", h("span.q2", {}, key.why)),
      mechanism: () => line("Mechanism", key.mechanism),
      counts: () => [list("Counts", key.counts), list("Does not", key.counts_not)],
      sources: () => (key.sources.length ? line("Source", h("span.q2", {}, key.sources.map((s) => s.title).join("; "))) : null),
    };
    return section("Key", h("dl.ca-k", {}, KEY[kind].map((name) => rows[name]())));
  }

  candidate() {
    const { data } = this;
    const rows = data.words.filter((w) => w.kind !== "dispute").map((w) => {
      const what = w.kind === "decision" ? h(`span.dsp.is-${w.decision}`, {}, icon(w.decision, true), h("span.q2", {}, WORDS[w.decision], w.reason ? `: ${w.reason}` : "")) : h("span.q2", {}, w.kind === "question" ? "Asked" : "Commented");
      const code = w.kind === "decision" && data.form === "hunk" && /\n|[=(\[{]/.test(w.text);
      return h("div.ca-w", {}, h("span.q.num", {}, clock(w.ms)), h("div", {}, h("p", {}, what), w.quote && data.said !== null ? h("p.q", {}, quoted(w.quote)) : null, w.text ? (code ? h("pre.tk", {}, w.text) : h("p.ca-t", {}, w.text)) : null));
    });
    const disputes = data.words.filter((w) => w.kind === "dispute").map((w) => h("p.ca-t", {}, w.text));
    return [rows.length ? section("The candidate", rows) : null, disputes.length ? section("They dispute the key", disputes) : null];
  }

  form() {
    const { data } = this;
    const problem = h("p.problem", { role: "alert", hidden: true });
    this.reason = h("textarea.text-in", { rows: "1", maxlength: "2000", "aria-label": "Reason", placeholder: "Why, in a few words", oninput: () => this.ready(), onkeydown: (event) => event.key === "Escape" && this.radios.find((radio) => radio.tabIndex === 0)?.focus() });
    this.save = h("button.btn.go", { type: "button", disabled: true, onclick: () => void this.decide(problem) }, "Decide");
    const options = Object.entries(CHOICES[data.kind]).map(([value, words]) => ({ value, words }));
    if (data.meant.length) options.push({ value: null, words: ["It means a statement", "said without marking it; which one?"] });
    this.options = options;
    this.meant = h("select.text-in.ca-i", { "aria-label": "Statement that was meant", hidden: true, onchange: () => this.ready() }, h("option", { value: "" }, "Which statement?"), data.meant.map((m) => h("option", { value: m.decision }, `${m.number}  ${m.text.length > 90 ? `${m.text.slice(0, 88)}…` : m.text}`)));
    this.radios = options.map(({ words: [title, about] }, place) => h("button.ca-o", { type: "button", role: "radio", "aria-checked": "false", tabindex: place ? "-1" : "0", onclick: () => this.choose(place), onkeydown: (event) => this.arrow(event, place) }, h("span.key", {}, place + 1), h("span", {}, h("b", {}, title), " ", h("span.q", {}, about))));
    return [h("div.ca-os", { role: "radiogroup", "aria-label": QUESTIONS[data.kind] }, this.radios, this.meant), h("div.ca-r", {}, this.reason, this.save), problem];
  }

  /** @param {number} place */
  choose(place) {
    if (!this.radios?.[place]) return false;
    this.chosen = this.options[place];
    this.radios.forEach((button, index) => {
      button.setAttribute("aria-checked", String(index === place));
      button.tabIndex = index === place ? 0 : -1;
    });
    this.meant.hidden = this.chosen.value !== null;
    this.ready();
    (this.meant.hidden ? this.reason : this.meant).focus();
    return true;
  }

  arrow(event, place) {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.radios[(place + step + this.radios.length) % this.radios.length].focus();
  }

  /** The decision as it stands in the form; null while something is missing. */
  choice() {
    return this.chosen ? this.chosen.value ?? (this.meant.value || null) : null;
  }

  ready() {
    this.save.disabled = !(this.choice() && this.reason.value.trim());
  }

  /** The words of a decision. @param {string} decision @returns {string} */
  words(decision) {
    const meant = this.data.meant.find((m) => m.decision === decision);
    return meant ? `Statement ${meant.number}` : CHOICES[this.data.kind][decision]?.[0] ?? decision;
  }

  /** Decides, if everything is there. @returns {boolean} */
  submit() {
    if (!this.save || this.save.disabled) return false;
    this.save.click();
    return true;
  }

  async decide(problem) {
    this.save.disabled = true;
    try {
      const answer = await api.decide(this.data.session, { subject: this.data.subject, decision: this.choice(), reason: this.reason.value });
      this.on.decided(answer);
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
      this.ready();
    }
  }

  /** What stands after one's own decision. */
  told(data) {
    const { mine, guess } = data;
    const status = data.settled ? `Settled: ${this.words(data.settled).toLowerCase()}.` : `It ${data.awaits}.`;
    const agrees = guess && guess.decision === mine.decision;
    const machine = guess ? h("p.q2", {}, `The machine ${agrees ? "would say so too" : `would say: ${this.words(guess.decision).toLowerCase()}`}. `, h("span.q", {}, guess.why)) : h("p.q", {}, "The machine has no guess.");
    const next = h("button.btn.go", { type: "button", onclick: () => this.on.next() }, "Next question");
    return h("div.ca-d", {}, h("div", {}, h("p", { role: "status" }, "You decided: ", h("b", {}, this.words(mine.decision)), `. ${status}`), machine), next);
  }
}

const section = (title, ...body) => h("section.ca-e", {}, h("h2", {}, title), body);

function delivered(difference) {
  const states = { unchanged: "as the assistant gave it", missing: "nothing of it stands any more", "not adopted": "their own; nothing was taken over", own: "their own; nothing was taken over", untouched: "as it was at the start" };
  return [h("p.q", {}, h(difference.kind === "hunk" ? "code" : "b", {}, difference.title), states[difference.state] ? `, ${states[difference.state]}` : ""), difference.state === "untouched" ? null : lines(difference)];
}

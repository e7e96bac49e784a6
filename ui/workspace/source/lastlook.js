/** Last look: every statement of the task in the order in which it was made, beside the summary and the way out. */

import { keyHints } from "./composer.js";
import { nextUndecided } from "./conversation.js";
import { counted, h, icon, minutes } from "./dom.js";
import { WORDS } from "./ledger.js";
import { Statement } from "./statement.js";

const FILTERS = { all: "All", none: "Undecided", unsure: "Unsure" };

export class LastLook {
  element;
  #list = h("div.rows");
  #summary = h("aside.sum", { "aria-label": "Submit", data: { pane: "submit" } });
  #filter = "all";
  #filters = h("span.seg", { role: "group", "aria-label": "Show" });
  #column;
  #observer;
  #statements = new Map();
  #context;
  #turns;
  #work;
  #act;
  #busy = false;
  // Kept over redrawing: statements may still come in while a refusal is read.
  #problem = h("p.bad", { role: "alert" });

  /**
   * @param {import("./turns.js").Turns} turns
   * @param {object} context of statements
   * @param {() => {task: object, work: Array<[string, string]>, back: boolean}} work
   * @param {{submit: () => Promise<void>, acceptRest: () => void}} act
   */
  constructor(turns, context, work, act) {
    this.#turns = turns;
    this.#context = context;
    this.#work = work;
    this.#act = act;
    const intro = h("p.q2", {}, "Every statement of the assistant in this task, in the order it was made. You can still change any decision, and go back to work while time is left.");
    this.intro = intro;
    this.#column = h("section.scroll.list", { "aria-label": "Ledger", data: { pane: "ledger" } }, h("div.col", {}, h("header.hd", {}, h("h2", {}, "Last look"), intro, h("div.flt", {}, this.#filters, h("span.grow"), keyHints())), this.#list));
    this.element = h("main.lr", {}, this.#column, this.#summary);
    this.#observer = context.exposure.pane(this.#column, "ledger");
    this.#column.addEventListener("focusin", (event) => event.target.closest?.(".st")?.statement?.unfold?.());
    context.ledger.on("decided", (id) => this.#changed(id));
    context.ledger.on("commented", (id) => this.#statements.get(id)?.draw());
    context.ledger.on("said", () => this.#soon());
    turns.on("ended", () => this.#soon());
  }

  /** Draws all rows again. */
  draw() {
    if (!this.element.isConnected) return;
    const { ledger } = this.#context;
    const seen = new Set();
    const rows = [];
    for (const turn of this.#turns.list) {
      const fresh = turn.segments.filter((segment) => segment?.complete && segment.id && !seen.has(segment.id) && seen.add(segment.id));
      const wanted = fresh.filter((segment) => this.#wanted(segment.id));
      const answering = turn.status === "streaming";
      if (!wanted.length && !(answering && this.#filter === "all")) continue;
      rows.push(h("h3.grp", {}, h("span.num", {}, minutes(turn.at)), h("span.cut", {}, turn.text ?? "The assistant’s review of your work")));
      for (const segment of wanted) rows.push(this.#statement(segment).element);
      if (answering) rows.push(h("p.q.coming", {}, "The assistant is still writing", h("span.cur")));
    }
    if (!rows.length) rows.push(h("p.q.coming", {}, ledger.total ? "Nothing here." : "The assistant has made no statements in this task."));
    const focused = document.activeElement?.closest?.(".st")?.dataset.segment;
    this.#list.replaceChildren(...rows);
    if (focused) this.#statements.get(focused)?.element.focus({ preventScroll: true });
    this.#drawFilters();
    this.drawSummary();
  }

  get articles() {
    return [...this.#list.querySelectorAll(".st[data-segment]")];
  }

  get scroller() {
    return this.#column;
  }

  nextUndecided() {
    return nextUndecided(this.articles, this.#context.ledger);
  }

  reset() {
    this.#statements.clear();
    this.#filter = "all";
    this.#busy = false;
  }

  #soon() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  #wanted(id) {
    const decision = this.#context.ledger.decision(id)?.decision ?? "none";
    return this.#filter === "all" || decision === this.#filter;
  }

  #statement(segment) {
    let statement = this.#statements.get(segment.id);
    if (!statement) {
      statement = new Statement(segment, "ledger", this.#context);
      this.#statements.set(segment.id, statement);
      this.#context.exposure.watch(this.#observer, statement.element, segment.id);
    } else statement.draw();
    return statement;
  }

  #changed(id) {
    this.#statements.get(id)?.draw();
    if (!this.element.isConnected) return;
    this.#drawFilters();
    this.drawSummary();
  }

  #drawFilters() {
    const counts = this.#context.ledger.counts();
    const numbers = { all: this.#context.ledger.total, none: counts.none, unsure: counts.unsure };
    this.#filters.replaceChildren(
      ...Object.entries(FILTERS).map(([key, word]) =>
        h("button", { type: "button", "aria-pressed": key === this.#filter, onclick: () => ((this.#filter = key), this.draw()) }, word, h("span.q.num", {}, String(numbers[key]))),
      ),
    );
  }

  drawSummary() {
    const { ledger } = this.#context;
    const { task, work, back } = this.#work();
    this.intro.textContent = `Every statement of the assistant in this task, in the order it was made. You can still change any decision${back ? ", and go back to work while time is left" : ""}.`;
    const counts = ledger.counts();
    const lines = Object.keys(WORDS).map((key) => h("div", {}, h(`dt.is-${key}`, {}, icon(key, true), h("span", {}, WORDS[key])), h("dd", {}, String(counts[key]))));
    lines.push(h("div", {}, h("dt", {}, h("span.ring"), h("span", {}, "Undecided")), h("dd", {}, String(counts.none))));
    const left = counts.none;
    const problem = this.#problem;
    const writing = this.#turns.streaming;
    const submit = h(
      "button.btn.go.big",
      {
        type: "button",
        disabled: this.#busy || writing,
        onclick: async () => {
          this.#busy = submit.disabled = true;
          problem.textContent = "";
          try {
            await this.#act.submit();
          } catch (refusal) {
            problem.textContent = refusal.message;
          } finally {
            this.#busy = submit.disabled = false;
          }
        },
      },
      writing ? "The assistant is still writing" : `Submit task ${task.position} of ${task.count}`,
    );
    this.#summary.replaceChildren(
      ...[
        h("h3", {}, "Ledger"),
        h("dl", {}, lines),
        h("h3", {}, "Your work"),
        h("dl", {}, work.map(([term, value]) => h("div", {}, h("dt", {}, h("span", {}, term)), h("dd", {}, value)))),
        left ? h("button.nx", { type: "button", onclick: () => this.nextUndecided() }, `${left} undecided`, h("span", {}, "Next ", h("kbd", {}, "N"))) : h("p.nx.q", {}, ledger.total ? "All statements are decided." : ""),
        submit,
        left ? h("button.btn.bare.rest-b", { type: "button", onclick: () => this.#act.acceptRest() }, `Accept the ${left === ledger.total ? counted(left, "statement") : `other ${left}`}`) : null,
        problem,
        h("p.q", {}, "Statements left undecided are recorded as “no decision”. After you submit, nothing can be changed. The debrief opens once a person has looked at your session."),
      ].filter(Boolean),
    );
  }
}

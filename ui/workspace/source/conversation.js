/** The conversation pane: messages, statements with their margin, and the state of the reply. */

import { h, icon, inlineCode, minutes } from "./dom.js";
import { Statement } from "./statement.js";

const NEAR = 90;

export class Conversation {
  element;
  #list;
  #count;
  #context;
  #turns;
  #drawn = new Map();
  #dirty = new Set();
  #frame = 0;
  #observer;
  #live;

  /**
   * @param {HTMLElement} root
   * @param {import("./turns.js").Turns} turns
   * @param {import("./statement.js").Context & {exposure: import("./exposure.js").Exposure, again: (turn: object) => void, stop: (turn: object) => void}} context
   */
  constructor(root, turns, context) {
    this.#turns = turns;
    this.#context = context;
    this.#count = h("span.q.num");
    this.#list = h("div.scroll.conv", { tabindex: -1 });
    this.#live = h("span.vh", { role: "status" });
    const next = h("button.ib", { type: "button", title: "Next undecided (N)", "aria-label": "Next undecided", onclick: () => this.nextUndecided() }, icon("next", true));
    this.element = h("section.pane.as", { "aria-label": "Assistant and ledger", data: { pane: "assistant" } }, h("div.ph.ruled.as-h", {}, h("h2", {}, "Assistant"), h("div", {}, h("h2", {}, "Ledger"), this.#count, h("span.grow"), next)), this.#list, this.#live);
    root.replaceChildren(this.element);
    this.#observer = context.exposure.pane(this.#list, "conversation");
    turns.on("turn", (turn) => this.#later(turn));
    turns.on("added", () => this.draw());
    turns.on("ended", (turn) => this.#announce(turn));
    context.ledger.on("decided", (id) => this.#redraw(id));
    context.ledger.on("commented", (id) => this.#redraw(id));
    context.ledger.on("said", () => this.#tally());
  }

  /** Draws everything again. */
  draw() {
    if (!this.#turns.list.length) this.#list.replaceChildren(h("p.q.none", {}, "Ask anything about the task. The assistant sees the brief and the file that is open."));
    else {
      this.#list.querySelector(":scope > .none")?.remove();
      const wanted = this.#turns.list.map((turn) => this.#draw(turn));
      for (const child of [...this.#list.children]) if (!wanted.includes(child)) child.remove();
      wanted.forEach((element, index) => this.#list.children[index] !== element && this.#list.insertBefore(element, this.#list.children[index] ?? null));
    }
    this.#tally();
  }

  reset() {
    this.#drawn.clear();
    this.#list.replaceChildren();
    this.draw();
    this.toEnd();
  }

  toEnd() {
    this.#list.scrollTop = this.#list.scrollHeight;
  }

  get scroller() {
    return this.#list;
  }

  get articles() {
    return [...this.#list.querySelectorAll(".st[data-segment]")];
  }

  nextUndecided() {
    return nextUndecided(this.articles, this.#context.ledger);
  }

  #later(turn) {
    this.#dirty.add(turn);
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      const near = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < NEAR;
      for (const changed of this.#dirty) this.#draw(changed);
      this.#dirty.clear();
      if (near) this.toEnd();
    });
  }

  #draw(turn) {
    let drawn = this.#drawn.get(turn);
    if (!drawn) {
      drawn = { element: h("div.turn"), said: null, parts: [], tail: null };
      this.#drawn.set(turn, drawn);
      if (turn.text !== null && turn.text !== undefined) {
        const quote = turn.quote ? h("span.quoted", {}, `“${turn.quote.text}”`) : null;
        drawn.element.append(h("div.say", {}, h("p", {}, h("span.vh", {}, "You: "), quote, turn.text), h("span.at", {}, minutes(turn.at))));
      } else if (turn.origin === "review") drawn.element.append(h("h3.rv", {}, h("span.grow", {}, "The assistant’s review of your work"), h("span.at", {}, minutes(turn.at))));
    }
    turn.segments.forEach((segment, index) => this.#part(drawn, segment, index));
    while (drawn.parts.length > turn.segments.length) drawn.parts.pop().element.remove();
    // Drawn anew only when it says something else: a press on "Stop" must not meet a new button on the way up.
    const coming = turn.segments.some((segment) => segment && !segment.complete);
    const key = [turn.status, turn.reason, turn.reply, coming].join();
    if (key !== drawn.key) {
      drawn.key = key;
      drawn.tail?.remove();
      drawn.tail = this.#tail(turn, coming);
    }
    if (drawn.tail && drawn.element.lastChild !== drawn.tail) drawn.element.append(drawn.tail);
    return drawn.element;
  }

  #part(drawn, segment, index) {
    const old = drawn.parts[index];
    if (old?.complete) return;
    if (!segment) return;
    if (segment.complete) {
      const statement = segment.id ? new Statement(segment, "conversation", this.#context) : null;
      const element = statement?.element ?? h("div.prose-line", {}, inlineCode(segment.text.trim()));
      if (old) old.element.replaceWith(element);
      else drawn.element.insertBefore(element, drawn.tail?.parentElement ? drawn.tail : null);
      drawn.parts[index] = { element, complete: true, statement };
      if (statement) this.#context.exposure.watch(this.#observer, element, segment.id);
      return;
    }
    const element = old?.element ?? (segment.form === "hunk" ? h("div.st.is-coming", {}, h("div.hunk-h", {}, h("span.mono", {}, segment.symbol ?? segment.file ?? "Code")), h("div.st-m"), h("pre.hunk-c.q2")) : h("div.st.is-coming", {}, h("div.st-t.q2")));
    const place = element.querySelector("pre, .st-t");
    place.replaceChildren(segment.text ?? "", h("span.cur"));
    if (!old) {
      drawn.element.insertBefore(element, drawn.tail?.parentElement ? drawn.tail : null);
      drawn.parts[index] = { element, complete: false };
    }
  }

  #tail(turn, coming) {
    if (turn.status === "streaming" || turn.status === "sending") {
      return h("div.st.tail.is-coming", {}, h("div.st-t.q", {}, !coming ? ["Answering", h("span.cur")] : ""), turn.reply ? h("button.btn.bare.s", { type: "button", onclick: () => this.#context.stop(turn) }, "Stop") : h("span"));
    }
    if (turn.status === "failed") {
      return h("p.ln.tail", {}, h("span.wn", {}, icon("warn")), h("span", {}, turn.reason ?? "The assistant did not answer. Your message is kept."), turn.text ? h("button.btn.s", { type: "button", onclick: () => this.#context.again(turn) }, "Send again") : null);
    }
    if (turn.status === "stopped") return h("p.ln.tail.q", {}, "Stopped.");
    return null;
  }

  #redraw(id) {
    for (const drawn of this.#drawn.values()) for (const part of drawn.parts) if (part.statement?.id === id) part.statement.draw();
    this.#tally();
  }

  #tally() {
    const { ledger } = this.#context;
    this.#count.textContent = ledger.total ? `${ledger.total - ledger.undecided.length}/${ledger.total}` : "";
  }

  #announce(turn) {
    const count = turn.segments.filter((segment) => segment.id).length;
    this.#live.textContent = turn.status === "failed" ? "The assistant did not answer." : `The assistant answered with ${count} ${count === 1 ? "statement" : "statements"}.`;
  }
}

/** Focuses the next statement without a decision, after the one in focus. @param {HTMLElement[]} articles @param {import("./ledger.js").Ledger} ledger @returns {boolean} */
export function nextUndecided(articles, ledger) {
  const at = articles.indexOf(document.activeElement?.closest?.(".st"));
  const order = [...articles.slice(at + 1), ...articles.slice(0, at + 1)];
  const next = order.find((article) => !ledger.decision(article.dataset.segment));
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return Boolean(next);
}

/** The conversation pane: messages, statements with their margin, and the state of the reply. */

import { h, icon, minutes, quoted } from "./dom.js";
import { blocks } from "../../parts/markdown.js";
import { Statement } from "./statement.js";
import { cut, foot, moved, tail } from "./standing.js";

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
  #ticking = 0;
  #unfolded = new Set();

  /**
   * @param {HTMLElement} root
   * @param {import("./turns.js").Turns} turns
   * @param {import("./statement.js").Context & import("./standing.js").Context & {exposure: import("./exposure.js").Exposure}} context
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
    turns.on("said", (sentence) => (this.#live.textContent = sentence));
    context.ledger.on("decided", (id) => this.#redraw(id));
    context.ledger.on("commented", (id) => this.#redraw(id));
    context.ledger.on("said", () => this.#tally());
  }

  /** Draws everything again. */
  draw() {
    if (!this.#turns.list.length) this.#list.replaceChildren(h("p.q.none", {}, "Ask anything about the task. What the assistant sees stands under your message."));
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
    return [...this.#list.querySelectorAll(".said:not([hidden]) > .st[data-segment]")];
  }

  nextUndecided() {
    if (nextUndecided(this.articles, this.#context.ledger)) return true;
    const folded = [...this.#drawn].find(([turn, { said }]) => said.hidden && turn.segments.some(({ id }) => id && !this.#context.ledger.decision(id)));
    if (!folded) return false;
    this.#fold(folded[0], false);
    return nextUndecided(this.articles, this.#context.ledger);
  }

  #later(turn) {
    this.#dirty.add(turn);
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      const near = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < NEAR;
      // The last answer carries what can be done with it: the one before gives that up.
      for (const changed of new Set([...this.#dirty, ...this.#turns.list.slice(-2)])) if (this.#turns.list.includes(changed)) this.#draw(changed);
      this.#dirty.clear();
      if (near) this.toEnd();
    });
  }

  #draw(turn) {
    let drawn = this.#drawn.get(turn);
    if (!drawn) {
      drawn = { element: h("div.turn"), said: h("div.said"), parts: [], tail: null, fold: null };
      this.#drawn.set(turn, drawn);
      drawn.element.append(...head(turn), drawn.said);
    }
    if (turn.reply) drawn.said.dataset.reply = turn.reply;
    this.#folding(turn, drawn);
    turn.segments.forEach((segment, index) => this.#part(drawn, segment, index));
    while (drawn.parts.length > turn.segments.length) drawn.parts.pop().element.remove();
    this.#standing(turn, drawn);
    this.#tick();
    return drawn.element;
  }

  /** The lines around the answer, drawn anew only when they say something else: a press on "Stop" must not meet a new button on the way up. */
  #standing(turn, drawn) {
    const coming = turn.segments.some((segment) => segment && !segment.complete);
    const last = this.#turns.last === turn;
    const key = [turn.status, turn.reason, turn.back, turn.reply, coming, turn.doing, turn.moved, turn.model, last, last && this.#context.still(), drawn.said.hidden].join();
    if (key === drawn.key) return;
    drawn.key = key;
    const had = drawn.tail?.contains(document.activeElement);
    drawn.moved?.remove();
    drawn.tail?.remove();
    drawn.moved = moved(turn);
    if (drawn.moved) drawn.said.before(drawn.moved);
    drawn.cut?.remove();
    drawn.cut = drawn.said.hidden ? null : cut(turn);
    if (drawn.cut) drawn.said.after(drawn.cut);
    drawn.tail = drawn.said.hidden ? null : (tail(turn, coming, this.#context) ?? foot(turn, last, this.#context));
    if (drawn.tail) drawn.element.append(drawn.tail);
    if (had) (drawn.tail?.querySelector("button") ?? this.#list).focus({ preventScroll: true });
  }

  /** An answer that was asked for once more is folded, and stays to be read. */
  #folding(turn, drawn) {
    const newer = this.#turns.list.some((other) => other.again && other.again === turn.prompt);
    if (!newer || !turn.segments.length) return;
    const folded = !this.#unfolded.has(turn);
    if (drawn.fold && drawn.said.hidden === folded) return;
    drawn.said.hidden = folded;
    const count = turn.segments.filter(({ id }) => id).length;
    const line = h("button.fold", { type: "button", "aria-expanded": !folded, onclick: () => this.#fold(turn, !folded, true) }, h("span", {}, folded ? "Show the earlier answer" : "Hide the earlier answer"), h("span.q", {}, count ? `${count} ${count === 1 ? "statement" : "statements"}` : ""));
    if (drawn.fold) drawn.fold.replaceWith(line);
    else drawn.said.before(line);
    drawn.fold = line;
  }

  #fold(turn, folded, focus = false) {
    if (folded) this.#unfolded.delete(turn);
    else this.#unfolded.add(turn);
    this.#draw(turn);
    if (focus) this.#drawn.get(turn).fold?.focus({ preventScroll: true });
  }

  #part(drawn, segment, index) {
    const old = drawn.parts[index];
    if (old?.complete) return;
    if (!segment) return;
    if (segment.complete) {
      const statement = segment.id ? new Statement(segment, "conversation", this.#context) : null;
      const element = statement?.element ?? h("div.prose-line", { data: { said: "" } }, blocks(segment.text));
      if (old) old.element.replaceWith(element);
      else drawn.said.append(element);
      drawn.parts[index] = { element, complete: true, statement };
      if (statement) this.#context.exposure.watch(this.#observer, element, segment.id);
      return;
    }
    const element = old?.element ?? (segment.form === "hunk" ? h("div.st.is-coming", {}, h("div.hunk-h", {}, h("span.mono", {}, segment.symbol ?? segment.file ?? "Code")), h("div.st-m"), h("pre.hunk-c.q2", { data: { said: "" } })) : h("div.st.is-coming", {}, h("div.st-t.q2", { data: { said: "" } })));
    const place = element.querySelector("pre, .st-t");
    place.replaceChildren(segment.text ?? "", h("span.cur"));
    if (!old) {
      drawn.said.append(element);
      drawn.parts[index] = { element, complete: false };
    }
  }

  /** Counts the seconds of a reply that has not begun to speak. */
  #tick() {
    const waits = this.#turns.streaming;
    if (!waits) {
      clearInterval(this.#ticking);
      this.#ticking = 0;
    } else this.#ticking ||= setInterval(() => this.#list.querySelectorAll(".elapsed").forEach((element) => element.tell?.()), 250);
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
    const who = turn.moved ? "The built-in assistant" : "The assistant";
    if (turn.status === "failed") this.#live.textContent = `The assistant did not answer. ${turn.reason ?? "Your message is kept."}`;
    else if (turn.status === "stopped") this.#live.textContent = "Stopped.";
    else this.#live.textContent = `${who} answered with ${count} ${count === 1 ? "statement" : "statements"}.${turn.reason ? ` ${turn.reason}` : ""}`;
  }
}

/** What a turn begins with: the message, or that it is another answer to one, or that the assistant speaks of itself. */
function head(turn) {
  const at = h("span.at", {}, minutes(turn.at));
  if (turn.again) return [h("div.say.is-again", {}, h("h3.q", {}, "Another answer"), at)];
  if (turn.text !== null && turn.text !== undefined) {
    const quote = turn.quote ? quoted(turn.quote) : null;
    const text = h("span", { data: { own: "" } }, turn.text);
    text.origins = turn.origins;
    return [h("div.say", {}, h("p", {}, h("span.vh", {}, "You: "), quote, text), at)];
  }
  return turn.origin === "review" ? [h("h3.rv", {}, h("span.grow", {}, "The assistant’s review of your work"), at)] : [];
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

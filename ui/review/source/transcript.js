/** The conversation with its ledger. Two readings: the whole session with truth and key, and what stood at the moment
 * of the playhead, when nobody knew yet. Both follow the replay. */

import { WORDS, clock, h, icon, truthMark } from "./dom.js";
import { hunk } from "./excerpt.js";
import { blocks, inline } from "../../parts/markdown.js";

export class Transcript {
  /** @param {object} review @param {import("./playhead.js").Playhead} playhead */
  constructor(review, playhead) {
    this.review = review;
    this.playhead = playhead;
    this.statements = new Map(review.statements.map((s) => [s.number, s]));
    this.moments = [];
    this.then = false;
    this.here = null;
    this.count = h("span.q.xs.num.tx-n");
    this.modes = [["Whole session", false], ["At this moment", true]].map(([title, then]) => h("button", { type: "button", "aria-pressed": String(!then), onclick: () => this.mode(then) }, title));
    this.scroll = h("div.scroll.tx", { tabindex: "0", role: "region", "aria-label": "Transcript" }, this.turns());
    this.element = h("section.tx-pane", { "aria-label": "Transcript" }, h("div.ph", {}, h("h2", {}, "Transcript"), this.count, h("span.grow"), h("div.seg", { role: "group", "aria-label": "Reading" }, this.modes)), this.scroll);
    playhead.watch(() => this.follow());
    this.follow();
  }

  mode(then) {
    this.then = then;
    this.modes.forEach((button, index) => button.setAttribute("aria-pressed", String(Boolean(index) === then)));
    this.element.classList.toggle("then", then);
    this.here = null;
    this.follow();
  }

  turns() {
    const found = [];
    let task = null;
    for (const turn of this.review.transcript) {
      if (turn.task !== task && this.review.tasks.length > 1) found.push(h("h3.tx-task", {}, this.review.tasks.find((t) => t.name === turn.task)?.title ?? turn.task));
      task = turn.task;
      const words = turn.prompt ?? "The assistant’s own review of what was not asked about";
      this.add(h("div.tq", {}, h("span.num", {}, clock(turn.ms)), h("span", {}, turn.about ? h("span.q", {}, `on ${turn.about}: `) : null, turn.prompt === null ? h("i", {}, words) : words)), turn.ms, found);
      let again = [];
      const told = () => {
        if (again.length) this.add(h("p.tp.q", {}, `Said ${again.length === 1 ? "statement" : "statements"} ${again.join(", ")} again.`), turn.ms, found);
        again = [];
      };
      for (const piece of turn.pieces) {
        if (!piece.again) told();
        const statement = piece.number === null ? null : this.statements.get(piece.number);
        if (!statement) this.add(h("div.tp.q2", {}, blocks(piece.text)), turn.ms, found);
        else if (piece.again) again.push(piece.number);
        else this.add(this.statement(statement), statement.said_ms, found);
      }
      told();
      if (turn.status === "complete" && turn.reason) this.add(h("p.tp.q", {}, "The answer reached the longest that is allowed; its unfinished end was left out."), turn.ms, found);
      if (turn.status !== "complete") this.add(h("p.tp.q", {}, turn.status === "stopped" ? "Stopped before its end." : `Failed. ${turn.reason ?? ""}`), turn.ms, found);
    }
    if (!found.length) found.push(h("p.none.q2", {}, "The candidate asked nothing."));
    return found;
  }

  add(element, ms, into) {
    this.moments.push([ms, element]);
    into.push(element);
  }

  statement(s) {
    const wrong = s.call === "wrong";
    const article = h(`article.tr${wrong ? ".wrong" : ""}${s.form === "hunk" ? ".hunk" : ""}`, { id: `s${s.number}`, tabindex: "-1", "aria-label": `Statement ${s.number}` });
    const marked = s.passages.map((p) => (p.flawed ? h("span.is-flawed", {}, p.text) : p.text));
    const plain = !s.passages.some((p) => p.flawed);
    const text = s.form === "hunk" ? hunk(s) : h("p", {}, plain ? inline(s.text) : marked);
    if (s.truth === "decoy") text.classList.add("decoy-t");
    const key = s.key && (s.truth === "flawed" || s.truth === "decoy") ? this.key(s) : null;
    article.append(...[h("span.tn.num", {}, h("span.tw-at", {}, truthMark(s.truth)), s.number), s.form === "hunk" ? h("span.q.xs.mono.fn", {}, `${s.file} · ${s.symbol}`) : null, h("div.st-t", {}, text, key, this.told(s), this.said(s)), h("div.to", {}, this.final(s), this.thenMark(s))].filter(Boolean));
    return article;
  }

  key(s) {
    const { key } = s;
    const more = h("div.ky-m", { hidden: true }, h("p", {}, key.why), key.sources.length ? h("p.q", {}, "Source: ", key.sources.map((source) => source.title).join("; ")) : null, h("p.q", {}, [key.category, key.family, key.severity].filter(Boolean).join(" · ")));
    const button = h("button.ky-b", { type: "button", "aria-expanded": "false", onclick: () => { more.hidden = !more.hidden; button.setAttribute("aria-expanded", String(!more.hidden)); } }, "why");
    return h("div.ky", {}, h("p.q2", {}, key.right, " ", button), more);
  }

  /** What a live model did with its statement by itself: took it back, or got it wrong though nobody planted that. */
  told(s) {
    const settled = { yes: "", no: " People find that it did not.", null: " Nobody has settled yet whether it did." };
    const back = s.taken_back.map((t) => h("p.nt", {}, `${t.settled === "yes" ? "Took" : "Perhaps took"} it back by itself at ${clock(t.ms)}.${settled[t.settled]}`));
    const wrong = s.natural.map((n) => h("p.nt", {}, `Its code fails the check of ${n.about}${n.detail ? ` (${n.detail})` : ""}; nobody planted that.`));
    return [...back, ...wrong];
  }

  /** What the candidate wrote about the statement: fixes and comments. */
  said(s) {
    const fix = s.decisions.at(-1)?.fix.trim();
    const words = [...s.remarks.filter((r) => r.kind === "comment").map((r) => r.text), ...(fix ? [fix] : [])];
    return words.map((text) => h("p.fx", {}, s.form === "hunk" && text === fix ? h("code", {}, text) : text));
  }

  final(s) {
    const last = s.decisions.at(-1);
    const sure = s.confidence ? h("span.sure", { title: ["not sure", "fairly sure", "sure"][s.confidence - 1] }, [1, 2, 3].map((step) => h(step <= s.confidence ? "i.f" : "i"))) : null;
    const mark = s.decision ? h(`span.dsp.is-${s.decision}`, {}, icon(s.decision, true), h("span.q2", {}, WORDS[s.decision]), sure) : h("span.dsp", {}, h("i.ring"), h("span.q2", {}, "Undecided"));
    return h("div.fin", {}, mark, h("span.q", {}, result(s, last)));
  }

  thenMark(s) {
    return h("div.now-d", { data: { n: s.number } });
  }

  /** Brings the transcript to the playhead. */
  follow() {
    const { ms } = this.playhead;
    let at = null;
    for (const [when, element] of this.moments) {
      const later = when > ms;
      element.classList.toggle("later", later);
      if (!later) at = element;
    }
    if (this.then) this.ledger(ms);
    else this.count.textContent = "follows the replay";
    if (at === this.here) return;
    this.here?.classList.remove("here");
    this.here = at;
    at?.classList.add("here");
    if (at) this.reveal(at);
  }

  ledger(ms) {
    let said = 0;
    let decided = 0;
    for (const s of this.review.statements) {
      if (s.said_ms > ms) continue;
      said += 1;
      const decision = s.decisions.filter((d) => d.ms <= ms).at(-1);
      if (decision) decided += 1;
      const place = this.scroll.querySelector(`.now-d[data-n="${s.number}"]`);
      const shown = decision?.decision ?? "";
      if (!place || place.dataset.d === shown) continue;
      place.dataset.d = shown;
      place.replaceChildren(decision ? h(`span.dsp.is-${shown}`, {}, icon(shown, true), h("span.q2", {}, WORDS[shown])) : h("span.dsp", {}, h("i.ring"), h("span.q", {}, "undecided")));
    }
    this.count.textContent = `${said} said, ${decided} decided`;
  }

  reveal(element, block = "near") {
    const { scrollTop, clientHeight } = this.scroll;
    const top = element.offsetTop - this.scroll.offsetTop;
    if (block === "near" && top >= scrollTop && top + element.offsetHeight <= scrollTop + clientHeight) return;
    this.scroll.scrollTo({ top: Math.max(0, top - clientHeight / 3), behavior: this.playhead.playing ? "smooth" : "auto" });
  }

  /** @param {number} number of the statement to show */
  open(number) {
    const element = this.scroll.querySelector(`#s${number}`);
    if (!element) return;
    this.reveal(element, "middle");
    element.focus({ preventScroll: true });
  }

  /** Moves the focus to the next or previous statement. @param {number} step @returns {object|null} the statement */
  step(step) {
    const all = [...this.scroll.querySelectorAll("article.tr")];
    const at = all.indexOf(document.activeElement?.closest("article.tr") ?? this.here?.closest("article.tr"));
    const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
    if (!next) return null;
    const number = Number(next.id.slice(1));
    this.open(number);
    return this.statements.get(number);
  }
}

/** What became of a statement, in a few words. @returns {string} */
export function result(s, last) {
  if (s.truth === null) return "";
  if (s.truth === "filler") return "not scored";
  if (s.outcome === "not_exposed" || s.shown_ms === null) return "never shown";
  if (s.outcome === null) return "no last look";
  if (s.left) return "left the figures";
  const parts = [{ hit: "caught", miss: "missed", false_alarm: "false alarm", correct_rejection: "right" }[s.outcome]];
  if (s.outcome === "hit" && s.challenged_by === "change") parts.push("by a change");
  else if (s.outcome === "hit" && last?.where === "ledger") parts.push("in last look");
  if (s.outcome === "miss" && s.adopted) parts.push("adopted");
  if (s.outcome === "hit" && s.grade !== null) parts.push(["no fix", "no fix", "fix fails", "fix holds"][s.grade]);
  return parts.join(", ");
}

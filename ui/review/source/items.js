/** Every scored statement in a table: what it was, what was decided, what became of it. */

import { WORDS, clock, counted, h, icon, truthMark } from "./dom.js";
import { result } from "./transcript.js";

const GRADES = ["0, nothing", "1, flagged", "2, fix fails", "3, fix holds"];

/** @param {object} review @param {(number: number) => void} open @returns {HTMLElement} */
export function items(review, open) {
  const outcomes = new Map(review.outcomes.map((o) => [o.segment, o]));
  const rows = review.statements.filter((s) => s.item);
  const fillers = review.statements.length - rows.length;
  if (!rows.length) return h("p.none.q2", {}, review.header.practice ? "A live model answered: nothing was planted, so there are no scored statements." : "No scored statement was said.");
  const groups = review.tasks.map((task) => [task, rows.filter((s) => s.task === task.name)]).filter(([, found]) => found.length);
  return h(
    "div.wide",
    {},
    h(
      "table.tbl.it",
      {},
      h("thead", {}, h("tr", {}, ["", "Statement", "Shown", "Decided", "Decision", "Outcome", "Named", "Grade"].map((title) => h("th", {}, title)))),
      groups.map(([task, found]) =>
        h("tbody", {}, review.tasks.length > 1 ? h("tr.gr", {}, h("th", { colspan: "8", scope: "rowgroup" }, task.title)) : null, found.map((s) => line(s, outcomes.get(s.segment), open))),
      ),
    ),
    h("p.q.xs.ft", {}, `${counted(rows.length, "scored statement")}; ${counted(fillers, "other")} in the ledger ${fillers === 1 ? "is" : "are"} right and not scored. Open an item to see it in the transcript.`),
  );
}

function line(s, outcome, open) {
  const confidence = s.confidence ? `, ${["not sure", "fairly sure", "sure"][s.confidence - 1]}` : "";
  const decision = s.decision ? h(`span.dsp.is-${s.decision}`, {}, icon(s.decision, true), h("span.q2", {}, WORDS[s.decision] + confidence)) : h("span.dsp", {}, h("i.ring"), h("span.q2", {}, "Undecided"));
  const named = outcome?.outcome === "hit" ? (outcome.diagnosed === null ? "to read" : outcome.diagnosed ? "yes" : "no") : "";
  const grade = outcome?.grade !== null && outcome?.grade !== undefined ? GRADES[outcome.grade] : outcome?.outcome === "hit" ? (outcome.grade_note ?? "open") : "";
  return h(
    s.call === "wrong" ? "tr.wrong" : "tr",
    { onclick: () => open(s.number) },
    h("td.tn-c", {}, h("span.tn.num", {}, truthMark(s.truth), s.number)),
    h("td.tx-c", {}, h("button.lnk", { type: "button", title: s.text, onclick: (event) => { event.stopPropagation(); open(s.number); } }, s.form === "hunk" ? h("code", {}, s.symbol) : s.text), s.truth === "flawed" && s.key?.severity === "critical" ? h("span.tag", {}, "critical") : null),
    h("td.num.q2", {}, s.shown_ms === null ? "–" : clock(s.shown_ms)),
    h("td.num.q2", {}, s.decided_ms === null ? "–" : clock(s.decided_ms)),
    h("td", {}, decision),
    h("td.oc", {}, result({ ...s, grade: null }, s.decisions.at(-1)), outcome?.in_flow !== outcome?.outcome && outcome?.in_flow === "miss" && outcome?.outcome === "hit" ? h("span.q", {}, " (missed in the flow)") : null),
    h("td.q2", {}, named),
    h("td.q2", {}, grade),
  );
}

/** The head of a review: who, when, what to do; the figures with their intervals; the moments to look at first. */

import { api } from "./api.js";
import { clock, counted, day, h, icon, truthMark } from "./dom.js";
import { interval, number, percent } from "./interval.js";

/** @param {object} data answer of the session @param {{release: () => void, rate: () => void, looks: () => void}} on @returns {HTMLElement} */
export function head(data, on) {
  const { header, tasks } = data.review;
  const id = data.session.id;
  const log = header.verified === null ? "" : header.verified ? " Log verified." : "";
  const line = `${tasks.map((task) => task.title).join(", ")}. ${day(header.started)}, ${counted(Math.round(header.working_ms / 60000), "minute")}, ${counted(header.scored_statements, "scored statement")}.`;
  return h(
    "header.rh",
    {},
    h(
      "div.rh-t",
      {},
      h("h1", {}, /^(candidate|simulated)/i.test(header.candidate) ? header.candidate[0].toUpperCase() + header.candidate.slice(1) : header.candidate, header.simulated ? h("span.tag.sim", {}, header.policy && !/simulated/i.test(header.candidate) ? `simulated, ${header.policy.replaceAll("_", " ")}` : "simulated") : null, header.practice ? h("span.tag.sim", {}, "practice") : null),
      h("p.q", {}, line, h("span.opt", {}, log), header.verified === false ? h("b.broken", {}, " The log does not verify: do not rely on it.") : null),
    ),
    data.looks ? h("button.btn.bare", { type: "button", onclick: on.looks }, "Looks ", h("span.q.num", {}, data.looks.length)) : null,
    data.debrief ? h("span.q.done", {}, "Debrief released") : data.may.release ? h("button.btn.bare", { type: "button", onclick: on.release }, "Release debrief") : null,
    h("a.btn.bare", { href: api.report(id, "json"), download: true }, "JSON"),
    h("a.btn", { href: api.report(id, "html"), target: "_blank", rel: "noopener" }, "Report"),
    h("button.btn.go.rb", { type: "button", "aria-expanded": "false", onclick: on.rate }, data.may.rate ? "Rate " : "Ratings ", h("span.num", {}, data.may.rate ? `${data.session.mine} of ${data.session.dimensions}` : data.session.raters)),
  );
}

/** @param {object} review @returns {Node[]} */
export function figures(review) {
  const f = review.figures;
  if (!f) return [h("p.none.q2", {}, review.header.why ?? "There are no figures.")];
  const rate = (title, found, note = "") => figure(title, found.of ? [h("b", {}, found.count), h("span.q", {}, `of ${found.of}`)] : [h("b.q", {}, "–")], interval(found.share, { label: title }), found.share ? percent(found.share) + note : "nothing to count");
  const d = f.d_prime;
  const b = f.brier;
  return [
    h(
      "ul.figs",
      { "aria-label": "Figures with 95 % intervals" },
      rate("Planted errors caught", f.hit_rate),
      rate("False alarms", f.false_alarm_rate),
      figure("Sensitivity d′", [d ? h("b", {}, number(d.estimate)) : h("b.q", {}, "–")], interval(d, { from: -1, to: 4, mark: 0, label: "Sensitivity" }), d ? `${number(d.low)} to ${number(d.high)}, chance 0` : "nothing to count"),
      rate("Critical errors put right", f.criticals_corrected),
      rate("Accepted though flawed", f.over_reliance),
      figure("Confidence, Brier", [b ? h("b", {}, number(b.estimate)) : h("b.q", {}, "–")], interval(b, { from: 0, to: 0.5, mark: 0.25, label: "Brier score" }), b ? `${number(b.low)} to ${number(b.high)}, coin 0.25` : f.brier_decisions ? "one confidence given, too few" : "no confidence given"),
    ),
    h("p.more.q.xs", {}, more(review)),
    review.header.why ? h("p.more.q2.xs", {}, review.header.why) : null,
  ].filter(Boolean);
}

function figure(title, value, bar, note) {
  return h("li.fg", {}, h("h2", {}, title), h("p.fv", {}, value), bar, h("p.q", {}, note));
}

function more({ figures: f, in_flow: flow }) {
  const found = [];
  if (flow && f.hits) {
    const late = f.hits - flow.hits;
    found.push(late > 0 ? `${flow.hits} caught in the flow, ${late} more in the last look.` : "All catches came in the flow, none in the last look.");
  }
  found.push(`${f.decoy_false_alarms} of ${counted(f.decoys, "decoy")} rejected.`);
  if (f.grade.mean !== null) found.push(`Mean correction grade ${number(f.grade.mean)} of 3 over ${counted(f.grade.graded, "catch").replace("catchs", "catches")}${f.grade.open ? `, ${f.grade.open} to grade` : ""}.`);
  if (f.c !== null) found.push(`Criterion c ${number(f.c)}, a style, not a score.`);
  if (f.not_exposed) found.push(`${counted(f.not_exposed, "item")} never shown.`);
  return found.join(" ");
}

/** @param {object} review @param {(moment: object) => void} play @returns {HTMLElement|null} */
export function moments(review, play) {
  if (!review.moments.length) return null;
  const truths = new Map(review.statements.map((s) => [s.number, s.truth]));
  return h(
    "div.moms",
    { role: "group", "aria-label": "Telling moments" },
    review.moments.map((moment) =>
      h("button.mo", { type: "button", onclick: () => play(moment) }, h("span.mt.num", {}, icon("play", true), clock(moment.ms)), h("span", {}, h("b", {}, truthMark(truths.get(moment.number)), moment.title), h("span.q2.ms", { title: moment.sentence }, moment.sentence))),
    ),
  );
}

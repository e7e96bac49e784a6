/** What no rule could settle: challenges that fit no planted error, corrections only a person can grade, ratings that
 * differ, keys that the candidate disputes. */

import { api } from "./api.js";
import { clock, h } from "./dom.js";

const CHALLENGES = [["natural", "Natural flaw"], ["preference", "Preference"], ["fabricated", "Wrong"]];
const GRADES = [["1", "Flagged"], ["2", "Partial"], ["3", "Holds"]];
const LEVELS = ["1", "2", "3", "4"].map((level) => [level, level]);

/** @param {object} data @param {(number: number) => void} open @param {() => Promise<void>} reload @returns {Node[]} */
export function settle(data, open, reload) {
  const rows = [
    ...data.review.to_settle.filter((u) => !u.decision).map((u) => challenge(u, open)),
    ...data.differing.map((dimension) => differing(data, dimension)),
    ...data.grading.map((g) => grading(g, open)),
  ];
  const disputes = data.disputes.map((d) => h("div.sl", {}, h("p", {}, `“${d.text}”`), h("p.q.xs", {}, "The candidate disputes the key", d.number ? [" of ", link(d.number, open)] : null, ".")));
  if (!rows.length && !disputes.length) return [];
  const section = h("section.settle", {}, h("h2", {}, "To settle ", h("span.q.num", {}, rows.length)));
  for (const { subject, parts, choices } of rows) section.append(row(data, subject, parts, choices, reload));
  section.append(...disputes);
  return [section];
}

const link = (number, open) => h("button.lnk", { type: "button", onclick: () => open(number) }, `statement ${number}`);

function challenge(u, open) {
  return {
    subject: u.subject,
    choices: CHALLENGES,
    parts: [
      h("p", {}, u.text ? `“${u.text}” ` : "Rejected without a word. ", h("span.q.num", {}, clock(u.ms))),
      h("p.q.xs", {}, "A challenge that fits no planted error", u.number ? [", on ", link(u.number, open)] : null, "."),
    ],
  };
}

function grading(g, open) {
  return { subject: g.subject, choices: GRADES, parts: [h("p", {}, g.fix ? `“${g.fix}”` : "No correction was given."), h("p.q.xs", {}, "How far does the correction of ", link(g.number, open), " hold?")] };
}

function differing(data, dimension) {
  const about = data.rubric.dimensions.find((d) => d.id === dimension);
  const levels = data.ratings.filter((r) => r.dimension === dimension).map((r) => r.level);
  return { subject: `rating/${dimension}`, choices: LEVELS, parts: [h("p", {}, `${about.title}: ${levels.join(" and ")}`), h("p.q.xs", {}, "The ratings differ by two levels or more. Which level stands?")] };
}

function row(data, subject, parts, choices, reload) {
  const problem = h("p.problem.xs", { role: "alert", hidden: true });
  const reason = h("input.text-in", { placeholder: "Reason", "aria-label": "Reason", maxlength: "2000" });
  const decide = async (decision) => {
    try {
      await api.settle(data.session.id, { subject, decision, reason: reason.value });
      await reload();
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
    }
  };
  const act = data.may.rate ? h("div.sl-a", {}, reason, h("div.seg", { role: "group" }, choices.map(([value, title]) => h("button", { type: "button", onclick: () => void decide(value) }, title)))) : null;
  return h("div.sl", {}, parts, act, problem);
}

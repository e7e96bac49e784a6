/** The list of sessions: newest first, figures on one axis, nothing that sorts people. */

import { clock, counted, h, icon, shortDay } from "./dom.js";
import { D_PRIME, TOO_FEW, enough, interval, number } from "./interval.js";

const FILTERS = [
  ["all", "All", () => true],
  ["mine", "For me", (row) => waits(row)],
  ["running", "In progress", (row) => !["scored", "failed", "scoring", "submitted"].includes(row.state)],
  ["done", "Done", (row, raters) => row.state === "scored" && row.raters >= raters && !open(row).length],
];

const waits = (row) => row.state === "scored" && !row.practice && (row.mine < row.dimensions || row.differ > 0 || row.questions > 0);

/** What waits for somebody in this session. @returns {string[]} */
function open(row) {
  const found = [];
  if (row.questions) found.push(counted(row.questions, "question"));
  if (row.differ) found.push(`${counted(row.differ, "rating")} ${row.differ === 1 ? "differs" : "differ"}`);
  if (row.disputes) found.push(row.disputes === 1 ? "key disputed" : `${row.disputes} keys disputed`);
  if (row.pending) found.push(counted(row.pending, "check") + " to run");
  return found;
}

/** @returns {[string, boolean]} the status and whether it is waiting work */
export function status(row, raters) {
  if (row.problem) return ["cannot be scored", false];
  if (row.left !== null) return [`${clock(row.left)} left`, false];
  const early = { welcome: "invited", ready: "not started", work: "working", ledger: "last look", between: "between tasks", submitted: "handed in", scoring: "being scored" }[row.state];
  if (early) return [early, false];
  if (row.practice) return ["practice", false];
  if (row.differ) return ["to adjudicate", true];
  if (row.mine && row.mine < row.dimensions) return [`to rate, ${row.mine} of ${row.dimensions}`, true];
  if (row.mine < row.dimensions && row.raters < raters) return ["to rate", true];
  if (row.raters < raters) return ["waits for a rater", false];
  return ["done", false];
}

/** How a session is called in lists. @returns {string} */
export const called = (row) => row.candidate ?? row.code;

export class SessionsPage {
  constructor() {
    this.filter = "all";
    this.words = "";
    this.data = null;
    this.body = h("tbody");
    this.foot = h("p.q.xs.ft");
    this.filters = h("span.seg", { role: "group", "aria-label": "Which sessions" });
    const search = h("input", { placeholder: "Candidate or assessment", type: "search", oninput: () => { this.words = search.value.trim().toLowerCase(); this.draw(); } });
    const ticks = [0, 1, 2, 3, 4].map((value) => h("span", { style: { left: `${(100 * (value - D_PRIME.from)) / (D_PRIME.to - D_PRIME.from)}%` } }, value));
    this.table = h(
      "table.tbl",
      {},
      h("thead", {}, h("tr", {}, h("th", {}, "Candidate"), h("th", {}, "Assessment"), h("th", {}, "Sat"), h("th.r", {}, "Caught"), h("th.r", {}, "False alarms"), h("th.r", {}, "d′"), h("th.axh", { "aria-label": "d prime with its interval" }, h("div", {}, ticks)), h("th", {}, "Ratings"), h("th", {}, "Open"), h("th", {}, "Status"))),
      this.body,
    );
    this.empty = h("p.q2.none", {}, "No session fits. ", h("button.btn.s", { type: "button", onclick: () => { search.value = this.words = ""; this.filter = "all"; this.draw(); } }, "Show all"));
    this.element = h(
      "main.scroll.se",
      { tabindex: "-1" },
      h("div.list", {}, h("header.hd", {}, h("h1", {}, "Sessions")), h("div.fl", {}, this.filters, h("label.sr", {}, icon("search"), h("span.vh", {}, "Search"), search), h("span.grow"), h("span.q.xs", {}, "Newest first. One session cannot rank people, so figures are not sortable.")), h("div.wide", {}, this.table), this.empty, this.foot),
    );
  }

  /** @param {object} data answer of /api/staff/sessions */
  show(data) {
    this.data = data;
    this.draw();
  }

  draw() {
    const { sessions, raters, now } = this.data;
    const chosen = FILTERS.find(([name]) => name === this.filter)[2];
    const rows = sessions.filter((row) => chosen(row, raters) && (!this.words || `${called(row)} ${row.code} ${row.title} ${row.simulated ? "simulated" : ""}`.toLowerCase().includes(this.words)));
    this.filters.replaceChildren(
      ...FILTERS.map(([name, title, fits]) => h("button", { type: "button", "aria-pressed": String(name === this.filter), onclick: () => { this.filter = name; this.draw(); } }, title, " ", h("span.q.num", {}, sessions.filter((row) => fits(row, raters)).length))),
    );
    this.body.replaceChildren(...rows.map((row) => line(row, raters, now)));
    this.table.hidden = !rows.length;
    this.empty.hidden = Boolean(rows.length);
    if (!sessions.length) this.empty.replaceChildren("There are no sessions yet. ", h("code", {}, "harness invite"), " makes a link for a candidate.");
    this.foot.textContent = rows.length ? footnote(this.data, rows) : "";
  }
}

function line(row, raters, now) {
  const [words, todo] = status(row, raters);
  const f = row.figures;
  const d = f?.d_prime;
  const of = (count, all) => [String(count), h("span.q", {}, `/${all}`)];
  return h(
    "tr",
    {},
    h("td", {}, h("a", { href: `#/session/${row.id}` }, called(row)), row.simulated && !/simulated/i.test(called(row)) ? h("span.tag.sim", {}, "simulated") : null),
    h("td.q2", {}, row.title),
    h("td.q.num", {}, shortDay(row.sat, now)),
    h("td.r.num", {}, f ? of(f.hits, f.flawed) : null),
    h("td.r.num", {}, f ? of(f.false_alarms, f.clean) : null),
    h("td.r.num.dv", {}, d ? number(d.estimate) : null),
    h("td.ivc", {}, d ? interval(d, { ...D_PRIME, label: "d prime", open: !enough(f) }) : null),
    h("td.num.q2", {}, row.state === "scored" && !row.practice ? `${Math.min(row.raters, raters)} of ${raters}` : null),
    h("td.q2", {}, open(row).join(", ")),
    h("td", {}, h(todo ? "span.todo" : "span.q", { title: row.problem }, words)),
  );
}

function footnote(data, rows) {
  const names = new Map(data.sessions.map((row) => [row.id, called(row)]));
  const shown = new Set(rows.map((row) => row.assessment));
  const parts = ["Bars are 95 % intervals."];
  if (rows.some((row) => row.figures && !enough(row.figures))) parts.push(TOO_FEW);
  for (const one of data.comparisons.filter((c) => shown.has(c.assessment) && c.pairs)) {
    const pairs = `Of ${counted(one.pairs, one.simulated ? "simulated pair" : "pair")} with enough statements`;
    const apart = one.apart.slice(0, 4).map((pair) => pair.map((id) => names.get(id)).join(" and ")).join("; ");
    parts.push(apart ? `${pairs} ${one.apart.length} can be told apart: ${apart}${one.apart.length > 4 ? " and others" : ""}. The rest are not distinguishable.` : `${pairs} none can be told apart: they are not distinguishable.`);
  }
  return parts.join(" ");
}

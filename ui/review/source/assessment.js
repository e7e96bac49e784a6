/** The hiring team's page: all sessions of one assessment side by side, with intervals, in order of date. */

import { counted, h, shortDay } from "./dom.js";
import { D_PRIME, TOO_FEW, enough, interval, number, percent } from "./interval.js";
import { called, status } from "./sessions.js";

export class AssessmentPage {
  /** @param {(name: string) => void} choose */
  constructor(choose) {
    this.choose = choose;
    this.body = h("tbody");
    this.pick = h("select.text-in", { "aria-label": "Assessment", onchange: () => choose(this.pick.value) });
    this.title = h("h1");
    this.lead = h("p.q2.ld");
    this.foot = h("p.q.xs.ft");
    const ticks = (values, from, to, text = (v) => v) => h("div", {}, values.map((value) => h("span", { style: { left: `${(100 * (value - from)) / (to - from)}%` } }, text(value))));
    const share = ticks([0, 1], 0, 1, (v) => (v ? "100 %" : "0"));
    this.table = h(
      "table.tbl.as-t",
      {},
      h("thead", {}, h("tr", {}, h("th", {}, "Candidate"), h("th", {}, "Sat"), h("th.r", {}, "Caught"), h("th.axh.sh", {}, share), h("th.r", {}, "False alarms"), h("th.axh.sh", {}, share.cloneNode(true)), h("th.r", {}, "d′"), h("th.axh", {}, ticks([0, 2, 4], D_PRIME.from, D_PRIME.to)), h("th", {}, "Ratings"), h("th", {}, "Against the others"))),
      this.body,
    );
    this.element = h("main.scroll.se", { tabindex: "-1" }, h("div.list", {}, h("header.hd", {}, this.title, h("span.grow"), this.pick), this.lead, h("div.wide", {}, this.table), this.foot));
  }

  /** @param {object} data answer of /api/staff/sessions @param {string|null} wanted name of the assessment */
  show(data, wanted) {
    const names = [...new Map(data.sessions.map((row) => [row.assessment, row.title]))];
    const [name, title] = names.find(([each]) => each === wanted) ?? names[0] ?? [null, "Assessment"];
    this.pick.replaceChildren(...names.map(([value, text]) => h("option", { value, selected: value === name }, text)));
    this.pick.hidden = names.length < 2;
    this.title.textContent = title;
    const rows = data.sessions.filter((row) => row.assessment === name);
    const told = data.comparisons.filter((c) => c.assessment === name);
    const labels = new Map(rows.map((row) => [row.id, called(row)]));
    this.body.replaceChildren(...rows.map((row) => line(row, told, labels, data)));
    const sat = rows.filter((row) => row.figures).length;
    const simulated = rows.filter((row) => row.simulated).length;
    this.lead.textContent = rows.length
      ? `${counted(rows.length, "session")}, ${sat} scored${simulated ? `, ${simulated} simulated` : ""}. Each row has its counts and 95 % intervals. Rows stand in order of date; people are not ranked, since one session tells too little.`
      : "There are no sessions of this assessment yet.";
    this.table.hidden = !rows.length;
    const pairs = told.reduce((sum, c) => sum + c.pairs, 0);
    const apart = told.reduce((sum, c) => sum + c.apart.length, 0);
    this.foot.textContent = [
      pairs ? `Of ${counted(pairs, "pair")} with enough statements ${apart ? `${apart} can be told apart by d′; the rest are not distinguishable` : "none can be told apart by d′: they are not distinguishable"} (two-sided test at 5 %, Holm’s correction). Simulated and real sessions are not compared.` : "",
      rows.some((row) => row.figures && !enough(row.figures)) ? TOO_FEW : "",
      "A person decides; no figure on this page does.",
    ].filter(Boolean).join(" ");
  }
}

function line(row, told, labels, data) {
  const f = row.figures;
  const of = (rate) => [String(rate.count), h("span.q", {}, `/${rate.of}`)];
  const bar = (rate, label) => interval(rate.share, { label, open: !enough(f) });
  const others = told.flatMap((c) => c.apart).filter((pair) => pair.includes(row.id)).map((pair) => labels.get(pair[0] === row.id ? pair[1] : pair[0]));
  const against = !f?.d_prime ? null : others.length ? `apart from ${others.slice(0, 3).join(", ")}${others.length > 3 ? ` and ${others.length - 3} more` : ""}` : !enough(f) ? "too few statements" : told.some((c) => c.simulated === row.simulated && c.pairs) ? "not distinguishable" : "nobody to compare with";
  const [words, todo] = status(row, data.raters);
  const cells = f
    ? [
        h("td.r.num", {}, of(f.hit_rate)),
        h("td.ivc.sh", { title: f.hit_rate.share ? percent(f.hit_rate.share) : null }, bar(f.hit_rate, "caught")),
        h("td.r.num", {}, of(f.false_alarm_rate)),
        h("td.ivc.sh", { title: f.false_alarm_rate.share ? percent(f.false_alarm_rate.share) : null }, bar(f.false_alarm_rate, "false alarms")),
        h("td.r.num.dv", {}, f.d_prime ? number(f.d_prime.estimate) : null),
        h("td.ivc", { title: f.d_prime ? `${number(f.d_prime.low)} to ${number(f.d_prime.high)}` : null }, f.d_prime ? interval(f.d_prime, { ...D_PRIME, label: "d prime", open: !enough(f) }) : null),
        h("td.num.q2", {}, `${Math.min(row.raters, data.raters)} of ${data.raters}`),
        h("td.q2.ag", { title: others.length > 3 ? others.join(", ") : null }, against),
      ]
    : [h("td.q", { colspan: "7" }), h("td", {}, h(todo ? "span.todo" : "span.q", { title: row.problem }, words))];
  return h("tr", {}, h("td", {}, h("a", { href: `#/session/${row.id}` }, called(row)), row.simulated && !/simulated/i.test(called(row)) ? h("span.tag.sim", {}, "simulated") : null), h("td.q.num", {}, shortDay(row.sat, data.now)), cells);
}

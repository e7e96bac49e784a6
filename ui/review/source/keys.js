/** Keys that candidates dispute, for those who may correct them. */

import { counted, h, quoted, shortDay } from "./dom.js";

export class KeysPage {
  constructor() {
    this.body = h("tbody");
    this.table = h("table.tbl.ks-t", {}, h("thead", {}, h("tr", {}, h("th", {}, "Item"), h("th", {}, "Task"), h("th", {}, "Disputed by"), h("th", {}, "What they say"), h("th", {}, "People decided"), h("th", {}, "Stands"))), this.body);
    this.none = h("p.q2.none", {}, "No key is disputed, and none was corrected.");
    this.element = h("main.scroll.se", { tabindex: "-1" }, h("div.list", {}, h("header.hd", {}, h("h1", {}, "Keys")), h("p.q2.ld", {}, "A candidate may dispute a key after the debrief. Two people then say in the queue whether it holds. A wrong key is corrected here, for everyone who met the item: their scores are computed again and the earlier ones kept."), h("div.wide", {}, this.table), this.none));
  }

  /** @param {object} data answer of the keys */
  show(data) {
    this.table.hidden = !data.keys.length;
    this.none.hidden = Boolean(data.keys.length);
    this.body.replaceChildren(...data.keys.map((row) => line(row)));
  }
}

/** The name of an item in words. @param {string} item @returns {string} */
export const named = (item) => item[0].toUpperCase() + item.slice(1).replaceAll("-", " ");

function line(row) {
  const first = row.disputes[0];
  const newest = Math.max(0, ...row.disputes.map((d) => d.at));
  return h(
    "tr",
    {},
    h("td", {}, h("a", { href: `#/keys/${row.task}/${row.item}/${row.digest}` }, named(row.item))),
    h("td.q2", {}, row.title, row.present ? null : h("span.q", {}, ", an earlier version")),
    h("td.q2", {}, row.disputes.length ? [counted(row.disputes.length, "candidate"), h("span.q", {}, `, ${shortDay(newest, Date.now())}`)] : "nobody"),
    h("td.q2.ks-w", { title: first?.text }, first ? quoted(first.text) : ""),
    h("td", {}, verdict(row)),
    h("td", {}, row.standing ? h("span", {}, row.standing.words) : h(row.open ? "span.todo" : "span.q", {}, row.open ? "to look at" : "as written")),
  );
}

/** What the people of the queue said. @param {object} row @returns {string|Node} */
export function verdict(row) {
  const all = row.disputes.flatMap((d) => d.decisions);
  if (!all.length) return h("span.q", {}, row.disputes.length ? "not yet" : "");
  const wrong = all.filter((d) => d.decision === "wrong").length;
  return `${wrong} of ${all.length} find it wrong`;
}

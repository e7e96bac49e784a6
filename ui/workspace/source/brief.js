/** The left pane: sections of a document with their word counts, and the brief. */

import { h, icon } from "./dom.js";
import { blocks } from "../../parts/markdown.js";

/** @param {string} text @returns {number} words outside fenced blocks and comments */
export function words(text) {
  return text.replace(/<!--[\s\S]*?(-->|$)|```[\s\S]*?(```|$)/g, " ").match(/[\p{L}\p{N}][\p{L}\p{N}.,:’'%×-]*/gu)?.length ?? 0;
}

export class Brief {
  element;
  #counts = new Map();
  #links = new Map();

  /** @param {HTMLElement} root @param {object} task @param {{open: (path: string) => void, toggle: () => void}} act */
  constructor(root, task, act) {
    const design = task.kind === "design";
    const title = design ? "Sections" : "Brief";
    const body = blocks(task.brief);
    if (body[0]?.tagName === "H3" && body[0].textContent.trim() === task.title) body.shift();
    const first = body.findIndex((block) => block.tagName === "P");
    const facts = task.facts?.length ? h("dl", {}, task.facts.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value)))) : null;
    if (facts) body.splice(first < 0 ? 0 : first + 1, 0, facts);
    this.element = h(
      "aside.brief",
      { "aria-label": design ? "Sections and brief" : "Brief", data: { pane: "brief" } },
      h("div.ph", {}, h("h2.grow", {}, title), h("button.ib", { type: "button", title: "Hide or show (Ctrl+B)", "aria-label": `Hide or show ${title.toLowerCase()}`, onclick: act.toggle }, icon("side"))),
      design ? this.#sections(task.files, act.open) : null,
      h("div.scroll.bd", { tabindex: 0 }, design ? h("h3", {}, "Brief") : null, body),
    );
    root.replaceChildren(this.element);
  }

  #sections(files, open) {
    return h(
      "ul.sec",
      {},
      files.map((file) => {
        const count = h("span.q.num.xs");
        const link = h("a", { href: "#", onclick: (event) => (event.preventDefault(), open(file.path)) }, h("span.grow", {}, file.title), count);
        const item = h("li", {}, link);
        this.#counts.set(file.path, count);
        this.#links.set(file.path, item);
        this.count(file.path, file.text);
        return item;
      }),
    );
  }

  /** @param {string} path @param {string} text */
  count(path, text) {
    const place = this.#counts.get(path);
    const number = words(text);
    if (place) place.textContent = number ? number.toLocaleString("en") : "empty";
  }

  /** @param {string} path */
  opened(path) {
    for (const [key, item] of this.#links) {
      if (key === path) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
  }
}

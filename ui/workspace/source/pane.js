/** The editor's pane: tabs of files or the section's title, where the cursor is, and one line for what was refused. */

import { h, icon } from "./dom.js";

export class EditorPane {
  element;
  place;
  #tabs = new Map();
  #where = h("span.q.xs.num");
  #notice = h("p.notice", { role: "alert", hidden: true });
  #title = null;
  #timer = 0;

  /** @param {HTMLElement} root @param {object} task @param {{open: (path: string) => void, help: () => void}} act */
  constructor(root, task, act) {
    const design = task.kind === "design";
    const head = design ? this.#section(task, act) : this.#files(task, act);
    const help = h("button.ib", { type: "button", title: "Keyboard (Ctrl+/)", "aria-label": "Keyboard help", onclick: act.help }, icon("help"));
    this.place = h(design ? "div.cm-host.doc" : "div.cm-host");
    this.element = h("section.pane.ed", { "aria-label": design ? "Document" : "Editor", data: { pane: "editor" } }, h("div.ph.ruled", {}, head, h("span.grow"), this.#where, help), this.#notice, this.place);
    root.replaceChildren(this.element);
  }

  #files(task, act) {
    const row = h("div.tab-row", { role: "tablist", "aria-label": "Files" });
    for (const file of task.files) {
      const tab = h("button.tab-b", { type: "button", role: "tab", "aria-selected": "false", title: file.readonly ? `${file.title}, read only` : null, onclick: () => act.open(file.path) }, file.title, file.readonly ? icon("lock", true) : null);
      this.#tabs.set(file.path, tab);
      row.append(tab);
    }
    row.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const tabs = [...row.children];
      tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length].focus();
    });
    return row;
  }

  #section(task, act) {
    this.#title = h("select.section-in", { "aria-label": "Section", onchange: () => act.open(this.#title.value) }, task.files.map((file) => h("option", { value: file.path }, file.title)));
    return h("span.section", {}, this.#title);
  }

  /** @param {string} path */
  opened(path) {
    for (const [key, tab] of this.#tabs) {
      tab.setAttribute("aria-selected", String(key === path));
      tab.tabIndex = key === path ? 0 : -1;
    }
    if (this.#title) this.#title.value = path;
  }

  /** @param {string} text such as "Ln 31" or "914 words" */
  where(text) {
    this.#where.textContent = text;
  }

  /** Says one sentence above the text for a while. @param {string} text @param {HTMLElement|null} [action] @param {number} [ms] 0 keeps it */
  say(text, action = null, ms = 8000) {
    clearTimeout(this.#timer);
    this.#notice.hidden = !text;
    this.#notice.replaceChildren(...[text, action].filter(Boolean));
    if (text && ms) this.#timer = setTimeout(() => (this.#notice.hidden = true), ms);
  }
}

/** Hands Markdown to Gradio's preview and follows the cursor in it. */

const LATER = 350;

export class Preview {
  #timer = 0;
  #last = ["", ""];
  #source;

  /** @param {() => {section: string, cursor: number, whole: () => string}} source */
  constructor(source) {
    this.#source = source;
    document.addEventListener("click", (event) => {
      if (event.target.closest?.(".pv .tab-container")) setTimeout(() => this.now(), 60);
    });
  }

  /** Draws again soon. */
  soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(), LATER);
  }

  now() {
    clearTimeout(this.#timer);
    const next = this.texts();
    if (next[0] !== this.#last[0] || next[1] !== this.#last[1]) {
      document.querySelector("#ws-preview-now")?.click();
      this.#last = next;
    }
    setTimeout(() => this.#follow(), 120);
  }

  /** What Gradio's two Markdown parts show; only the one in view is brought up to date. @returns {[string, string]} */
  texts() {
    const { section, whole } = this.#source();
    const tab = document.querySelectorAll(".pv .tab-container [role=tab]")[1];
    const second = tab?.classList.contains("selected") || tab?.getAttribute("aria-selected") === "true";
    return second ? [this.#last[0], plain(whole())] : [plain(section) || "", this.#last[1]];
  }

  #follow() {
    const scroller = [...document.querySelectorAll(".pv .prose-host")].find((element) => element.offsetParent);
    const body = scroller?.querySelector(".prose, .md");
    const { section, cursor } = this.#source();
    if (!scroller || !body || scroller.querySelector(":focus")) return;
    if (document.querySelectorAll(".pv .prose-host")[1] === scroller) return;
    const parts = body.children.length === 1 && body.firstElementChild.children.length > 1 ? body.firstElementChild.children : body.children;
    const target = parts[Math.min(blockAt(section, cursor), parts.length - 1)];
    if (!target) return;
    const top = target.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop;
    if (top < scroller.scrollTop || top > scroller.scrollTop + scroller.clientHeight * 0.7) scroller.scrollTop = Math.max(0, top - 24);
  }
}

// A picture would be fetched from somewhere; its words stay.
function plain(text) {
  return text.replace(/!\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/<img\b[^>]*>/gi, "");
}

/** @param {string} text Markdown @param {number} cursor @returns {number} the block that holds the cursor, counted from 0 */
export function blockAt(text, cursor) {
  let block = -1;
  let inside = false;
  let fenced = false;
  let at = 0;
  for (const line of text.split("\n")) {
    const fence = /^\s*```/.test(line);
    const heading = !fenced && /^#{1,6}\s/.test(line);
    if (fenced) fenced = !fence;
    else if (fence) {
      if (!inside) block++;
      fenced = inside = true;
    } else if (!line.trim()) inside = false;
    else if (!inside || heading) {
      block++;
      inside = !heading;
    }
    at += line.length + 1;
    if (at > cursor) break;
  }
  return Math.max(0, block);
}

/** Tells when a statement has been in view for a second: half of it, or as much as fits the pane. */

const LONG = 1000;

export class Exposure {
  #told;
  #record;
  #watched = new Map();
  #timers = new Map();
  #seen = new Map();

  /** @param {(segment: string, where: string) => boolean} record false where nothing is recorded: seen while only reading @param {string} session */
  constructor(record, session) {
    this.#record = record;
    this.key = `harness.exposed.${session}`;
    try {
      this.#told = new Set(JSON.parse(sessionStorage.getItem(this.key) ?? "[]"));
    } catch {
      this.#told = new Set();
    }
    document.addEventListener("visibilitychange", () => this.#recheck());
  }

  /** @param {HTMLElement} root the pane that scrolls @param {"conversation"|"ledger"} where @returns {IntersectionObserver} */
  pane(root, where) {
    return new IntersectionObserver((entries) => entries.forEach((entry) => this.#take(entry, where)), { root, threshold: [0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 1] });
  }

  /** Watches a complete statement. @param {IntersectionObserver} observer @param {HTMLElement} element @param {string} segment */
  watch(observer, element, segment) {
    if (this.#told.has(segment)) return;
    this.#watched.set(element, segment);
    observer.observe(element);
  }

  #take(entry, where) {
    const element = entry.target;
    const pane = entry.rootBounds?.height ?? window.innerHeight;
    const enough = entry.isIntersecting && (entry.intersectionRatio >= 0.5 || entry.intersectionRect.height >= pane * 0.9);
    if (enough) this.#seen.set(element, where);
    else this.#seen.delete(element);
    this.#recheck();
  }

  #recheck() {
    const visible = document.visibilityState === "visible";
    for (const [element, timer] of this.#timers) {
      if (visible && this.#seen.has(element)) continue;
      clearTimeout(timer);
      this.#timers.delete(element);
    }
    if (!visible) return;
    for (const [element, where] of this.#seen) {
      if (this.#timers.has(element)) continue;
      this.#timers.set(element, setTimeout(() => this.#expose(element, where), LONG));
    }
  }

  #expose(element, where) {
    const segment = this.#watched.get(element);
    this.#timers.delete(element);
    this.#seen.delete(element);
    this.#watched.delete(element);
    if (!segment || this.#told.has(segment) || !element.isConnected) return;
    if (!this.#record(segment, where)) return;
    this.#told.add(segment);
    try {
      sessionStorage.setItem(this.key, JSON.stringify([...this.#told]));
    } catch {
      // Told once more after a reload: the log drops the second.
    }
  }
}

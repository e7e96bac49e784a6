/** A list of listeners for named changes. */
export class Signal {
  #listeners = new Map();

  /** @param {string} name @param {(detail: any) => void} listener @returns {() => void} takes the listener off again */
  on(name, listener) {
    if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
    this.#listeners.get(name).add(listener);
    return () => this.#listeners.get(name).delete(listener);
  }

  /** @param {string} name @param {any} [detail] */
  emit(name, detail) {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(detail);
  }
}

/** Events that the server has not acknowledged yet, kept on this device (IndexedDB, keyed by session and number). */

const STORE = "events";

function promised(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export class Buffer {
  #database = null;
  #session;

  /** @param {string} session */
  constructor(session) {
    this.#session = session;
  }

  /** Opens the store. Without IndexedDB (a private window) the page works on, from memory only. */
  async open() {
    try {
      const request = indexedDB.open("harness", 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: ["session", "n"] });
      this.#database = await promised(request);
    } catch {
      this.#database = null;
    }
  }

  /** @returns {Promise<Array<{n: number, writer: string, event: object}>>} in order of number */
  async all() {
    if (!this.#database) return [];
    const range = IDBKeyRange.bound([this.#session, 0], [this.#session, Infinity]);
    return promised(this.#database.transaction(STORE).objectStore(STORE).getAll(range));
  }

  /** @param {string} writer @param {{n: number}} event */
  put(writer, event) {
    this.#write((store) => store.put({ session: this.#session, n: event.n, writer, event }));
  }

  /** Drops what the server has. @param {number} acknowledged */
  drop(acknowledged) {
    this.#write((store) => store.delete(IDBKeyRange.bound([this.#session, 0], [this.#session, acknowledged])));
  }

  clear() {
    this.drop(Infinity);
  }

  #write(change) {
    if (!this.#database) return;
    try {
      change(this.#database.transaction(STORE, "readwrite", { durability: "relaxed" }).objectStore(STORE));
    } catch {
      this.#database = null;
    }
  }
}

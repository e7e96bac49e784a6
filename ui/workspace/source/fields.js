/** Where the letters in the text fields of the page come from, followed through typing, pasting and undo. */

const MOST = 500;

/** @typedef {Array<[number, string]>} Origins lengths in UTF-16 units, with origins in the words of the log: typed, pasted, starter, own, assistant:ID */

/** @param {string} text @returns {Origins} */
function typed(text) {
  return text ? [[text.length, "typed"]] : [];
}

/** @param {Origins} origins @param {number} from @param {number} to @returns {Origins} those of a stretch of the text */
export function cut(origins, from, to) {
  const found = [];
  let end = 0;
  for (const [length, word] of origins) {
    const low = Math.max(from, end);
    const high = Math.min(to, (end += length));
    if (low < high) found.push([high - low, word]);
  }
  return found;
}

function joined(origins) {
  const found = [];
  for (const [length, word] of origins) {
    if (found.at(-1)?.[1] === word) found.at(-1)[0] += length;
    else found.push([length, word]);
  }
  return found;
}

/** @param {EventTarget} target @returns {boolean} */
export function isField(target) {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement;
}

export class Fields {
  #known = new WeakMap();
  #kept = new Map(); // texts that are not all typed: an undo, or a form that is opened again, brings them back

  /** @param {Node} field @returns {{text: string, origins: Origins}} */
  of(field) {
    const known = this.#known.get(field);
    if (known?.text === field.value) return known;
    return this.#know(field, this.origins(field.value));
  }

  /** @param {string} text that stood in a field @returns {Origins} */
  origins(text) {
    return this.#kept.get(text) ?? typed(text);
  }

  /** Puts a text into a field. @param {Node} field @param {string} text @param {Origins|null} origins null where all of it was typed */
  put(field, text, origins) {
    field.value = text;
    this.#know(field, origins ?? typed(text));
  }

  /** Remembers a text that has left its field. @param {string} text @param {Origins} origins */
  keep(text, origins) {
    this.#kept.delete(text);
    if (origins.every(([, word]) => word === "typed")) return;
    this.#kept.set(text, origins);
    if (this.#kept.size > MOST) this.#kept.delete(this.#kept.keys().next().value);
  }

  /** Takes in what a field holds after it was changed. @param {Node} field @param {string} word origin of what was put in @param {boolean} back by undo or redo */
  changed(field, word, back) {
    const { text, origins } = this.#known.get(field) ?? { text: "", origins: [] };
    const now = field.value;
    if (back && this.#kept.has(now)) return this.#know(field, this.#kept.get(now));
    // Equal letters beside a change leave open where it was; the cursor stands behind it.
    const rest = now.length - (field.selectionEnd ?? now.length);
    const tail = text.endsWith(now.slice(now.length - rest)) ? rest : common(text, now, -1);
    const head = common(text.slice(0, text.length - tail), now.slice(0, now.length - tail), 1);
    const inserted = now.length - tail - head;
    return this.#know(field, joined([...cut(origins, 0, head), ...(inserted ? [[inserted, word]] : []), ...cut(origins, text.length - tail, text.length)]));
  }

  #know(field, origins) {
    const found = { text: field.value, origins };
    this.#known.set(field, found);
    this.keep(found.text, origins);
    return found;
  }
}

/** How many letters two texts have in common at their beginning (step 1) or end (step -1). */
function common(one, other, step) {
  const most = Math.min(one.length, other.length);
  const at = (count) => (step > 0 ? count : -1 - count);
  let count = 0;
  while (count < most && one.at(at(count)) === other.at(at(count))) count++;
  return count;
}

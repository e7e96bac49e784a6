/** The text of every file at any moment, with the origin of every character, by applying the recorded change sets.
 * Positions count UTF-16 units, as JavaScript strings do. */

const STRIDE = 100;

/** @typedef {[number, string]} Run length and origin: starter, typed, assistant:SEGMENT, pasted, own */

class FileHistory {
  constructor(text) {
    this.frames = [];
    this.kept = [{ text, runs: text ? [[text.length, "starter"]] : [] }];
  }

  /** @param {number} count how many frames are applied @returns {{text: string, runs: Run[], at: number|null}} `at` is the place of the last change */
  state(count) {
    let place = Math.min(Math.floor(count / STRIDE), this.kept.length - 1);
    let state = this.kept[place];
    for (let index = place * STRIDE; index < count; index++) {
      state = applied(state, this.frames[index]);
      if ((index + 1) % STRIDE === 0 && this.kept.length === (index + 1) / STRIDE) this.kept.push(state);
    }
    return state;
  }
}

/** @returns {{text: string, runs: Run[], at: number}} */
function applied({ text, runs }, frame) {
  const pieces = [];
  const next = [];
  let position = 0;
  let at = null;
  let length = 0;
  for (const change of frame.changes) {
    if (typeof change === "number") {
      pieces.push(text.slice(position, position + change));
      next.push(...slice(runs, position, position + change));
      position += change;
      length += change;
      continue;
    }
    const [deleted, ...lines] = change;
    const inserted = lines.join("\n");
    at ??= length;
    if (inserted) {
      pieces.push(inserted);
      next.push([inserted.length, frame.source ?? "typed"]);
      length += inserted.length;
    }
    position += deleted;
  }
  return { text: pieces.join(""), runs: merged(next), at };
}

function slice(runs, start, end) {
  const found = [];
  let position = 0;
  for (const [length, origin] of runs) {
    const low = Math.max(start, position);
    const high = Math.min(end, position + length);
    if (low < high) found.push([high - low, origin]);
    position += length;
    if (position >= end) break;
  }
  return found;
}

function merged(runs) {
  const found = [];
  for (const [length, origin] of runs) {
    const last = found.at(-1);
    if (last && last[1] === origin) last[0] += length;
    else found.push([length, origin]);
  }
  return found;
}

export class History {
  /** @param {Array<[string, string, string]>} starter task, file, text @param {object[]} frames in order of time */
  constructor(starter, frames) {
    this.files = new Map(starter.map(([task, file, text]) => [key(task, file), new FileHistory(text)]));
    this.frames = frames;
    for (const frame of frames) this.files.get(key(frame.task, frame.file))?.frames.push(frame);
  }

  /** @param {string} task @param {string} file @param {number} ms @returns {{text: string, runs: Run[], at: number|null, count: number}} */
  at(task, file, ms) {
    const history = this.files.get(key(task, file));
    if (!history) return { text: "", runs: [], at: null, count: 0 };
    const count = before(history.frames, ms);
    return { ...history.state(count), count };
  }

  /** The file edited last in a task, up to a moment. @param {string} task @param {number} ms @returns {string|null} */
  current(task, ms) {
    for (let index = before(this.frames, ms) - 1; index >= 0; index--) if (this.frames[index].task === task) return this.frames[index].file;
    return null;
  }
}

const key = (task, file) => `${task}\n${file}`;

/** How many frames happened up to a moment. @param {object[]} frames @param {number} ms @returns {number} */
function before(frames, ms) {
  let low = 0;
  let high = frames.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames[middle].ms <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

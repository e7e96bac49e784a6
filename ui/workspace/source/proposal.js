/** A change that the assistant proposes, shown in the file it is for: taken or left part by part, nothing written before. */

import { acceptChunk, getChunks, getOriginalDoc, rejectChunk, unifiedMergeView, updateOriginalDoc } from "@codemirror/merge";
import { defaultKeymap } from "@codemirror/commands";
import { ChangeSet, EditorSelection, EditorState, Prec } from "@codemirror/state";
import { EditorView, drawSelection, highlightSpecialChars, keymap, lineNumbers } from "@codemirror/view";
import { h } from "./dom.js";
import { Signal } from "./signal.js";

/** Signals: `changed` (a part was taken, left or taken back), `copied` {action, text}, `over`. */
export class Proposal extends Signal {
  path;
  segment;
  taken = 0;
  left = 0;
  /** Where the change begins. */
  from = Infinity;
  #view;
  #take;
  #back;
  #steps = [];
  #closed = false;

  /**
   * @param {{path: string, title: string, segment: object, doc: import("@codemirror/state").Text, changes: ChangeSet, look: any}} about `doc` as it stands, `changes` as proposed, `look` how the file's editor looks
   * @param {{take: (changes: ChangeSet) => boolean, back: () => ChangeSet|null}} act writes a part into the document, or takes the last one out of it
   */
  constructor({ path, title, segment, doc, changes, look }, { take, back }) {
    super();
    this.path = path;
    this.segment = segment;
    this.#take = take;
    this.#back = back;
    changes.iterChangedRanges((at) => (this.from = Math.min(this.from, at)));
    const letters = [["a", () => this.accept()], ["r", () => this.reject()], ["j", () => this.step(1)], ["k", () => this.step(-1)]];
    this.#view = new EditorView({
      state: EditorState.create({
        doc: changes.apply(doc),
        extensions: [
          Prec.highest(
            keymap.of([
              ...letters.map(([key, run]) => ({ key, run: () => (run(), true) })),
              { key: "Shift-A", run: () => (this.acceptAll(), true) },
              { key: "Escape", run: () => (this.rejectAll(), true) },
              { key: "Mod-z", run: () => (this.undo(), true) },
            ]),
          ),
          EditorView.domEventHandlers(Object.fromEntries(["copy", "dragstart"].map((name) => [name, () => void this.emit("copied", { action: name === "copy" ? name : "drag", text: this.#selected() })]))),
          keymap.of(defaultKeymap.filter(({ key }) => key !== "Mod-Enter")),
          EditorState.readOnly.of(true),
          EditorView.contentAttributes.of({ "aria-label": `${title} with the proposed change`, "aria-readonly": "true", class: "is-still", tabindex: "0" }),
          EditorState.tabSize.of(4),
          drawSelection(),
          highlightSpecialChars(),
          look,
          path.endsWith(".md") ? [] : lineNumbers(),
          unifiedMergeView({ original: doc, mergeControls: (type, act) => this.#control(type, act), syntaxHighlightDeletions: false, gutter: false }),
        ],
      }),
      dispatchTransactions: (transactions, view) => this.#dispatch(transactions, view),
    });
    this.total = this.#chunks.length;
  }

  get element() {
    return this.#view.dom;
  }

  get remaining() {
    return this.#chunks.length;
  }

  /** Shows the first part, or the line. @param {number} [line] */
  show(line = 0) {
    const { doc } = this.#view.state;
    const at = line ? doc.line(Math.min(Math.max(1, line), doc.lines)).from : (this.#chunks[0]?.fromB ?? 0);
    this.#go(at);
  }

  focus() {
    this.#view.focus();
  }

  /** Moves to the next part, round the end. @param {number} step 1 or -1 */
  step(step) {
    const chunks = this.#chunks;
    const at = this.#view.state.selection.main.head;
    const here = chunks.findIndex((chunk) => chunk.fromB <= at && chunk.endB >= at);
    const after = chunks.findIndex((chunk) => chunk.fromB > at);
    const next = here >= 0 ? here + step : step > 0 ? after : (after < 0 ? chunks.length : after) - 1;
    const chunk = chunks[(next + chunks.length) % chunks.length];
    if (chunk) this.#go(chunk.fromB);
  }

  accept() {
    this.#here(acceptChunk);
  }

  reject() {
    this.#here(rejectChunk);
  }

  /** Takes every part that is left, in one change. */
  acceptAll() {
    const { state } = this.#view;
    const before = getOriginalDoc(state);
    const parts = this.#chunks.map((chunk) => ({
      from: chunk.fromA,
      to: Math.min(before.length, chunk.toA),
      insert: state.sliceDoc(chunk.fromB, Math.max(chunk.fromB, chunk.toB - 1)) + (chunk.fromB !== chunk.toB && chunk.toA <= before.length ? "\n" : ""),
    }));
    const changes = ChangeSet.of(parts, before.length);
    this.#view.dispatch({ effects: updateOriginalDoc.of({ doc: changes.apply(before), changes }) });
  }

  /** Leaves every part that is left; what was taken stays. */
  rejectAll() {
    this.left += this.remaining;
    this.#end();
  }

  /** Takes the last step back. */
  undo() {
    const step = this.#steps.pop();
    if (!step) return;
    if (step.inverse) {
      this.left--;
      this.#view.dispatch({ changes: step.inverse, userEvent: "undo" });
    } else {
      const changes = this.#back();
      if (!changes) return;
      this.taken -= step.parts;
      this.#view.dispatch({ effects: updateOriginalDoc.of({ doc: changes.apply(getOriginalDoc(this.#view.state)), changes }), userEvent: "undo" });
    }
    this.show();
    this.emit("changed");
  }

  /** Ends without a word: the file is closed to writing, or another change is proposed. */
  close() {
    this.#closed = true;
    this.#view.destroy();
  }

  #selected() {
    const { state } = this.#view;
    return state.selection.ranges.map(({ from, to }) => state.sliceDoc(from, to)).join("\n");
  }

  get #chunks() {
    return getChunks(this.#view.state)?.chunks ?? [];
  }

  #here(act) {
    const at = this.#view.state.selection.main.head;
    const chunk = this.#chunks.find((one) => one.fromB <= at && one.endB >= at);
    if (chunk) act(this.#view, at);
    else this.step(1);
  }

  #dispatch(transactions, view) {
    const before = getChunks(view.state)?.chunks.length ?? 0;
    const undoing = transactions.some((transaction) => transaction.isUserEvent("undo"));
    for (const transaction of transactions) {
      const update = transaction.effects.find((effect) => effect.is(updateOriginalDoc));
      if (undoing) continue;
      if (update && !this.#take(update.value.changes)) return;
      if (update) this.#steps.push({ parts: 0 });
      else if (transaction.docChanged) this.#steps.push({ inverse: transaction.changes.invert(transaction.startState.doc) });
    }
    const settled = transactions.some((transaction) => transaction.docChanged || transaction.effects.some((effect) => effect.is(updateOriginalDoc)));
    view.update(transactions);
    if (!settled || undoing) return;
    const step = this.#steps.at(-1);
    const gone = before - this.remaining;
    if (step.inverse) this.left += gone;
    else this.taken += step.parts = gone;
    if (!this.remaining) return this.#end();
    const at = view.state.selection.main.head;
    this.#go((this.#chunks.find((chunk) => chunk.endB >= at) ?? this.#chunks[0]).fromB);
    view.focus();
    this.emit("changed");
  }

  #end() {
    if (this.#closed) return;
    this.#closed = true;
    this.emit("over");
    this.#view.destroy();
  }

  #go(at) {
    this.#view.dispatch({ selection: EditorSelection.cursor(at), effects: EditorView.scrollIntoView(at, { y: "start", yMargin: 90 }) });
  }

  #control(type, act) {
    const [word, key] = type === "accept" ? ["Accept", "A"] : ["Reject", "R"];
    // Pressed, the button goes with its part: `mousedown` would leave the click to whatever comes under the pointer.
    return h("button.btn.s", { type: "button", title: `${word} this change (${key})`, onmousedown: (event) => event.preventDefault(), onclick: act }, word, h("kbd", {}, key));
  }
}

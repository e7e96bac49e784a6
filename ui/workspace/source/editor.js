/** The editor: one view, one state a file. */

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { markdown } from "@codemirror/lang-markdown";
import { python } from "@codemirror/lang-python";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorSelection, EditorState, Prec, StateEffect, StateField, Transaction } from "@codemirror/state";
import { Decoration, EditorView, drawSelection, dropCursor, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { placeOf } from "./definition.js";
import { codeLook, proseLook } from "./looks.js";
import { guard, recorder, source } from "./recorder.js";
import { Signal } from "./signal.js";

const show = StateEffect.define();
const shown = StateField.define({
  create: () => Decoration.none,
  update(lines, transaction) {
    lines = lines.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(show)) lines = effect.value ? Decoration.set(effect.value.map((at) => Decoration.line({ class: "cm-flash" }).range(at))) : Decoration.none;
    return lines;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/**
 * Signals: `edit` {file, transaction}, `opened` path, `moved` {line}, `changed` path, `refused` path, `run`, `copied` {action, text}, `pasted` {action, text}.
 */
export class Editor extends Signal {
  #view;
  #states = new Map();
  #files = new Map();
  #access = new Compartment();
  #locked = false;
  #current = null;

  /** @param {HTMLElement} parent */
  constructor(parent) {
    super();
    this.#view = new EditorView({ parent });
  }

  /** Takes the files of a task. @param {"coding"|"design"} kind @param {Array<{path: string, title: string, text: string, readonly: boolean}>} files */
  load(kind, files) {
    this.#files = new Map(files.map((file) => [file.path, file]));
    this.#states = new Map(files.map((file) => [file.path, EditorState.create({ doc: file.text, extensions: this.#extensions(kind, file) })]));
    this.#current = null;
  }

  get current() {
    return this.#current;
  }

  get files() {
    return [...this.#files.values()];
  }

  get line() {
    return this.#current ? this.#view.state.doc.lineAt(this.#view.state.selection.main.head).number : 1;
  }

  get cursor() {
    return this.#current ? this.#view.state.selection.main.head : 0;
  }

  /** @param {string} path @returns {string|null} the text as it stands */
  text(path) {
    const state = path === this.#current ? this.#view.state : this.#states.get(path);
    return state ? state.doc.toString() : null;
  }

  /** @param {string} path @returns {number} */
  lines(path) {
    const state = path === this.#current ? this.#view.state : this.#states.get(path);
    return state?.doc.lines ?? 0;
  }

  /** Shows a file. @param {string} path */
  open(path) {
    if (!this.#states.has(path) || path === this.#current) return;
    if (this.#current) this.#states.set(this.#current, this.#view.state);
    this.#current = path;
    this.#view.setState(this.#states.get(path));
    this.#view.dispatch({ effects: this.#access.reconfigure(this.#rights(this.#files.get(path))) });
    this.emit("opened", path);
    this.emit("moved", { line: this.line });
  }

  focus() {
    this.#view.focus();
  }

  /** Measures again after the page has been laid out anew. */
  measure() {
    this.#view.requestMeasure();
  }

  /** Stops or allows all writing. @param {boolean} locked */
  lock(locked) {
    if (this.#locked === locked) return;
    this.#locked = locked;
    if (this.#current) this.#view.dispatch({ effects: this.#access.reconfigure(this.#rights(this.#files.get(this.#current))) });
  }

  get locked() {
    return this.#locked;
  }

  /**
   * Puts a hunk where its symbol is defined, else at the cursor, and shows the place.
   * @param {{id: string, file: string|null, symbol: string|null, text: string}} hunk
   * @returns {boolean} false when nothing may be written
   */
  insert(hunk) {
    if (this.#locked) return false;
    const wanted = this.#files.get(hunk.file);
    const target = wanted && !wanted.readonly ? wanted.path : this.#files.get(this.#current)?.readonly ? this.files.find((file) => !file.readonly)?.path : this.#current;
    if (!target) return false;
    this.open(target);
    const { state } = this.#view;
    const place = placeOf(state.doc.toString(), hunk) ?? state.selection.main;
    const text = state.toText(place instanceof Object && "anchor" in place ? hunk.text : hunk.text.replace(/\s+$/, ""));
    const changes = state.changes({ from: place.from, to: place.to, insert: text });
    const before = state.doc;
    this.#view.dispatch({
      changes,
      selection: EditorSelection.cursor(place.from + text.length),
      effects: EditorView.scrollIntoView(place.from, { y: "start", yMargin: 60 }),
      annotations: [Transaction.userEvent.of("insert"), source.of(hunk.id)],
    });
    if (this.#view.state.doc === before) return false;
    this.#flash(place.from, place.from + text.length);
    this.#view.focus();
    return true;
  }

  /** Goes to a line of a file and shows it. @param {string} path @param {number} line */
  goTo(path, line) {
    this.open(path);
    const { doc } = this.#view.state;
    const at = doc.line(Math.min(Math.max(1, line), doc.lines)).from;
    this.#view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    this.#flash(at, at);
    this.#view.focus();
  }

  #flash(from, to) {
    const { doc } = this.#view.state;
    const first = doc.lineAt(from).number;
    const last = Math.min(doc.lineAt(Math.min(to, doc.length)).number, first + 400);
    const starts = [];
    for (let line = first; line <= last; line++) starts.push(doc.line(line).from);
    this.#view.dispatch({ effects: show.of(starts) });
    setTimeout(() => this.#view.dispatch({ effects: show.of(null) }), 1400);
  }

  #rights(file) {
    const still = file.readonly || this.#locked;
    return [EditorState.readOnly.of(still), EditorView.editable.of(true), EditorView.contentAttributes.of({ "aria-label": file.title, "aria-readonly": String(still), ...(still ? { class: "is-still" } : {}) })];
  }

  #extensions(kind, file) {
    const prose = kind === "design";
    const clipboard = EditorView.domEventHandlers({
      copy: () => this.#copied("copy"),
      cut: () => this.#copied("cut"),
      paste: (event) => void this.emit("pasted", { action: "paste", text: event.clipboardData?.getData("text/plain") ?? "" }),
      drop: (event) => void this.emit("pasted", { action: "drop", text: event.dataTransfer?.getData("text/plain") ?? "" }),
    });
    const language = prose || file.path.endsWith(".md") ? markdown() : /\.ya?ml$/.test(file.path) ? yaml() : file.path.endsWith(".py") ? python() : [];
    return [
      Prec.highest(
        keymap.of([
          { key: "Mod-Enter", run: () => (this.emit("run"), true) },
          { key: "Escape", run: (view) => (view.setTabFocusMode(2000), false) },
        ]),
      ),
      Prec.high(clipboard),
      this.#access.of(this.#rights(file)),
      EditorState.changeFilter.of(() => !(this.#locked || file.readonly)),
      guard((transaction) => this.emit("refused", { path: file.path, pasted: transaction.isUserEvent("input.paste") || transaction.isUserEvent("input.drop") })),
      recorder((transaction) => this.emit("edit", { file: file.path, transaction })),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) this.emit("changed", file.path);
        if (update.docChanged || update.selectionSet) this.emit("moved", { line: this.line });
      }),
      EditorState.tabSize.of(4),
      indentUnit.of("    "),
      EditorState.allowMultipleSelections.of(true),
      history(),
      drawSelection(),
      dropCursor(),
      highlightSpecialChars(),
      search({ top: true }),
      shown,
      keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, indentWithTab]),
      language,
      prose
        ? [proseLook, placeholder("Write this section in Markdown. A fenced block marked mermaid becomes a diagram below.")]
        : [codeLook, lineNumbers(), highlightActiveLine(), highlightActiveLineGutter(), bracketMatching(), indentOnInput()],
    ];
  }

  #copied(action) {
    const { state } = this.#view;
    const ranges = state.selection.ranges.filter((range) => !range.empty);
    const text = ranges.length ? ranges.map((range) => state.sliceDoc(range.from, range.to)).join("\n") : `${state.doc.lineAt(state.selection.main.head).text}\n`;
    this.emit("copied", { action: this.#locked ? "copy" : action, text });
  }
}

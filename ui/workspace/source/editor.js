/** The editor: one view, one state a file. */

import { defaultKeymap, history, historyKeymap, indentWithTab, undo } from "@codemirror/commands";
import { markdown } from "@codemirror/lang-markdown";
import { python } from "@codemirror/lang-python";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorSelection, EditorState, Prec, StateEffect, StateField, Transaction } from "@codemirror/state";
import { Decoration, EditorView, drawSelection, dropCursor, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers, placeholder } from "@codemirror/view";
import { isStub, placeOf } from "./definition.js";
import { codeLook, proposalLook, proseLook } from "./looks.js";
import { Proposal } from "./proposal.js";
import { guard, recorder, source } from "./recorder.js";
import { Signal } from "./signal.js";

/** So many selections are told at most. */
const MOST_RANGES = 1000;

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
 * Signals: `edit` {file, transaction}, `opened` path, `moved` {line}, `selected` {file, anchor, head}, `changed` path, `refused` path, `run`,
 * `copied` {action, text, ranges} (action `drag` for text that is dragged away; no ranges out of a proposed change), `pasted` {action, text}, `proposal` (one was shown, has changed, or is over),
 * `proposed` segment (something of it was taken), `ask` (about what is selected), `scrolled`.
 */
export class Editor extends Signal {
  #view;
  #states = new Map();
  #files = new Map();
  #access = new Compartment();
  #locked = false;
  #current = null;
  #host;
  #kind = "coding";
  #proposal = null;

  /** @param {HTMLElement} parent */
  constructor(parent) {
    super();
    this.#host = parent;
    this.#view = new EditorView({ parent });
  }

  /** Takes the files of a task. @param {"coding"|"design"} kind @param {Array<{path: string, title: string, text: string, readonly: boolean}>} files */
  load(kind, files) {
    this.#withdraw();
    this.#kind = kind;
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

  /** What is selected in the file that is open. @returns {{file: string, text: string, first: number, last: number, box: object|null}|null} */
  get selection() {
    if (!this.#current || this.#proposed) return null;
    const { state } = this.#view;
    const { from, to, empty, head } = state.selection.main;
    if (empty) return null;
    const whole = state.sliceDoc(from, to);
    const text = whole.replace(/^\s*\n/, "").trimEnd();
    const lines = (words) => words.split("\n").length - 1;
    const first = state.doc.lineAt(from).number + lines(whole) - lines(whole.replace(/^\s*\n/, ""));
    return text.trim() ? { file: this.#current, text, first, last: first + lines(text), box: this.#view.coordsAtPos(head) } : null;
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
    this.#show();
    this.emit("opened", path);
    this.emit("moved", { line: this.line });
  }

  focus() {
    (this.#proposed ?? this.#view).focus();
  }

  /** The change that is proposed for the file that is open. @returns {Proposal|null} */
  get proposal() {
    return this.#proposed;
  }

  /** Measures again after the page has been laid out anew. */
  measure() {
    this.#view.requestMeasure();
  }

  /** Stops or allows all writing. @param {boolean} locked */
  lock(locked) {
    if (this.#locked === locked) return;
    if (locked) this.#withdraw();
    this.#locked = locked;
    if (this.#current) this.#view.dispatch({ effects: this.#access.reconfigure(this.#rights(this.#files.get(this.#current))) });
  }

  get locked() {
    return this.#locked;
  }

  /**
   * Puts a hunk where its symbol is defined, else on lines of its own, and shows the place.
   * @param {{id: string, file: string|null, symbol: string|null, text: string}} hunk
   * @returns {boolean} false when nothing may be written
   */
  insert(hunk) {
    const place = this.#placed(hunk);
    if (!place) return false;
    this.#withdraw();
    this.#write(place.changes, hunk, { selection: EditorSelection.cursor(place.to), effects: EditorView.scrollIntoView(place.from, { y: "start", yMargin: 60 }) });
    if (!this.#view.state.doc.eq(place.after)) return false;
    this.#flash(place.from, place.to);
    this.#view.focus();
    return true;
  }

  /**
   * Shows what a hunk would change, to be taken or left part by part. What is only a stub is replaced at once.
   * @param {{id: string, file: string|null, symbol: string|null, text: string}} hunk
   * @returns {"inserted"|"proposed"|"same"|null} null when nothing may be written
   */
  propose(hunk) {
    const place = this.#placed(hunk);
    if (!place) return null;
    const { doc } = this.#view.state;
    if (place.after.eq(doc)) return "same";
    if (place.stub) return this.insert(hunk) ? "inserted" : null;
    this.#withdraw();
    const file = this.#files.get(this.#current);
    this.#proposal = new Proposal(
      { path: file.path, title: file.title, segment: hunk, doc, changes: place.changes, look: [this.#language(file), proposalLook(this.#kind === "design")] },
      { take: (changes) => this.#write(changes, hunk), back: () => this.#takeBack() },
    );
    this.#proposal.on("changed", () => this.emit("proposal"));
    this.#proposal.on("copied", (what) => this.emit("copied", { ...what, proposed: true }));
    this.#proposal.on("over", () => this.#settled());
    this.#show();
    this.#proposal.show();
    this.#proposal.focus();
    return "proposed";
  }

  get #proposed() {
    return this.#proposal?.path === this.#current ? this.#proposal : null;
  }

  /** Where a hunk would go, with its file opened. */
  #placed(hunk) {
    if (this.#locked) return null;
    const wanted = this.#files.get(hunk.file);
    const target = wanted && !wanted.readonly ? wanted.path : this.#files.get(this.#current)?.readonly ? this.files.find((file) => !file.readonly)?.path : this.#current;
    if (!target) return null;
    this.open(target);
    const { state } = this.#view;
    const source = state.doc.toString();
    const { from, to, before, after, found } = placeOf(source, hunk, state.selection.main.head, target.endsWith(".py"));
    const text = state.toText(hunk.text.replace(/\s+$/, ""));
    const changes = state.changes({ from, to, insert: state.toText(before).append(text).append(state.toText(after)) });
    const start = from + before.length;
    return { from: start, to: start + text.length, changes, after: changes.apply(state.doc), stub: found ? isStub(source, hunk.symbol) : !source.trim() };
  }

  /** Writes words of the assistant. @returns {boolean} false when they were refused */
  #write(changes, hunk, more = {}) {
    const before = this.#view.state.doc;
    this.#view.dispatch({ changes, ...more, annotations: [Transaction.userEvent.of("insert"), source.of(hunk.id)] });
    return changes.empty || this.#view.state.doc !== before;
  }

  #takeBack() {
    let changes = null;
    undo({ state: this.#view.state, dispatch: (transaction) => ((changes = transaction.changes), this.#view.dispatch(transaction)) });
    return changes;
  }

  /** Puts the proposed change or the file itself on the page. */
  #show() {
    const wanted = this.#proposed?.element ?? this.#view.dom;
    if (this.#host.firstChild !== wanted) {
      this.#host.replaceChildren(wanted);
      this.#view.requestMeasure();
    }
    this.emit("proposal");
  }

  /** Takes a proposal back that was not answered. */
  #withdraw() {
    this.#proposal?.close();
    this.#proposal = null;
    this.#show();
  }

  #settled() {
    const had = this.#host.contains(document.activeElement);
    const { from, taken, segment } = this.#proposal;
    this.#proposal = null;
    if (taken) this.emit("proposed", segment);
    this.#show();
    const at = Math.min(from, this.#view.state.doc.length);
    this.#view.dispatch({ selection: EditorSelection.cursor(at), effects: EditorView.scrollIntoView(at, { y: "start", yMargin: 60 }) });
    if (taken) this.#flash(at, Math.min(this.#view.state.doc.length, at));
    if (had) this.#view.focus();
  }

  /** Goes to a line of a file and shows it. @param {string} path @param {number} line */
  goTo(path, line) {
    this.open(path);
    if (this.#proposed) return this.#proposed.show(line);
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
    return [EditorState.readOnly.of(still), EditorView.editable.of(true), EditorView.contentAttributes.of({ "aria-label": file.title, "aria-readonly": String(still), tabindex: "0", ...(still ? { class: "is-still" } : {}) })];
  }

  #language(file) {
    if (this.#kind === "design" || file.path.endsWith(".md")) return markdown();
    return /\.ya?ml$/.test(file.path) ? yaml() : file.path.endsWith(".py") ? python() : [];
  }

  #extensions(kind, file) {
    const prose = kind === "design";
    const clipboard = EditorView.domEventHandlers({
      copy: () => this.#copied("copy"),
      cut: () => this.#copied("cut"),
      dragstart: () => this.#copied("drag"),
      scroll: () => void this.emit("scrolled"),
      paste: (event) => void this.emit("pasted", { action: "paste", text: event.clipboardData?.getData("text/plain") ?? "" }),
      drop: (event) => void this.emit("pasted", { action: "drop", text: event.dataTransfer?.getData("text/plain") ?? "" }),
    });
    return [
      Prec.highest(
        keymap.of([
          { key: "Mod-Enter", run: () => (this.emit("run"), true) },
          { key: "Alt-Enter", run: () => Boolean(this.selection) && (this.emit("ask"), true) },
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
        if (update.selectionSet && !update.docChanged) {
          const { anchor, head } = update.state.selection.main;
          this.emit("selected", { file: file.path, anchor, head });
        }
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
      this.#language(file),
      prose
        ? [proseLook, placeholder("Write this section in Markdown. A fenced block marked mermaid becomes a diagram below.")]
        : [codeLook, lineNumbers(), highlightActiveLine(), highlightActiveLineGutter(), bracketMatching(), indentOnInput()],
    ];
  }

  /** Tells what CodeMirror puts into the clipboard: all selections, or else the lines with a cursor; of a drag the main selection. */
  #copied(action) {
    const { state } = this.#view;
    const { main, ranges: all } = state.selection;
    let ranges = (action === "drag" ? [main] : all).filter((range) => !range.empty).map(({ from, to }) => [from, to]);
    if (!ranges.length && action !== "drag") ranges = [...new Set(all.map(({ from }) => state.doc.lineAt(from).from))].map((from) => [from, state.doc.lineAt(from).to]);
    const text = ranges.map(([from, to]) => state.sliceDoc(from, to)).join("\n");
    const still = this.#locked || this.#files.get(this.#current).readonly;
    this.emit("copied", { action: action === "cut" && still ? "copy" : action, text, ranges: ranges.length > MOST_RANGES ? null : ranges });
  }
}

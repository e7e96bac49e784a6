/** One task on the desk: brief, editor, results or preview, conversation and last look, wired together. */

import { api } from "./api.js";
import { Asking } from "./asking.js";
import { Brief, words } from "./brief.js";
import { Choice } from "./choice.js";
import { Clipboard, said } from "./clipboard.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { Copying } from "./copying.js";
import { counted, h } from "./dom.js";
import { Editor } from "./editor.js";
import { Fields } from "./fields.js";
import { LastLook } from "./lastlook.js";
import { Ledger } from "./ledger.js";
import { EditorPane } from "./pane.js";
import { Passage } from "./passage.js";
import { Preview } from "./preview.js";
import { LONGEST, difference } from "./recorder.js";
import { Resting } from "./resting.js";
import { Results } from "./results.js";
import { Sees } from "./sees.js";
import { fill } from "../../parts/slots.js";
import { Turns } from "./turns.js";

/** Characters of a quote of one's own lines. */
const LONGEST_QUOTE = 8_000;

function fresh(prefix) {
  return prefix + [...crypto.getRandomValues(new Uint8Array(9))].map((byte) => byte.toString(36).padStart(2, "0")).join("");
}

export class Desk {
  task;
  editor;
  ledger;
  turns;
  conversation;
  lastLook;
  results;
  passage;
  clipboard;
  #fields = new Fields();
  #outbox;
  #clock;
  #exposure;
  #pane;
  #brief;
  #composer;
  #preview = null;
  #inserted;
  #open = [];
  #act;
  #wordTimer = 0;
  #sees;
  #asking;
  #choice;

  /**
   * @param {object} view
   * @param {{outbox: import("./outbox.js").Outbox, clock: import("./clock.js").Clock, exposure: import("./exposure.js").Exposure}} parts
   * @param {{help: () => void, brief: () => void, submit: () => Promise<void>, mayReturn: () => boolean}} act
   */
  constructor(view, { outbox, clock, exposure }, act) {
    this.task = view.task;
    this.#outbox = outbox;
    this.#clock = clock;
    this.#exposure = exposure;
    this.#act = act;
    this.#inserted = new Set(remembered(view.id));
    this.session = view.id;
    this.ledger = new Ledger((kind, fields) => outbox.add(kind, fields));
    this.ledger.load(view.dispositions, view.comments);
    this.turns = new Turns(this.ledger);
    this.clipboard = new Clipboard(
      () => this.turns.list.flatMap(({ reply, segments }) => segments.filter(Boolean).map(({ id, text }) => ({ id, text, reply }))),
      (fields) => outbox.add("clipboard", { task: view.task.name, ...fields }),
    );
    this.#lay(view);
    this.turns.load(view.conversation);
    this.conversation.reset();
    this.turns.on("turn", () => this.#block());
    this.turns.on("added", () => this.#block());
    this.turns.on("back", () => void outbox.flush()); // the answer brings the clock with the time that was given back
    this.#block();
    const first = view.task.files.find((file) => !file.readonly) ?? view.task.files[0];
    if (first) this.editor.open(first.path);
  }

  get design() {
    return this.task.kind === "design";
  }

  /** Stops or allows writing, deciding included only with `all`. @param {boolean} locked @param {boolean} [all] */
  lock(locked, all = false) {
    this.editor.lock(locked);
    this.still = all && locked;
    this.#composer.block(locked || this.turns.streaming);
  }

  /** Ends what runs behind this task. */
  close() {
    this.turns.close();
    this.#open.forEach((stop) => stop());
  }

  /** @param {string} [what] "tests" or a file */
  async run(what = "tests") {
    if (this.design || this.results.running || this.still) return;
    this.results.start(what);
    if (!(await this.#outbox.drain())) return this.results.fail("The server cannot be reached. Your edits are kept on this device; run again once you are back online.");
    try {
      const { run } = await api.run(this.task.name, what);
      for (;;) {
        const result = await this.#patient(() => api.result(run));
        if (result.status !== "running") return this.results.finish(result);
      }
    } catch (refusal) {
      this.results.fail(refusal.message);
    }
  }

  runFile() {
    const path = this.editor.current;
    return this.run(path?.endsWith(".py") ? path : "tests");
  }

  /** @returns {[string, string]} */
  previewTexts() {
    return this.#preview?.texts() ?? ["", ""];
  }

  /** @param {{text: string, origins: import("./fields.js").Origins|null}} message @param {object|null} quote @param {string|null} [again] the prompt that is asked once more */
  async send({ text, origins }, quote, again = null) {
    const turn = this.turns.add({ reply: null, prompt: fresh("p"), text, origins, quote, again, at: this.#clock.working, origin: "answer", status: "sending", reason: null, segments: [] });
    this.conversation.toEnd();
    await this.#post(turn);
  }

  /** Asks for another answer; the earlier one stays, folded. @param {object} turn */
  async another(turn) {
    if (this.turns.streaming || this.still || this.editor.locked) return;
    await this.send(turn, turn.quote ?? null, turn.prompt);
  }

  /** Sends a message once more. @param {object} turn one that failed @param {string} [model] */
  async again(turn, model) {
    if (model) this.#choose(model);
    if (turn.segments.length) return this.another(turn); // what was said before it broke off stays said
    turn.reply = null;
    return this.#post(turn);
  }

  /** Brings the recorded texts up to what stands in the editor, in one change a file. @param {Array<{path: string, text: string}>} files as the server has them */
  reconcile(files) {
    for (const { path, text } of files) {
      const here = this.editor.text(path);
      if (here === null || here === text) continue;
      this.#outbox.addEdit(this.task.name, path, { at: Date.now(), changes: difference(text, here), selection: [0, 0], cause: "reconcile", source: null });
    }
  }

  /** Quotes words in the composer. @param {object} segment @param {string} text */
  ask(segment, text) {
    this.#composer.about({ segment: segment.id, text: text.slice(0, 2000) });
  }

  /** Quotes the lines that are selected in the editor. @returns {boolean} */
  askSelected() {
    const found = this.editor.selection;
    if (!found) return false;
    const title = this.editor.files.find((file) => file.path === found.file)?.title ?? found.file;
    const lines = found.first === found.last ? `line ${found.first}` : `lines ${found.first}–${found.last}`;
    this.#asking.hide();
    this.#composer.about({ segment: null, text: found.text.slice(0, LONGEST_QUOTE), place: `${title}, ${lines}`, file: found.file });
    return true;
  }

  /** What the last look says about the work. @returns {Array<[string, string]>} */
  work() {
    const rows = [];
    const run = this.results?.tested;
    if (!this.design) {
      const passed = run?.tests?.filter((test) => test.outcome === "passed").length ?? 0;
      rows.push(run ? [`Tests, run ${this.results.number(run)}`, run.tests?.length ? `${passed} of ${run.tests.length} pass` : run.status] : ["Tests", "not run"]);
    }
    for (const file of this.editor.files.filter((other) => !other.readonly)) {
      rows.push([file.title, this.design ? counted(words(this.editor.text(file.path)), "word") : counted(this.editor.lines(file.path), "line")]);
    }
    return rows;
  }

  #lay(view) {
    const { task } = view;
    const open = (path) => this.editor.open(path);
    const slots = Object.fromEntries(["brief", "editor", "assistant"].map((name) => [name, h("div.fill")]));
    this.#brief = new Brief(slots.brief, task, { open, toggle: this.#act.brief });
    this.#pane = new EditorPane(slots.editor, task, { open, help: this.#act.help });
    this.editor = new Editor(this.#pane.place);
    this.editor.load(task.kind, task.files);
    const context = {
      ledger: this.ledger,
      families: view.families ?? [],
      exposure: this.#exposure,
      insert: (segment) => this.#insert(segment),
      propose: (segment) => this.#propose(segment),
      copied: (segment, text) => this.clipboard.took("copy", text, said(segment)),
      inserted: (segment) => this.#stands(segment),
      still: () => this.still === true,
      again: (turn, model) => this.again(turn, model),
      another: (turn) => this.another(turn),
      reword: (turn) => this.#composer.reword(turn, turn.quote ?? null),
      models: view.models ?? [],
      live: view.model !== "authored",
      stop: (turn) => api.stop(turn.reply).catch(() => {}),
    };
    this.conversation = new Conversation(slots.assistant, this.turns, context);
    this.#sees = new Sees(() => this.#given(view));
    this.#choice = new Choice(view.models ?? [], view.id, task.name);
    this.#composer = new Composer(this.conversation.element, (message, quote) => this.send(message, quote), {
      fields: this.#fields,
      choice: this.#choice,
      choose: (model) => this.#choose(model),
      sees: this.#sees.element,
      told: () => this.#sees.draw(),
    });
    this.#asking = new Asking(this.editor, this.#pane.place, () => this.askSelected());
    this.#open.push(() => this.#asking.close());
    this.passage = new Passage((segment, text) => this.ask(segment, text));
    this.lastLook = new LastLook(this.turns, context, () => ({ task, work: this.work(), back: this.#act.mayReturn() }), { submit: this.#act.submit, acceptRest: () => this.ledger.acceptRest(task.name) });
    this.results = new Results((file, line) => this.editor.files.some((known) => known.path === file) && this.editor.goTo(file, line));
    fill("ws-brief", slots.brief);
    fill("ws-editor", slots.editor);
    fill("ws-as", slots.assistant);
    this.results.mount();
    if (this.design) this.#preview = new Preview(() => ({ section: this.editor.text(this.editor.current) ?? "", cursor: this.editor.cursor, whole: () => this.#whole() }));
    else this.results.load(view.runs ?? [], view.sandbox, (at) => this.#clock.working - at);
    this.#listen();
  }

  #listen() {
    const { editor } = this;
    const resting = new Resting((place) => this.#outbox.add("selection", { task: this.task.name, ...place }));
    this.#open.push(() => resting.close());
    editor.on("selected", ({ file, anchor, head }) => resting.moved(file, anchor, head));
    editor.on("edit", ({ file, transaction }) => {
      resting.edited(file, transaction.selection);
      this.#outbox.addEdit(this.task.name, file, transaction);
    });
    editor.on("opened", (path) => {
      this.#pane.opened(path);
      this.#brief.opened(path);
      this.#outbox.add("navigated", { to: path });
      this.#where();
      this.#preview?.soon();
      this.#sees.draw();
    });
    editor.on("ask", () => this.askSelected());
    editor.on("moved", () => this.#where());
    editor.on("changed", (path) => this.#changed(path));
    editor.on("proposal", () => this.#pane.propose(editor.proposal));
    editor.on("proposed", (segment) => this.#took(segment));
    editor.on("run", () => (this.design ? this.#preview?.now() : this.run()));
    editor.on("refused", ({ path, pasted }) => {
      const name = editor.files.find((file) => file.path === path)?.title ?? path;
      const size = `${LONGEST / 1000} kB`;
      this.#pane.say(pasted ? `That would take ${name} over ${size}, so it was not pasted; your text is as it was.` : `${name} has reached ${size}, the most a file may hold; your text is as it was.`);
    });
    const copying = new Copying(this.clipboard, this.#fields, editor);
    this.#open.push(() => copying.close());
  }

  #changed(path) {
    this.#preview?.soon();
    if (!this.design) return;
    clearTimeout(this.#wordTimer);
    this.#wordTimer = setTimeout(() => {
      this.#brief.count(path, this.editor.text(path));
      this.#where();
    }, 250);
  }

  #where() {
    if (!this.design) return this.#pane.where(`Ln ${this.editor.line}`);
    clearTimeout(this.whereTimer);
    this.whereTimer = setTimeout(() => {
      const sum = this.editor.files.reduce((total, file) => total + words(this.editor.text(file.path)), 0);
      this.#pane.where(counted(sum, "word"));
    }, 200);
    this.#preview?.soon();
    return null;
  }

  #whole() {
    return this.editor.files.map((file) => {
      const text = this.editor.text(file.path);
      return /^\s*#/.test(text) ? text : `## ${file.title}\n\n${text}`;
    }).join("\n\n");
  }

  #insert(segment) {
    if (!this.editor.insert(segment)) return this.#pane.say("Nothing can be changed any more in this task.");
    return this.#took(segment);
  }

  #propose(segment) {
    const how = this.editor.propose(segment);
    if (!how) return this.#pane.say("Nothing can be changed any more in this task.");
    if (how === "same") return this.#pane.say("This code stands there already, word for word.", null, 4000);
    return how === "inserted" ? this.#took(segment) : null;
  }

  #took(segment) {
    if (this.#inserted.has(segment.id)) return;
    this.#inserted.add(segment.id);
    remember(this.session, [...this.#inserted]);
  }

  #stands(segment) {
    const text = segment.text.trim();
    if (this.editor.files.some((file) => !file.readonly && this.editor.text(file.path).includes(text))) return "inserted as it is";
    return this.#inserted.has(segment.id) ? "inserted and changed since" : null;
  }

  async #post(turn) {
    Object.assign(turn, { status: "sending", reason: null, moved: null, doing: null, spent: false, model: this.#choice.model, since: performance.now() });
    this.turns.emit("turn", turn);
    try {
      await this.#outbox.drain(3000);
      const quote = turn.quote ? { segment: turn.quote.segment, text: turn.quote.text } : null;
      const { reply } = await api.prompt({ task: this.task.name, prompt: turn.prompt, text: turn.text, origins: turn.origins ?? null, file: turn.quote?.file ?? this.editor.current, quote, model: this.#choice.model, again: turn.again ?? null });
      turn.reply = reply;
      this.turns.follow(turn);
    } catch (refusal) {
      turn.status = "failed";
      turn.reason = refusal.passing ? null : refusal.message;
    }
    this.turns.emit("turn", turn);
  }

  #block() {
    this.#composer.block(this.turns.streaming || this.editor.locked);
    this.#sees.draw();
  }

  /** Which model is asked from now on, in this task. */
  #choose(model) {
    this.#choice.choose(model);
    this.#composer.chose(model);
    this.#sees.draw();
  }

  /** What goes to the assistant with the next message. */
  #given(view) {
    const hidden = new Set(this.task.tests ?? []);
    const { files, current } = this.editor;
    const run = this.results?.tested;
    const passed = run?.tests?.filter((test) => test.outcome === "passed").length ?? 0;
    const quote = this.#composer?.quote ?? null;
    return {
      live: view.model !== "authored",
      model: this.#choice.model ?? view.model,
      design: this.design,
      files: files.filter((file) => !hidden.has(file.path)).map((file) => ({ title: file.title, lines: this.editor.lines(file.path), length: this.editor.text(file.path).length, open: file.path === current })),
      kept: files.filter((file) => hidden.has(file.path)).map((file) => file.title),
      run: run ? (run.tests?.length ? `${passed} of ${run.tests.length} tests pass` : `the last run: ${run.status}`) : null,
      quote: quote && (quote.place ?? "a statement of the assistant"),
      turns: this.turns.list.length,
    };
  }

  async #patient(ask) {
    for (let tries = 0; ; tries++) {
      try {
        return await ask();
      } catch (refusal) {
        if (!refusal.passing || tries > 20) throw refusal;
        await new Promise((resolve) => setTimeout(resolve, 1500));
      }
    }
  }
}

function remembered(session) {
  try {
    return JSON.parse(localStorage.getItem(`harness.inserted.${session}`) ?? "[]");
  } catch {
    return [];
  }
}

function remember(session, ids) {
  try {
    localStorage.setItem(`harness.inserted.${session}`, JSON.stringify(ids));
  } catch {
    // The last look then says less about where a hunk went.
  }
}

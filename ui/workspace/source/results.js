/** Results of running: the list of tests with details, the output, and earlier runs. */

import { counted, h, icon } from "./dom.js";
import { fill } from "../../parts/slots.js";

const DONE = { passed: "passed", failed: "failed", timeout: "stopped", memory: "stopped", output: "stopped", refused: "refused", error: "error" };

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

function took(ms) {
  return ms < 1000 ? `${Math.round(ms)} ms` : seconds(ms);
}

function firstToLookAt(run) {
  return (run?.tests?.find((test) => test.outcome === "failed" || test.outcome === "error") ?? run?.tests?.[0])?.name ?? null;
}

function spinner() {
  return h("span.spin", { "aria-hidden": "true" });
}

export class Results {
  #tests = h("div.rsb", { data: { own: "" } });
  #output = h("pre.trace.scroll", { tabindex: 0, "aria-label": "Output", data: { own: "" } });
  #runs = h("div.runs.scroll", { tabindex: 0, "aria-label": "Runs" });
  #meta = h("span.q.xs.num");
  #live = h("span.vh", { role: "status" });
  #history = [];
  #running = null;
  #picked = null;
  #shown = null;
  #message = null;
  #goTo;

  /** @param {(file: string, line: number) => void} goTo */
  constructor(goTo) {
    this.#goTo = goTo;
    setInterval(() => this.#age(), 1000);
  }

  /** Puts the parts into Gradio's tabs. */
  mount() {
    fill("ws-tests", this.#tests);
    fill("ws-output", this.#output);
    fill("ws-runs", this.#runs);
    fill("ws-run-meta", h("span", {}, this.#meta, this.#live));
  }

  /** @param {object[]} runs newest last @param {{tier: string, message: string|null}} sandbox @param {(at: number) => number} since */
  load(runs, sandbox, since) {
    this.#history = [...runs];
    this.#message = sandbox?.message ?? null;
    this.since = since;
    this.#running = null;
    this.#shown = null;
    this.#picked = firstToLookAt(this.last);
    this.draw();
  }

  get last() {
    return this.#history.at(-1) ?? null;
  }

  /** The newest run of the tests, whatever else was run since. */
  get tested() {
    return this.#history.findLast((run) => run.what === "tests") ?? null;
  }

  /** @param {object} run @returns {number} its place among all runs, from 1 */
  number(run) {
    return this.#history.indexOf(run) + 1;
  }

  get running() {
    return Boolean(this.#running);
  }

  /** A run has started. @param {string} what */
  start(what) {
    this.#running = { what, at: Date.now() };
    this.#shown = null;
    this.draw();
    this.#live.textContent = "Running.";
  }

  /** @param {object} result */
  finish(result) {
    this.#running = null;
    const known = this.#history.findIndex((run) => run.run === result.run);
    if (known >= 0) this.#history[known] = result;
    else this.#history.push({ ...result, came: Date.now() });
    this.#picked = firstToLookAt(result);
    this.draw();
    this.#live.textContent = this.#summary(result);
  }

  /** The run did not even start. @param {string} message */
  fail(message) {
    this.#running = null;
    this.#history.push({ run: null, what: "tests", status: "error", tests: [], output: message, ms: 0, came: Date.now(), local: true });
    this.draw();
  }

  draw() {
    const run = this.#shown ?? this.last;
    this.#drawTests(run);
    this.#drawOutput(run);
    this.#drawRuns();
    const tests = run?.tests ?? [];
    const passed = tests.filter((test) => test.outcome === "passed").length;
    this.#label(0, tests.length && !this.#running ? `${passed} of ${tests.length}` : "");
    this.#label(2, this.#history.length ? String(this.#history.length) : "");
    this.#age();
  }

  #label(index, text) {
    for (const row of document.querySelectorAll(".rs.coding .tab-container")) {
      const tab = row.querySelectorAll("button")[index];
      if (!tab) continue;
      if (text) tab.dataset.count = text;
      else delete tab.dataset.count;
    }
  }

  #age() {
    const run = this.last;
    if (this.#running) this.#meta.textContent = `${seconds(Date.now() - this.#running.at)}`;
    else if (!run || run.local) this.#meta.textContent = "";
    else {
      const ago = run.came ? Date.now() - run.came : this.since ? this.since(run.at) : null;
      const when = ago === null ? "" : ago < 60000 ? `${Math.max(1, Math.round(ago / 1000))} s ago, ` : `${Math.round(ago / 60000)} min ago, `;
      this.#meta.textContent = `${when}took ${took(run.ms)}`;
    }
    const clock = this.#tests.querySelector("[data-running]");
    if (clock && this.#running) clock.textContent = seconds(Date.now() - this.#running.at);
  }

  #drawTests(run) {
    if (this.#running) return this.#tests.replaceChildren(h("p.ln.one", {}, spinner(), this.#running.what === "tests" ? "Running the tests" : `Running ${this.#running.what}`, h("span.q.num", { data: { running: "" } }), h("span.q", {}, "Edits made meanwhile do not count for this run.")));
    if (!run && this.#message) return this.#tests.replaceChildren(h("p.ln.one.wrap", {}, h("span.wn", {}, icon("warn")), this.#message));
    if (!run) return this.#tests.replaceChildren(h("p.q.one", {}, "Run the tests to see what passes."));
    const note = this.#note(run);
    if (!run.tests?.length) {
      const plain = !note && run.status === "passed" ? h("p.ln.one", {}, h("span.ok", {}, icon("check", true)), run.what === "tests" ? "Passed." : `${run.what} ran to its end.`) : null;
      const tail = run.output ? h("pre.trace.scroll.wide", { tabindex: 0 }, run.output) : null;
      return this.#tests.replaceChildren(h("div.stack", {}, note ?? plain ?? h("p.ln.one", {}, h("span.no", {}, icon("x", true)), "The tests could not run."), tail));
    }
    const list = h("ul.tl.scroll", { role: "listbox", "aria-label": "Tests", tabindex: 0 });
    for (const test of run.tests) {
      const good = test.outcome === "passed";
      const mark = good ? "check" : test.outcome === "skipped" ? "skip" : "x";
      const item = h(
        `li${test.name === this.#picked ? ".on" : ""}`,
        { role: "option", "aria-selected": test.name === this.#picked, onclick: () => this.#pick(test.name) },
        h(`span.${good ? "ok" : test.outcome === "skipped" ? "q" : "no"}`, {}, icon(mark, true)),
        h("span.mono.grow", { title: test.name }, h("span.vh", {}, `${test.outcome}: `), this.#short(test.name)),
        h("span.q.num.xs", {}, took(test.ms)),
      );
      list.append(item);
    }
    list.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const names = run.tests.map((test) => test.name);
      this.#pick(names[Math.max(0, Math.min(names.length - 1, names.indexOf(this.#picked) + step))]);
      this.#tests.querySelector(".tl")?.focus();
    });
    const picked = run.tests.find((test) => test.name === this.#picked) ?? run.tests[0];
    const detail = h("pre.trace.scroll", { tabindex: 0, "aria-label": `Details of ${picked.name}` }, h("b", {}, this.#short(picked.name)), "\n", this.#trace(picked));
    this.#tests.replaceChildren(...[note, list, detail].filter(Boolean));
    this.#tests.classList.toggle("has-note", Boolean(note));
    list.querySelector(".on")?.scrollIntoView?.({ block: "nearest" });
  }

  #short(name) {
    return name.replace(/^.*::/, "").replace(/^test_/, "");
  }

  #trace(test) {
    if (!test.message) return [h("span.q", {}, test.outcome === "passed" ? "Passed." : `${test.outcome}.`)];
    return test.message.split("\n").flatMap((line, index) => {
      const parts = [index ? "\n" : ""];
      const place = line.match(/^(\s*)([\w./-]+\.py):(\d+)(.*)$/);
      if (place) parts.push(place[1], h("button.at-line", { type: "button", onclick: () => this.#goTo(place[2].split("/").at(-1), Number(place[3])) }, `${place[2]}:${place[3]}`), place[4]);
      else if (/^E\s|^\w*(Error|Exception)\b/.test(line)) parts.push(h("span.bad", {}, line));
      else parts.push(line);
      return parts;
    });
  }

  #note(run) {
    const last = run.tests?.at(-1)?.name;
    const say = {
      timeout: ["x", "bad", `Stopped after ${seconds(run.ms)}${last ? " in " : "."}`, last, last ? ". Is there an endless loop?" : " Is there an endless loop?"],
      memory: ["x", "bad", "Stopped: it needed more memory than a run may have.", null, ""],
      output: ["x", "bad", "Stopped: it printed more than a run may print. The output until then is kept.", null, ""],
      refused: ["warn", "wn", run.output || this.#message || "Nothing was run: this machine has no safe place to run code.", null, ""],
      error: ["warn", "wn", run.local ? run.output : "The run did not work. Nothing is wrong with your code for this reason; run again.", null, ""],
    }[run.status];
    if (!say) return null;
    return h("p.ln.one.wrap", {}, h(`span.${say[1]}`, {}, icon(say[0])), h("span", {}, say[2], say[3] ? h("span.mono", {}, this.#short(say[3])) : null, say[4]));
  }

  #pick(name) {
    this.#picked = name;
    this.#drawTests(this.#shown ?? this.last);
  }

  #drawOutput(run) {
    if (this.#running) this.#output.replaceChildren(h("span.q", {}, "Running"));
    else if (!run) this.#output.replaceChildren(h("span.q", {}, "Nothing has been run yet."));
    else this.#output.replaceChildren(run.output || h("span.q", {}, "Nothing was printed."));
  }

  #drawRuns() {
    if (!this.#history.length) return this.#runs.replaceChildren(h("p.q.one", {}, "Nothing has been run yet."));
    const rows = this.#history
      .map((run, index) => ({ run, number: index + 1 }))
      .reverse()
      .map(({ run, number }) => {
        const passed = run.tests?.filter((test) => test.outcome === "passed").length ?? 0;
        const good = run.status === "passed";
        const said = run.tests?.length ? `${passed} of ${counted(run.tests.length, "test")} pass` : DONE[run.status];
        const open = () => {
          this.#shown = run === this.last ? null : run;
          this.#picked = firstToLookAt(run);
          this.draw();
          document.querySelector(".rs.coding .tab-container [role=tab]")?.click();
        };
        return h("button.run-row", { type: "button", onclick: open }, h("span.num.q", {}, String(number)), h(`span.${good ? "ok" : "no"}`, {}, icon(good ? "check" : "x", true)), h("span.grow", {}, said), h("span.q", {}, run.what === "tests" ? "" : run.what), h("span.q.num", {}, took(run.ms)));
      });
    return this.#runs.replaceChildren(...rows);
  }

  #summary(run) {
    const passed = run.tests?.filter((test) => test.outcome === "passed").length ?? 0;
    return run.tests?.length ? `${passed} of ${run.tests.length} tests pass.` : `The run has ${DONE[run.status] ?? "ended"}.`;
  }
}

/** The candidate's workspace: loads the session, holds the lease, and moves between start, work, last look and the end. */

import { api } from "./api.js";
import { Bar } from "./bar.js";
import { Buffer } from "./buffer.js";
import { Clock } from "./clock.js";
import { Desk } from "./desk.js";
import { counted, h } from "./dom.js";
import { Exposure } from "./exposure.js";
import { keyboard } from "./keyboard.js";
import { Lease } from "./lease.js";
import { Outbox } from "./outbox.js";
import { Panes } from "./panes.js";
import { plainPage, startPage, submittedPage, waitingPage } from "./screens.js";
import { fill, framed } from "../../parts/slots.js";
import { Surroundings } from "./surroundings.js";

const SLOTS = ["ws-bar", "ws-screen", "ws-brief", "ws-editor", "ws-as"];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Workspace {
  view = null;
  desk = null;
  saving = { state: "saved", edits: 0 };
  #screen = "";
  #outbox = null;
  #lease = null;
  #exposure = null;
  #bar = new Bar((shown) => this.#note("clock_display", { state: shown ? "shown" : "hidden" }));
  #around = new Surroundings((kind, fields) => this.#note(kind, fields));
  #clock = new Clock();
  #panes;
  #keys;
  #stage = h("div.fill.stage");
  #lost = false;
  #moving = false;
  #misfit = false;
  #paused = null;

  async start() {
    await framed(SLOTS);
    this.#panes = new Panes();
    fill("ws-bar", h("div.fill.bar-host", {}, this.#bar.element, this.#panes.tabs));
    fill("ws-screen", this.#stage);
    const late = setTimeout(() => this.#page("waiting", waitingPage("Loading your session")), 300);
    this.#keys = keyboard({
      active: () => this.#screen === "work" || this.#screen === "ledger",
      pane: (step) => this.#panes.cycle(step),
      brief: () => this.#panes.toggleBrief(),
      list: () => (this.#screen === "ledger" ? this.desk.lastLook : this.desk.conversation),
      passage: () => this.desk.passage,
      ask: (segment, text) => this.#screen === "work" && this.desk.ask(segment, text),
      host: () => this.#stage.closest(".gradio-container") ?? document.body,
    });
    this.#listen();
    const view = await this.#fetch();
    clearTimeout(late);
    if (view) await this.#enter(view);
  }

  get screen() {
    return this.#screen;
  }

  get outbox() {
    return this.#outbox;
  }

  get writer() {
    return this.#lease?.writer ?? null;
  }

  /** @returns {Promise<boolean>} whether the server has everything */
  drain() {
    return this.#outbox ? this.#outbox.drain() : Promise.resolve(true);
  }

  async #fetch() {
    for (;;) {
      try {
        return await api.session();
      } catch (refusal) {
        if (!refusal.passing) {
          const erased = refusal.code === "erased";
          this.#page("plain", erased ? plainPage("This session is no longer here", refusal.message) : plainPage("This page needs your invitation", `${refusal.message} Open the link in your invitation again, in this browser.`));
          return null;
        }
        const broken = refusal.code === "task";
        this.#page(broken ? "plain" : "waiting", broken ? plainPage("This task cannot be opened just now", refusal.message) : waitingPage("The server cannot be reached. Trying again"));
        await pause(2000);
      }
    }
  }

  async #enter(view) {
    if (view.phase === "work" || view.phase === "ledger") {
      if (!(await this.#lead(view, false))) return;
      view = this.view;
    }
    await this.#show(view);
  }

  /** Becomes the writer, then sends what an earlier page left on this device, and only then takes the document. */
  async #lead(view, take) {
    this.#lease ??= new Lease(view.id, () => this.#taken(), (writer) => this.#note("second_tab", { state: "closed", writer }));
    this.#exposure ??= new Exposure((segment, where) => this.#outbox?.add("exposure", { segment, where }) ?? false, view.id);
    let granted;
    try {
      granted = await this.#lease.ask(take, view.lease?.writer ?? null);
    } catch (refusal) {
      if (refusal.code === "leased") this.#watch(view);
      else this.#page("plain", plainPage("Something is in the way", refusal.message, this.#again()));
      return false;
    }
    this.#lost = false;
    const buffer = new Buffer(view.id);
    await buffer.open();
    const rows = await buffer.all();
    this.#around.resume(rows.map((row) => row.event)); // what was sent while the earlier page went counts too
    const kept = rows.filter((row) => row.n > granted.acknowledged);
    const ours = kept.every((row) => this.#lease.ours(row.writer, view.lease?.writer ?? null));
    this.#outbox?.stop();
    this.#outbox = new Outbox(buffer, this.#lease.writer, granted.acknowledged);
    this.#outbox.on("saving", (saving) => this.#saved(saving));
    this.#outbox.on("leased", () => this.#taken());
    this.#outbox.on("acknowledged", (answer) => this.#heard(answer));
    this.#outbox.on("refused", (refusal) => this.#refused(refusal));
    this.#outbox.on("lost", () => this.#around.lost());
    if (kept.length && ours) {
      this.#outbox.restore(kept.map((row) => row.event));
      const edits = this.#outbox.edits;
      const slow = setTimeout(() => this.#page("waiting", waitingPage(`Bringing back ${edits ? counted(edits, "edit") : "your work"} from this device`)), 300);
      this.#misfit = false;
      while (!(await this.#outbox.drain()) && this.#outbox.pending && !this.#lost && !this.#misfit) await pause(500);
      clearTimeout(slow);
    } else if (kept.length) buffer.clear(); // another window has written since: these rest on an older text
    this.view = await this.#fetch();
    if (this.view && this.#misfit) this.#outbox.restart(this.view.acknowledged);
    this.#misfit = false;
    return Boolean(this.view) && !this.#lost;
  }

  async #show(view) {
    this.view = view;
    this.#clock.set(view.clock);
    this.#bar.show(view);
    if (view.phase === "work" || view.phase === "ledger") {
      if (!this.#outbox && !(await this.#lead(view, false))) return;
      if (this.desk?.task.name !== view.task.name || this.desk.stale) this.#lay(this.view ?? view);
      else this.desk.turns.merge(view.conversation);
      if (view.phase === "ledger") this.#look();
      else this.#work();
      this.#cover(view.clock.paused ?? null);
      return;
    }
    const counts = this.desk ? { decided: this.desk.ledger.total - this.desk.ledger.undecided.length, total: this.desk.ledger.total } : null;
    this.#clear();
    this.#clock.reset();
    this.#bar.noClock();
    this.#bar.way(null);
    if (view.phase === "submitted") {
      this.#page("plain", submittedPage(view, counts));
      const last = await this.#handLate(view);
      if (last.late) this.#page("plain", submittedPage(last, counts));
    } else this.#page("start", startPage(view, () => this.#begin()));
  }

  /** Sends what was done without a network until the session was over: it is kept as late. @returns {Promise<object>} the view then */
  async #handLate(view) {
    let outbox = this.#outbox;
    if (!outbox) {
      const buffer = new Buffer(view.id);
      await buffer.open();
      const rows = (await buffer.all()).filter((row) => row.n > view.acknowledged && row.writer === view.lease?.writer);
      if (!rows.length) return view;
      outbox = new Outbox(buffer, view.lease.writer, view.acknowledged);
      outbox.restore(rows.map((row) => row.event));
    }
    const sent = outbox.pending > 0 && (await outbox.drain());
    outbox.stop();
    return sent ? api.session().catch(() => view) : view;
  }

  async #begin() {
    const view = await api.open();
    this.#lost = false;
    if (!this.#outbox) return this.#enter(view);
    return this.#show(view);
  }

  #lay(view) {
    this.#clear();
    this.desk = new Desk(view, { outbox: this.#outbox, clock: this.#clock, exposure: this.#exposure }, {
      help: () => this.#keys.help(),
      brief: () => this.#panes.toggleBrief(),
      submit: () => this.#submit(),
      mayReturn: () => this.#mayReturn(),
    });
    this.#panes.show(view.task.kind);
  }

  #clear() {
    this.desk?.close();
    this.desk = null;
  }

  #work() {
    this.#page("work");
    this.#clock.show("work");
    this.#bar.way("Review and submit", () => this.#openLedger());
    const over = this.#clock.workLeft !== null && this.#clock.workLeft <= 0;
    this.desk.lock(this.#lost || Boolean(this.#paused) || over, this.#lost || Boolean(this.#paused));
    this.desk.editor.measure();
    this.desk.conversation.toEnd();
    requestAnimationFrame(() => this.desk?.editor.focus());
  }

  #look() {
    this.#page("ledger", this.desk.lastLook.element);
    const back = this.#mayReturn();
    this.#clock.show(back ? "work" : "ledger");
    this.#bar.way(back ? "Back to work" : null, () => this.#back());
    if (!back) this.desk.editor.lock(true);
    this.desk.lastLook.draw();
    this.desk.lastLook.scroller.focus?.();
  }

  #mayReturn() {
    const left = this.#clock.workLeft;
    return !this.#lost && (left === null || left > 0);
  }

  async #openLedger() {
    if (this.#moving) return;
    this.#moving = true;
    this.#bar.way("Review and submit", null, true);
    try {
      if (!(await this.drain())) throw new Error("The server cannot be reached. Your work is kept on this device; try again once you are back online.");
      const view = await api.ledger(this.desk.task.name);
      this.#outbox.add("navigated", { to: "ledger" });
      await this.#show(view.phase === "work" ? { ...view, phase: "ledger" } : view);
    } catch (refusal) {
      this.#bar.way("Review and submit", () => this.#openLedger());
      this.#bar.saving({ state: "refused", message: refusal.message });
    } finally {
      this.#moving = false;
    }
  }

  #back() {
    this.#outbox.add("ledger_closed", { task: this.desk.task.name });
    this.#outbox.add("navigated", { to: "work" });
    void this.#outbox.flush();
    this.view.phase = "work";
    this.#work();
  }

  async #submit() {
    if (!(await this.drain())) throw new Error("The server cannot be reached. Your work is kept on this device; submit again once you are back online.");
    this.#moving = true;
    try {
      await this.#show(await api.submit(this.desk.task.name));
    } finally {
      this.#moving = false;
    }
  }

  /** The time to work is over: the last look opens by itself. At its end the server submits. */
  async #ended(mode) {
    if (!this.desk || this.#lost) return;
    this.desk.lock(true);
    if (mode === "work" && this.#screen === "ledger") return this.#look();
    if (mode === "ledger") await this.#outbox.drain(5000);
    for (let wait = 400; this.desk && !this.#lost; wait = Math.min(wait * 1.6, 5000)) {
      try {
        if (mode === "work") {
          await this.#outbox.drain(5000);
          const view = await api.ledger(this.desk.task.name);
          return await this.#show(view.phase === "work" ? { ...view, phase: "ledger" } : view);
        }
        const view = await api.session();
        if (view.phase !== "ledger" && view.phase !== "work") return await this.#show(view);
      } catch (refusal) {
        if (!refusal.passing && refusal.code !== "early") {
          const view = await api.session().catch(() => null);
          if (view && view.phase !== "work") return await this.#show(view);
        }
      }
      await pause(wait);
    }
    return null;
  }

  #heard(answer) {
    this.#around.found();
    this.#clock.set(answer.clock);
    this.#cover(answer.clock?.paused ?? null);
    if (!this.desk || this.#moving) return;
    const over = answer.phase === "submitted" || answer.phase === "between" || answer.phase === "ready";
    if (over) {
      this.#moving = true;
      void api.session().then((view) => this.#show(view)).catch(() => {}).finally(() => (this.#moving = false));
    } else if (answer.replies?.some((reply) => !this.desk.turns.knows(reply)) && !this.desk.turns.list.some((turn) => turn.status === "sending")) {
      void api.session().then((view) => view.task?.name === this.desk?.task.name && this.desk.turns.merge(view.conversation)).catch(() => {});
    }
  }

  #refused(refusal) {
    this.#misfit = true;
    if (this.#moving || !this.desk) return;
    void api.session().then((view) => {
      this.#clock.set(view.clock);
      if (refusal.code === "misfit" && view.task?.name === this.desk?.task.name) {
        this.#misfit = false;
        this.#outbox.restart(view.acknowledged);
        return this.desk.reconcile(view.task.files);
      }
      const over = view.phase !== "work" && view.phase !== "ledger";
      if (over || view.task?.name !== this.desk?.task.name) {
        this.#outbox.forget();
        return this.#show(view);
      }
      if (view.phase === "ledger" && this.#screen === "work" && !this.#mayReturn()) return this.#show(view);
      return console.error("The server refused an event:", refusal.message);
    }).catch(() => {});
  }

  /** Adds what the window noticed, while there is a task and this window writes; the way to the server matters before that too. */
  #note(kind, fields) {
    if ((this.desk || kind === "network") && !this.#lost) this.#outbox?.add(kind, fields);
    void this.#outbox?.flush();
  }

  #saved(saving) {
    this.saving = saving;
    if (!this.#lost) this.#bar.saving(saving);
  }

  #cover(reason) {
    if (reason === this.#paused) return;
    this.#paused = reason;
    document.documentElement.toggleAttribute("data-paused", Boolean(reason));
    document.querySelector(".cover")?.remove();
    if (reason) this.desk?.lock(true, true);
    else if (this.#screen === "ledger") this.#look();
    else if (this.#screen === "work") this.#work();
    if (reason) this.#stage.closest(".gradio-container")?.append(h("div.cover", { role: "status" }, h("div.sheet-in", {}, h("h2", {}, "Paused"), h("p.meta.q2", {}, `${reason.replace(/\.?$/, ".")} The clock stands; all you have written is kept.`))));
  }

  /** Another window writes now: this one becomes read-only and says so. */
  #taken() {
    if (this.#lost) return;
    this.#lost = true;
    this.#outbox?.stop();
    if (!this.desk) return void this.#latest();
    this.desk.stale = true;
    this.#still();
  }

  /** Another window writes: the session as it stands now, to read. */
  #watch(view) {
    this.#lost = true;
    this.#outbox?.stop();
    this.#outbox = new Outbox(new Buffer(view.id), this.#lease.writer, view.acknowledged);
    this.#outbox.stop();
    this.view = view;
    this.#clock.set(view.clock);
    this.#bar.show(view);
    this.#lay(view);
    if (view.phase === "ledger") this.#look();
    else this.#work();
    this.#still();
  }

  /** Shows that this window only reads, and since when. */
  #still() {
    this.#bar.saving({ state: "still" });
    this.desk.lock(true, true);
    this.#bar.way(null);
    document.documentElement.toggleAttribute("data-lost", true);
    const at = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    this.#strip.firstChild.textContent = `This session is open in another window. Here you can only read it, as it stood at ${at}.`;
    if (!this.#strip.isConnected) (this.#stage.closest(".gradio-container") ?? document.body).append(this.#strip);
  }

  /** Looks again at what the other window has made of it. */
  async #latest() {
    const view = await this.#fetch();
    if (!view || !this.#lost) return;
    if (view.phase === "work" || view.phase === "ledger") return void this.#watch(view);
    this.#regain();
    await this.#show(view);
  }

  #strip = h(
    "div.strip",
    { role: "alert" },
    h("span"),
    h("button.btn.s", { type: "button", onclick: () => this.#latest() }, "Show the latest"),
    h("button.btn.s", { type: "button", onclick: () => this.#retake() }, "Continue here"),
  );

  async #retake() {
    const view = await this.#fetch();
    if (!view) return;
    if (view.phase === "work" || view.phase === "ledger") {
      if (!(await this.#lead(view, true))) return;
    }
    this.#regain();
    this.#clear();
    this.#saved({ state: "saved", edits: 0 });
    await this.#show(this.view ?? view);
  }

  #regain() {
    this.#lost = false;
    document.documentElement.removeAttribute("data-lost");
    this.#strip.remove();
  }

  #again() {
    return h("button.btn", { type: "button", onclick: () => location.reload() }, "Try again");
  }

  #page(name, element = null) {
    this.#screen = name;
    document.documentElement.dataset.screen = name;
    this.#stage.replaceChildren(...(element ? [element] : []));
  }

  #listen() {
    const clock = this.#clock;
    clock.on("tick", (tick) => this.desk && this.#bar.tick(tick));
    clock.on("warned", (mark) => {
      if (!this.desk) return;
      this.#bar.warned(mark);
      this.#note("clock_display", { state: "warned", minutes: mark });
    });
    clock.on("ended", (mode) => void this.#ended(mode));
    window.addEventListener("pagehide", () => {
      void this.#outbox?.flush({ keepalive: true });
      this.#lease?.release();
    });
  }
}

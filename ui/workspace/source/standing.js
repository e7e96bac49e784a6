/** How a reply stands, in the lines around it: under way, failed, stopped, answered by somebody else. */

import { h, icon } from "./dom.js";

/** Seconds after which a wait is told in seconds. */
const LONG = 3;
/** Seconds after which somebody who waits is told that the time is not lost. */
const LOST = 10;
/** As many other models get a button of their own at a reply that failed. */
const OTHERS = 2;
/** Reasons that the candidate's own words can help, and those that only somebody else can. */
const REWORD = /\bin (other|fewer) words\b/;
const LASTING = /\bpeople who invited you\b/;

/**
 * @typedef {object} Context
 * @property {(turn: object, model?: string) => void} again asks what failed once more
 * @property {(turn: object) => void} another asks for another answer
 * @property {(turn: object) => void} reword puts a message back to be changed
 * @property {(turn: object) => void} stop
 * @property {string[]} models that are offered
 * @property {boolean} live whether a language model answers
 * @property {() => boolean} still true when nothing may be asked any more
 */

/** @param {string} model @returns {string} its name for people */
export function named(model) {
  return model === "authored" ? "the built-in assistant" : model;
}

/** The end of a turn that is not simply complete. @param {object} turn @param {boolean} coming words are on the way @param {Context} context @returns {HTMLElement|null} */
export function tail(turn, coming, context) {
  if (turn.status === "streaming" || turn.status === "sending") return underWay(turn, coming, context);
  if (turn.status === "failed") return failed(turn, context);
  return null;
}

function underWay(turn, coming, context) {
  const stop = turn.reply ? h("button.btn.bare.s", { type: "button", onclick: () => context.stop(turn) }, "Stop") : h("span");
  if (coming) return h("div.st.tail.is-coming", {}, h("div.st-t.q"), stop);
  const elapsed = h("span.elapsed.num", { "aria-hidden": "true" });
  elapsed.tell = () => {
    const seconds = Math.floor((performance.now() - turn.since) / 1000);
    const waits = turn.since !== undefined && seconds >= LONG;
    const text = waits ? ` ${seconds} s${seconds >= LOST ? ". If it fails, you get this time back." : ""}` : "";
    if (elapsed.textContent !== text) elapsed.textContent = text;
  };
  elapsed.tell();
  const words = turn.doing ? "Writing an answer and checking it…" : "Answering";
  return h("div.st.tail.is-coming", {}, h("div.st-t.q", {}, turn.doing ? h("span.spin", { "aria-hidden": "true" }) : null, words, elapsed, turn.doing ? null : h("span.cur")), stop);
}

function failed(turn, { again, models, still, reword }) {
  const why = turn.reason ?? "The assistant did not answer.";
  const ways = [];
  if (turn.text && !turn.spent && !still()) {
    // The same words would meet the same refusal.
    if (REWORD.test(why)) ways.push(h("button.btn.s", { type: "button", onclick: () => reword(turn) }, "Change the message"));
    else ways.push(h("button.btn.s", { type: "button", onclick: () => again(turn) }, "Ask again"));
    const others = models.filter((model) => model !== (turn.model ?? models[0])).slice(0, OTHERS);
    ways.push(...others.map((model) => h("button.btn.s", { type: "button", onclick: () => again(turn, model) }, `Ask ${named(model)}`)));
  }
  return h("div.ln.tail.fail", {}, h("span.wn", {}, icon("warn")), h("div.grow", {}, h("p", {}, [why, kept(turn, why)].filter(Boolean).join(" ")), ways.length ? h("div.ways", {}, ways) : null));
}

/** What became of the message, of what was said of the answer, and of the clock. */
function kept(turn, why) {
  if (!turn.text) return "";
  if (!turn.reply) return "Your message is kept.";
  if (turn.segments.length) return "The rest of the answer did not come; what stands above was said whole. The clock was paused meanwhile.";
  return LASTING.test(why) ? "You can go on working without it: your message is kept, and the clock was paused meanwhile." : "Your message is kept, and the clock was paused meanwhile.";
}

/** The small print under an answer. @param {object} turn @param {boolean} last whether it is the newest @param {Context} context @returns {HTMLElement|null} */
export function foot(turn, last, { live, another, still }) {
  if (turn.origin !== "answer" || !turn.text) return null;
  const stopped = turn.status === "stopped" ? `Stopped.${turn.back ? " Your clock was paused while nothing came." : ""}` : "";
  const who = live && turn.model ? `Answered by ${named(turn.model)}` : "";
  const more = last && !still() ? h("button.btn.bare.s", { type: "button", onclick: () => another(turn) }, "Another answer") : null;
  return stopped || who || more ? h("p.tail.foot", {}, more, h("span.q", {}, [stopped, who].filter(Boolean).join(" "))) : null;
}

/** That the end of an answer is missing. @param {object} turn @returns {HTMLElement|null} */
export function cut(turn) {
  return turn.status === "complete" && turn.reason ? h("p.moved", { role: "note" }, turn.reason) : null;
}

/** That somebody else answers than who was asked, and what it cost. @param {object} turn @returns {HTMLElement|null} */
export function moved(turn) {
  if (!turn.moved) return null;
  const builtIn = turn.model === "authored";
  const why = turn.moved.replace(/[.;] (please|go on) [^.]*\.$/i, ".");
  const spent = /as this session allows/.test(why); // nobody was waited for then
  const waited = turn.waited >= 2 ? `for the ${turn.waited} s of waiting` : "meanwhile";
  const who = builtIn ? `The built-in assistant answers instead.${spent ? "" : ` Your clock was paused ${waited}.`}` : `${turn.model} answers instead.`;
  return h("p.moved", { role: "note" }, `${why} ${who}`);
}

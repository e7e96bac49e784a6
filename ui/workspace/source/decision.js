/** The parts of a statement that decide on it: the margin with its controls, and the short form. */

import { h, icon, inlineCode } from "./dom.js";
import { SURE, WORDS } from "./ledger.js";

const KEYS = { accept: "A", edit: "E", reject: "R", unsure: "U" };
const NAMES = { accept: "Accept", edit: "Edit", reject: "Reject", unsure: "Unsure" };
const STEPS = ["Guess", "Fairly", "Sure"];

function dots(confidence) {
  if (!confidence) return null;
  return h("span.sure", { title: SURE[confidence] }, h("span.vh", {}, `, ${SURE[confidence]}`), [1, 2, 3].map((step) => h(step <= confidence ? "i.f" : "i")));
}

/**
 * Draws the margin.
 * @param {object|null} decision
 * @param {{choose: (decision: string) => void, sure: (confidence: number) => void}} act
 * @returns {HTMLElement}
 */
export function margin(decision, act) {
  const rest = decision
    ? h("span.rest.dsp", {}, icon(decision.decision, true), h("span.w", {}, WORDS[decision.decision]), dots(decision.confidence))
    : h("span.rest.ring", { title: "Undecided" }, h("span.vh", {}, "Undecided"));
  const controls = h(
    "span.ctl",
    { role: "group", "aria-label": "Your decision" },
    Object.keys(WORDS).map((key) =>
      h("button", { type: "button", tabindex: -1, data: { v: key }, "aria-pressed": decision?.decision === key, title: `${NAMES[key]} (${KEYS[key]})`, "aria-label": NAMES[key], onclick: (event) => (event.stopPropagation(), act.choose(key)) }, icon(key, true)),
    ),
  );
  const asks = decision && decision.decision !== "unsure";
  const sure = asks
    ? h(
        "span.how",
        { role: "group", "aria-label": "How sure" },
        STEPS.map((word, step) =>
          h("button", { type: "button", tabindex: -1, "aria-pressed": decision.confidence === step + 1, title: `${word} (${step + 1})`, "aria-label": word, onclick: (event) => (event.stopPropagation(), act.sure(step + 1)) }, h((decision.confidence ?? 0) > step ? "i.f" : "i")),
        ),
        h("span.how-w", {}, decision.confidence ? STEPS[decision.confidence - 1] : "How sure?"),
      )
    : null;
  return h("div.st-m", {}, rest, controls, sure);
}

let serial = 0;

/**
 * Draws the form of "edit" and "reject".
 * @param {object} decision
 * @param {Array<{id: string, label: string}>} families
 * @param {(change: object) => void} save takes what is written so far
 * @param {() => void} close
 * @returns {HTMLElement}
 */
export function fixForm(decision, families, save, close) {
  const id = `fix${++serial}`;
  const kind = h("select.text-in", { id: `${id}k` }, h("option", { value: "" }, decision.decision === "edit" ? "Choose a kind (without one it counts as taste)" : "Choose a kind"), families.map((family) => h("option", { value: family.id }, family.label)));
  kind.value = decision.reason ?? "";
  const fix = h("textarea.text-in", { id: `${id}f`, rows: 2, maxlength: 4000 });
  fix.value = decision.fix ?? "";
  let confidence = decision.confidence ?? null;
  const steps = STEPS.map((word, step) =>
    h(
      "button",
      {
        type: "button",
        role: "radio",
        "aria-checked": confidence === step + 1,
        onclick: () => {
          confidence = step + 1;
          steps.forEach((button, index) => button.setAttribute("aria-checked", String(index === step)));
          send();
        },
      },
      word,
    ),
  );
  const send = () => save({ reason: kind.value || null, fix: fix.value.trim(), confidence });
  const done = () => {
    send();
    close();
  };
  kind.addEventListener("change", send);
  fix.addEventListener("change", send);
  const form = h(
    "div.fix-form",
    {
      onkeydown: (event) => {
        if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) {
          event.preventDefault();
          event.stopPropagation();
          done();
        }
      },
    },
    h("label", { for: `${id}k` }, "Kind"),
    kind,
    h("label", { for: `${id}f` }, "Instead"),
    fix,
    h("span.lb", {}, "How sure"),
    h("span.end", {}, h("span.seg", { role: "radiogroup", "aria-label": "How sure" }, steps), h("span.grow"), h("button.btn.s", { type: "button", onclick: done }, "Done")),
  );
  form.start = () => (kind.value ? fix : kind).focus();
  return form;
}

/** A short form for a comment on a statement. @param {string} quote @param {(text: string) => void} send @param {() => void} close @returns {HTMLElement} */
export function commentForm(quote, send, close) {
  const id = `say${++serial}`;
  const text = h("textarea.text-in", { id, rows: 2, maxlength: 4000 });
  const done = () => {
    if (text.value.trim()) send(text.value.trim());
    close();
  };
  const form = h(
    "div.fix-form",
    {
      onkeydown: (event) => {
        if (event.key === "Escape") close();
        else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) done();
        else return;
        event.preventDefault();
        event.stopPropagation();
      },
    },
    quote ? [h("span.lb", {}, "On"), h("span.quoted", { data: { said: "" } }, `“${quote}”`)] : null,
    h("label", { for: id }, "Comment"),
    text,
    h("span.lb"),
    h("span.end", {}, h("button.btn.s", { type: "button", onclick: done }, "Keep comment"), h("button.btn.bare.s", { type: "button", onclick: close }, "Cancel")),
  );
  form.start = () => text.focus();
  return form;
}

/** What stands below a decided statement. @param {object|null} decision @param {Array<{id: string, label: string}>} families @param {Array<{quote: string, text: string}>} comments @returns {HTMLElement[]} */
export function reasons(decision, families, comments) {
  const lines = [];
  if (decision && ["edit", "reject"].includes(decision.decision)) {
    const said = decision.fix || families.find((family) => family.id === decision.reason)?.label;
    if (said) lines.push(h("div.why", {}, h("span", { data: { own: "" } }, inlineCode(said))));
  }
  for (const comment of comments) lines.push(h("div.why", {}, h("span", {}, comment.quote ? h("span.q", { data: { said: "" } }, `“${comment.quote}” `) : null, h("span", { data: { own: "" } }, inlineCode(comment.text)))));
  return lines;
}

/** Finds a top-level definition in Python source, so that a hunk can take its place. */

import { pythonLanguage } from "@codemirror/lang-python";

/** The node of a top-level function or class, with its decorators if it has any. */
function nodeOf(source, name) {
  if (!/^[^\d\W]\w*$/u.test(name)) return null;
  const top = pythonLanguage.parser.parse(source).topNode;
  for (let node = top.firstChild; node; node = node.nextSibling) {
    const inner = bare(node);
    if (inner?.name !== "FunctionDefinition" && inner?.name !== "ClassDefinition") continue;
    const label = inner.getChild("VariableName");
    if (label && source.slice(label.from, label.to) === name) return node;
  }
  return null;
}

function bare(node) {
  return node.name === "DecoratedStatement" ? node.lastChild : node;
}

/**
 * @param {string} source
 * @param {string} name of a function or class
 * @returns {{from: number, to: number}|null} from its first decorator to the end of its last line, without blank lines after it
 */
export function findDefinition(source, name) {
  const node = nodeOf(source, name);
  if (!node) return null;
  return { from: node.from, to: node.from + source.slice(node.from, node.to).replace(/\s+$/, "").length };
}

/**
 * Whether nothing is written yet under a name: a docstring, `pass`, `...` or `raise NotImplementedError` and nothing
 * else; of a class, no method does anything.
 * @param {string} source
 * @param {string} name of a function or class
 * @returns {boolean}
 */
export function isStub(source, name) {
  const node = nodeOf(source, name);
  return Boolean(node) && idle(source, bare(node));
}

function idle(source, definition) {
  const body = definition.getChild("Body");
  const statements = [];
  for (let node = body?.firstChild?.nextSibling; node; node = node.nextSibling) statements.push(bare(node));
  if (definition.name !== "ClassDefinition") return statements.every((node) => nothing(source, node));
  const methods = statements.filter((node) => node.name === "FunctionDefinition");
  if (!methods.length) return statements.every((node) => nothing(source, node));
  return methods.every((node) => idle(source, node)) && !statements.some((node) => node.name === "Comment");
}

function nothing(source, node) {
  const text = source.slice(node.from, node.to).trim();
  if (node.name === "PassStatement") return true;
  if (node.name === "RaiseStatement") return text.includes("NotImplementedError");
  return node.name === "ExpressionStatement" && ["String", "ContinuedString", "Ellipsis"].includes(node.firstChild?.name);
}

/**
 * Where a hunk goes: in the place of its definition; where there is none, on lines of its own after the definition that
 * holds the cursor, else at the end. It never replaces anything else, and a hunk that does not itself define its symbol
 * replaces nothing.
 * @param {string} source the file
 * @param {{symbol: string|null, text: string}} hunk
 * @param {number} cursor
 * @param {boolean} python
 * @returns {{from: number, to: number, before: string, after: string, found: boolean}} with what goes around it
 */
export function placeOf(source, hunk, cursor, python) {
  const found = hunk.symbol && findDefinition(hunk.text, hunk.symbol) ? findDefinition(source, hunk.symbol) : null;
  if (found) return { ...found, before: "", after: "", found: true };
  if (!source.trim()) return { from: 0, to: source.length, before: "", after: "\n", found: false };
  const end = source.replace(/\s+$/, "").length;
  const at = Math.min(python ? endOfDefinition(source, cursor) ?? end : endOfParagraph(source, cursor), end);
  return { from: at, to: at, before: python ? "\n\n\n" : "\n\n", after: source[at] === "\n" ? "" : "\n", found: false };
}

/** The end of the last line of the top-level definition that holds a place; null where none does. */
function endOfDefinition(source, at) {
  for (let node = pythonLanguage.parser.parse(source).topNode.firstChild; node; node = node.nextSibling) {
    if (!["FunctionDefinition", "ClassDefinition"].includes(bare(node)?.name)) continue;
    const end = node.from + source.slice(node.from, node.to).replace(/\s+$/, "").length;
    const line = source.indexOf("\n", end);
    const last = line < 0 ? source.length : line;
    if (node.from <= at && at <= last) return last;
  }
  return null;
}

function endOfParagraph(source, at) {
  const blank = source.slice(at).search(/\n[ \t]*(\n|$)/);
  return blank < 0 ? source.length : at + blank;
}

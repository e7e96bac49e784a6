/** Finds a top-level definition in Python source, so that a hunk can take its place. */

import { pythonLanguage } from "@codemirror/lang-python";

/**
 * @param {string} source
 * @param {string} name of a function or class
 * @returns {{from: number, to: number}|null} from its first decorator to the end of its last line, without blank lines after it
 */
export function findDefinition(source, name) {
  if (!/^[^\d\W]\w*$/u.test(name)) return null;
  const top = pythonLanguage.parser.parse(source).topNode;
  for (let node = top.firstChild; node; node = node.nextSibling) {
    let inner = node;
    if (node.name === "DecoratedStatement") inner = node.lastChild;
    if (inner?.name !== "FunctionDefinition" && inner?.name !== "ClassDefinition") continue;
    const label = inner.getChild("VariableName");
    if (!label || source.slice(label.from, label.to) !== name) continue;
    const text = source.slice(node.from, node.to);
    return { from: node.from, to: node.from + text.replace(/\s+$/, "").length };
  }
  return null;
}

/**
 * Where a hunk goes.
 * @param {string} source the file
 * @param {{symbol: string|null, text: string}} hunk
 * @returns {{from: number, to: number}|null} null: at the cursor. A hunk that does not itself define its symbol never replaces the definition
 */
export function placeOf(source, hunk) {
  if (!hunk.symbol || !findDefinition(hunk.text, hunk.symbol)) return null;
  return findDefinition(source, hunk.symbol);
}

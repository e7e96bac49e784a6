/** Cuts code into coloured pieces; the colours are tokens. */

import { highlightCode, tagHighlighter, tags as t } from "@lezer/highlight";
import { parser as python } from "@lezer/python";
import { parser as yaml } from "@lezer/yaml";

const highlighter = tagHighlighter([
  { tag: [t.keyword, t.operatorKeyword, t.controlKeyword, t.definitionKeyword, t.moduleKeyword, t.modifier, t.self, t.bool, t.null], class: "hl-k" },
  { tag: [t.string, t.special(t.string), t.regexp, t.character], class: "hl-s" },
  { tag: [t.number, t.integer, t.float], class: "hl-n" },
  { tag: [t.comment, t.lineComment, t.blockComment, t.meta], class: "hl-c" },
  { tag: [t.function(t.definition(t.variableName)), t.definition(t.className)], class: "hl-f" },
  { tag: [t.definition(t.propertyName)], class: "hl-k" },
]);

/** @param {string|null} file @returns {boolean} whether the file is prose */
export const isProse = (file) => /\.md$/.test(file ?? "");

/**
 * The text as pieces of one class each; line breaks are pieces of their own.
 * @param {string} code
 * @param {string|null} file its name decides the language
 * @returns {Array<[string, string]>} text and class ("" for none)
 */
export function pieces(code, file) {
  const parser = /\.ya?ml$/.test(file ?? "") ? yaml : isProse(file) ? null : python;
  if (!parser) return code.split(/(\n)/).filter(Boolean).map((text) => [text, ""]);
  const found = [];
  highlightCode(code, parser.parse(code), highlighter, (text, classes) => found.push([text, classes]), () => found.push(["\n", ""]));
  return found;
}

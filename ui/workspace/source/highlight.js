/** Colours code: one set of classes for the editor and for hunks in the conversation. */

import { pythonLanguage } from "@codemirror/lang-python";
import { yamlLanguage } from "@codemirror/lang-yaml";
import { highlightCode, tagHighlighter, tags as t } from "@lezer/highlight";

/** Lezer tags to our classes; the colours are tokens. */
export const highlighter = tagHighlighter([
  { tag: [t.keyword, t.operatorKeyword, t.controlKeyword, t.definitionKeyword, t.moduleKeyword, t.modifier, t.self, t.bool, t.null], class: "hl-k" },
  { tag: [t.string, t.special(t.string), t.regexp, t.character], class: "hl-s" },
  { tag: [t.number, t.integer, t.float], class: "hl-n" },
  { tag: [t.comment, t.lineComment, t.blockComment], class: "hl-c" },
  { tag: [t.function(t.definition(t.variableName)), t.definition(t.className)], class: "hl-f" },
  { tag: [t.definition(t.propertyName)], class: "hl-k" },
  { tag: [t.meta], class: "hl-c" },
]);

/**
 * @param {string} code
 * @param {string|null} file its name decides the language
 * @returns {Node[]} spans and text
 */
export function coloured(code, file) {
  const language = /\.ya?ml$/.test(file ?? "") ? yamlLanguage : /\.md$/.test(file ?? "") ? null : pythonLanguage;
  if (!language) return [document.createTextNode(code)];
  const nodes = [];
  highlightCode(
    code,
    language.parser.parse(code),
    highlighter,
    (text, classes) => {
      if (!classes) return nodes.push(document.createTextNode(text));
      const span = document.createElement("span");
      span.className = classes;
      span.textContent = text;
      return nodes.push(span);
    },
    () => nodes.push(document.createTextNode("\n")),
  );
  return nodes;
}

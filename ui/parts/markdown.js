/** Draws Markdown: headings, paragraphs, lists, tables, quotes, rules, fenced code, inline code, bold and italic. Never parses HTML. */

import { h, inlineCode } from "./elements.js";

const CODE = "`[^`\\n]+`";
/** What stands between stars: words, and code whole, so that the stars of `f(**named)` are none. */
const WORDS = `(?:${CODE}|[^*\`])+?`;
const MARKED = new RegExp(`(${CODE}|(?<!\\w)\\*\\*(?=\\S)${WORDS}\\*\\*(?!\\w)|(?<![\\w*])\\*(?=[^\\s*])${WORDS}\\*(?![\\w*]))`);
const ITEM = /^\s*(?:[-*+•]|(\d+)[.)])\s+/;
const QUOTE = /^\s*>\s?/;
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;

/** Code, bold and italic in a line of text. @param {string} text @returns {Array<Node|string>} */
export function inline(text) {
  return text.split(MARKED).flatMap((part) => {
    const [, stars, words] = /^(\*{1,2})([^]+)\1$/.exec(part) ?? [];
    return stars ? [h(stars.length === 2 ? "b" : "em", {}, inlineCode(words))] : inlineCode(part);
  });
}

/** @param {string} source @returns {HTMLElement[]} blocks in order */
export function blocks(source) {
  const lines = source.replace(/\r\n?/g, "\n").split("\n");
  const out = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at];
    if (!line.trim()) at++;
    else if (line.startsWith("```")) {
      const end = lines.findIndex((other, index) => index > at && other.startsWith("```"));
      const stop = end < 0 ? lines.length : end;
      out.push(h("pre.hunk-c", {}, lines.slice(at + 1, stop).join("\n")));
      at = stop + 1;
    } else if (/^#{1,6}\s/.test(line)) {
      out.push(h("h3", {}, inline(line.replace(/^#+\s+/, ""))));
      at++;
    } else if (RULE.test(line)) {
      out.push(h("hr"));
      at++;
    } else if (/^\s*\|/.test(line)) {
      const rows = [];
      for (; at < lines.length && /^\s*\|/.test(lines[at]); at++) if (!/^[\s|:-]+$/.test(lines[at])) rows.push(lines[at].trim().replace(/^\||\|$/g, "").split("|"));
      out.push(h("table.tbl", {}, rows.map((row, index) => h("tr", {}, row.map((cell) => h(index ? "td" : "th", {}, inline(cell.trim())))))));
    } else if (QUOTE.test(line)) {
      const words = [];
      for (; at < lines.length && QUOTE.test(lines[at]); at++) words.push(lines[at].replace(QUOTE, "").trim());
      out.push(h("blockquote", {}, inline(words.join(" "))));
    } else if (ITEM.test(line)) {
      const number = ITEM.exec(line)[1];
      const items = [];
      for (; at < lines.length && lines[at].trim(); at++) {
        if (ITEM.test(lines[at])) items.push(lines[at].replace(ITEM, ""));
        else items[items.length - 1] += ` ${lines[at].trim()}`;
      }
      const points = items.map((item) => h("li", {}, inline(item)));
      out.push(number === undefined ? h("ul", {}, points) : h("ol", { start: number }, points));
    } else {
      const words = [];
      for (; at < lines.length && lines[at].trim() && !/^(#{1,6}\s|```|\s*[|>])/.test(lines[at]) && !(words.length && ITEM.test(lines[at])); at++) words.push(lines[at].trim());
      out.push(h("p", {}, inline(words.join(" "))));
    }
  }
  return out;
}

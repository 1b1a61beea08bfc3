// Lays out a text as its author did: lines, headings, lists, bold and italics of markdown.
// Offsets count characters, as those of the tables do. JavaScript counts an emoji twice.
"use strict";
const lettersIn = (text) => (/[\ud800-\udfff]/.test(text) ? [...text].length : text.length);
const lettersOf = (text) => (/[\ud800-\udfff]/.test(text) ? [...text] : text);
const cut = (letters, from, to) => {
  const found = letters.slice(from, to);
  return typeof found === "string" ? found : found.join("");
};

const HEADING = /^(\s{0,3}#{1,6}\s+)(.*?)\s*#*\s*$/;
const ITEM = /^(\s*)([-*+\u2022\u25aa\u25e6\u25cf\u00b7\u2013]|(\d{1,3})[.)])\s+(?=\S)/;
const RULE = /^\s*([-*_])(?:\s*\1){2,}\s*$/;
const FENCE = /^\s*```/;

// The lines of a text, each with its kind and with where its words begin and end.
const linesOf = (text) => {
  let [at, inCode] = [0, false];
  return text.split("\n").map((whole) => {
    const line = whole.replace(/\s+$/, "");
    const [from, to] = [at, at + lettersIn(line)];
    at += lettersIn(whole) + 1;
    if (FENCE.test(line)) {
      inCode = !inCode;
      return { kind: "fence" };
    }
    if (inCode) return { kind: "code", from, to, line };
    if (!line) return { kind: "gap" };
    if (RULE.test(line)) return { kind: "rule" };
    const heading = HEADING.exec(line);
    if (heading) {
      const start = from + heading[1].length;
      return { kind: "heading", from: start, to: start + lettersIn(heading[2]), line: heading[2] };
    }
    const item = ITEM.exec(line);
    if (item) {
      const depth = Math.min(3, Math.floor(item[1].replaceAll("\t", "    ").length / 2));
      const rest = line.slice(item[0].length);
      return { kind: item[3] ? "ol" : "ul", number: Number(item[3]), depth, from: from + item[0].length, to, line: rest };
    }
    return { kind: "text", from, to, line, indented: /^\s/.test(line) };
  });
};

const EMPHASIS = /(\*{2,3}|__)(?=\S)(.+?)(?<=\S)\1|(?<![\w*])([*_])(?=[^\s*_])([^*_]+?)(?<=\S)\3(?![\w*])/g;

// Where a line is bold or in italics: the span with its marks, and the tag of what is inside.
const emphasisOf = ({ line, from }) =>
  [...line.matchAll(EMPHASIS)].map((found) => {
    const [start, mark] = [from + lettersIn(line.slice(0, found.index)), found[1] ?? found[3]];
    const end = start + lettersIn(found[0]);
    return { start, end, inside: start + mark.length, out: end - mark.length, tag: found[1] ? "strong" : "em" };
  });

// The text as elements; `fill` adds the words of a line to an element.
const laidOut = (text, fill) => {
  const page = document.createDocumentFragment();
  let [open, gap] = [null, false]; // the paragraph or list that the next line may go on with
  const start = (tag) => {
    open = document.createElement(tag);
    page.append(open);
    return open;
  };
  const go = (element, line) => {
    if (element.hasChildNodes()) element.append(document.createElement("br"));
    fill(element, line);
  };
  const add = (line) => {
    const isList = open && /^[OU]L$/.test(open.tagName);
    if (line.kind === "rule") {
      start("hr");
    } else if (line.kind === "heading") {
      fill(start("h3"), line);
    } else if (line.kind === "code") {
      go(open && open.tagName === "PRE" ? open : start("pre"), line);
    } else if (line.kind !== "text") {
      const list = isList && open.tagName.toLowerCase() === line.kind ? open : start(line.kind);
      const item = document.createElement("li");
      if (line.kind === "ol") item.value = line.number;
      if (line.depth) item.className = `depth-${line.depth}`;
      list.append(item);
      fill(item, line);
    } else if (isList && line.indented && !gap) {
      go(open.lastChild, line);
    } else {
      go(open && open.tagName === "P" && !gap ? open : start("p"), line);
    }
  };
  for (const line of linesOf(text)) {
    if (line.kind === "fence") open = null;
    else if (line.kind !== "gap") add(line);
    gap = line.kind === "gap";
  }
  return page;
};

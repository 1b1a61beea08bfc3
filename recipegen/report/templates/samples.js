// The sample browser: unpacks the texts, filters and sorts them, and keeps only the rows in sight.
"use strict";
(async () => {
  const ROW = 58; // height of a row in pixels, as in the style sheet
  const $ = (id) => document.getElementById(id);
  const element = (name, text = "", kind = "") => {
    const made = document.createElement(name);
    made.textContent = text; // texts are data: nothing here is ever read as markup
    if (kind) made.className = kind;
    return made;
  };
  const part = (text, from, to) => cut(lettersOf(text), from, to);
  // The same as `closed` in wording.py.
  const closed = (text) => text.replace(/ (?=[,.;:!?)%](?:\s|$))/g, "").replaceAll("( ", "(");

  let ingredients, roles; // the texts refer to them by number
  const unpack = async () => {
    const packed = atob($("data").textContent.trim());
    const bytes = new Uint8Array(packed.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = packed.charCodeAt(i);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const content = await new Response(stream).json();
    ({ ingredients, roles } = content);
    return content.samples.map(([id, group, temperature, score, pairCount, start, end, text, flat, marks]) => {
      const pairs = [];
      for (let i = 0; i < flat.length; i += 2) {
        pairs.push(`${ingredients[flat[i]]} + ${ingredients[flat[i + 1]]}`);
      }
      const title = closed(part(text, start, end)) || `(no title) ${closed(part(text, 0, 80))}`;
      const find = [id, text, ...pairs].join("\n").toLowerCase();
      return { id, group, temperature, score, pairCount, start, end, text, flat, marks, pairs, title, find };
    });
  };

  const origin = (s) => {
    const heat = s.temperature === null ? [] : [`T = ${s.temperature}`];
    return (s.group === "generated" && heat.length ? heat : [s.group, ...heat]).join(", ");
  };
  const score = (s) =>
    s.score === null ? "not scored" : `implausibility ${s.score.toFixed(2).replace("-", "\u2212")}`;
  const bad = (s) =>
    s.pairs.length ? ` · ${s.pairs.length} implausible pair${s.pairs.length > 1 ? "s" : ""}` : "";

  // The mark of an ingredient, by its role in the text.
  const markOf = (sample, place, { name, meaning, counts }) => {
    const bad = counts && sample.flat.includes(place);
    const made = element("mark", "", bad ? `${name} bad` : name);
    const told = [meaning, bad ? "in an implausible pair" : ""].filter(Boolean).join(", ");
    made.title = told ? `${ingredients[place]}: ${told}` : ingredients[place];
    return made;
  };

  // Adds characters to an element, bold and in italics where the text has it so.
  const styled = (to, letters, from, end, spans, clean) => {
    let at = from;
    for (const span of spans) {
      if (span.end <= at || span.start >= end) continue;
      to.append(clean(cut(letters, at, Math.max(at, span.start))));
      const inside = cut(letters, Math.max(at, span.inside), Math.min(end, span.out));
      if (inside) to.append(element(span.tag, clean(inside)));
      at = Math.min(end, span.end);
    }
    to.append(clean(cut(letters, at, end)));
  };

  // Adds a part of a text to an element, with its marks.
  const marked = (to, sample, from, end, spans = []) => {
    const [letters, clean] = [lettersOf(sample.text), sample.text.includes("\n") ? (text) => text : closed];
    let at = from;
    for (let i = 0; i < sample.marks.length; i += 4) {
      const [first, last, place, role] = sample.marks.slice(i, i + 4);
      if (first < at || last > end) continue;
      styled(to, letters, at, first, spans, clean);
      const made = markOf(sample, place, roles[role]);
      styled(made, letters, first, last, spans, (text) => text);
      to.append(made);
      at = last;
    }
    styled(to, letters, at, end, spans, clean);
  };

  let samples;
  try {
    samples = await unpack();
  } catch {
    return; // an old browser keeps the chosen samples of the static page
  }
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  const flagged = new Set(samples.flatMap((sample) => sample.pairs));
  const orders = {
    worst: (a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity),
    best: (a, b) => (a.score ?? Infinity) - (b.score ?? Infinity),
    title: (a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0),
  };
  let [shown, chosen] = [samples, null];

  // A search for a flagged pair finds only its own texts: `oil + lamb` does not match `olive oil + lamb`.
  const finder = (words) => {
    const pair = words.split(" + ").sort().join(" + ");
    return flagged.has(pair) ? (s) => s.pairs.includes(pair) : (s) => s.find.includes(words);
  };

  const filter = () => {
    const found = finder($("q").value.trim().toLowerCase());
    const temperature = $("temperature").value;
    shown = samples.filter((s) =>
      (!temperature || (s.temperature !== null && String(s.temperature) === temperature)) &&
      (!$("group").value || s.group === $("group").value) &&
      (!$("flagged").checked || s.pairs.length > 0) &&
      found(s));
    if ($("sort").value) shown = [...shown].sort(orders[$("sort").value]);
    $("count").textContent = `${shown.length.toLocaleString("en")} of ${samples.length.toLocaleString("en")}`;
    $("list").scrollTop = 0;
    draw();
  };

  const row = (sample, place) => {
    const item = element("li");
    const link = element("a");
    link.href = `#${encodeURIComponent(sample.id)}`;
    link.tabIndex = -1; // the whole list is one tab stop, not thousands
    link.append(element("bdi", sample.title), element("small", `${origin(sample)} · ${score(sample)}${bad(sample)}`));
    item.append(link);
    item.style.top = `${place * ROW}px`;
    item.setAttribute("aria-setsize", shown.length);
    item.setAttribute("aria-posinset", place + 1);
    if (sample === chosen) link.setAttribute("aria-current", "true");
    if (sample.pairs.length) item.className = "bad";
    return item;
  };

  const draw = () => {
    const first = Math.max(0, Math.floor($("list").scrollTop / ROW) - 3);
    const last = first + Math.ceil($("list").clientHeight / ROW) + 6;
    const focused = $("rows").contains(document.activeElement);
    $("rows").style.height = `${shown.length * ROW}px`;
    $("rows").replaceChildren(...shown.slice(first, last).map((sample, i) => row(sample, first + i)));
    if (focused) $("list").focus({ preventScroll: true }); // its row is gone, but the arrow keys still work
  };

  const reveal = () => {
    const [list, top] = [$("list"), shown.indexOf(chosen) * ROW];
    if (top < list.scrollTop || top + ROW > list.scrollTop + list.clientHeight) {
      list.scrollTop = top - list.clientHeight / 2;
    }
  };

  const show = (sample) => {
    chosen = sample;
    const title = element("h2");
    const name = element("bdi", sample.end ? "" : "(no title)");
    if (sample.end) marked(name, sample, sample.start, sample.end);
    title.append(name);
    const text = element("div", "", "text laid-out");
    text.dir = "ltr";
    // If a title and a bar precede the directions, they are left out here. Any other text is shown whole.
    if (sample.end && part(sample.text, sample.end, sample.end + 3) === " | ") {
      const directions = element("p");
      marked(directions, sample, sample.end + 3, lettersIn(sample.text));
      text.append(directions);
    } else {
      text.append(laidOut(sample.text, (to, line) => marked(to, sample, line.from, line.to, emphasisOf(line))));
    }
    const pairs = element("ul", "", "pairs");
    pairs.append(...sample.pairs.map((pair) => element("li", pair)));
    const counts = sample.score === null ? "" : `, ${sample.pairs.length} of ${sample.pairCount} pairs implausible`;
    const meta = element("p", `${origin(sample)} · ${score(sample)}${counts} · ${sample.id}`, "meta");
    $("detail").replaceChildren(title, meta, text, ...(sample.pairs.length ? [pairs] : []));
    reveal();
    draw();
  };

  // `#sample_id` opens a text; `#?q=lamb+%2B+vanilla&temperature=1` sets the filters.
  const follow = () => {
    const hash = location.hash.slice(1);
    if (hash.startsWith("?")) {
      $("filters").reset();
      for (const [name, value] of new URLSearchParams(hash.slice(1))) {
        if (["q", "temperature", "group", "sort"].includes(name)) $(name).value = value;
      }
      filter();
      if (shown.length) show(shown[0]);
      return;
    }
    const sample = byId.get(new URLSearchParams(`id=${hash}`).get("id"));
    if (sample) show(sample);
  };

  const step = (event) => {
    const at = shown.indexOf(chosen);
    const page = Math.floor($("list").clientHeight / ROW);
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: shown.length };
    if (!(event.key in moves) || !shown.length) return;
    event.preventDefault();
    const place = Math.min(Math.max(moves[event.key], 0), shown.length - 1);
    location.replace(`#${encodeURIComponent(shown[place].id)}`);
  };

  $("static").remove();
  $("browser").hidden = false;
  $("filters").addEventListener("input", filter);
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  $("list").addEventListener("scroll", draw, { passive: true });
  $("list").addEventListener("keydown", step);
  addEventListener("resize", draw);
  addEventListener("hashchange", follow);
  filter();
  if (samples.length) show(shown[0]);
  follow();
})();

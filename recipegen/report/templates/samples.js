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
  // As `closed` in page.py.
  const closed = (text) => text.replace(/ (?=[,.;:!?)%](?:\s|$))/g, "").replaceAll("( ", "(");

  const unpack = async () => {
    const bytes = Uint8Array.from(atob($("data").textContent.trim()), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const { ingredients, samples } = await new Response(stream).json();
    return samples.map(([id, group, temperature, score, pairCount, start, end, text, flat, marks]) => {
      const pairs = [];
      for (let i = 0; i < flat.length; i += 2) {
        pairs.push(`${ingredients[flat[i]]} + ${ingredients[flat[i + 1]]}`);
      }
      const mentions = [];
      for (let i = 0; i < marks.length; i += 3) {
        mentions.push([marks[i], marks[i + 1], ingredients[marks[i + 2]], flat.includes(marks[i + 2])]);
      }
      const title = closed(text.slice(start, end)) || `(no title) ${closed(text.slice(0, 80))}`;
      const find = [id, text, ...pairs].join("\n").toLowerCase();
      return { id, group, temperature, score, pairCount, start, end, text, pairs, mentions, title, find };
    });
  };

  const origin = (s) => (s.temperature === null ? s.group : `T = ${s.temperature}`);
  const verdict = (s) =>
    s.score === null ? "not scored" :
    `implausibility ${s.score.toFixed(2).replace("-", "\u2212")}, ${s.pairs.length} of ${s.pairCount} pairs implausible`;

  const marked = (sample, from, to) => {
    const parts = document.createDocumentFragment();
    let at = from;
    for (const [start, end, ingredient, bad] of sample.mentions) {
      if (start < at || end > to) continue;
      const mark = element("mark", sample.text.slice(start, end), bad ? "bad" : "");
      mark.title = bad ? `${ingredient}: in an implausible pair` : ingredient;
      parts.append(closed(sample.text.slice(at, start)), mark);
      at = end;
    }
    parts.append(closed(sample.text.slice(at, to)));
    return parts;
  };

  let samples;
  try {
    samples = await unpack();
  } catch {
    return; // an old browser keeps the chosen samples of the static page
  }
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  const orders = {
    worst: (a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity),
    best: (a, b) => (a.score ?? Infinity) - (b.score ?? Infinity),
    title: (a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0),
  };
  let [shown, chosen] = [samples, null];

  const filter = () => {
    const words = $("q").value.trim().toLowerCase();
    const temperature = $("temperature").value;
    shown = samples.filter((s) =>
      (!words || s.find.includes(words)) &&
      (!temperature || (s.temperature !== null && String(s.temperature) === temperature)) &&
      (!$("group").value || s.group === $("group").value) &&
      (!$("flagged").checked || s.pairs.length > 0));
    if ($("sort").value) shown = [...shown].sort(orders[$("sort").value]);
    $("count").textContent = `${shown.length.toLocaleString("en")} of ${samples.length.toLocaleString("en")}`;
    $("list").scrollTop = 0;
    draw();
  };

  const row = (sample, place) => {
    const item = element("li");
    const link = element("a");
    link.href = `#${encodeURIComponent(sample.id)}`;
    link.append(element("bdi", sample.title), element("small", `${origin(sample)} · ${verdict(sample)}`));
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
    $("rows").style.height = `${shown.length * ROW}px`;
    $("rows").replaceChildren(...shown.slice(first, last).map((sample, i) => row(sample, first + i)));
  };

  const show = (sample) => {
    chosen = sample;
    const title = element("h2");
    title.append(element("bdi"));
    title.firstChild.append(sample.end ? marked(sample, sample.start, sample.end) : "(no title)");
    const text = element("p", "", "text");
    text.dir = "ltr";
    text.append(marked(sample, sample.end ? sample.end + 3 : 0, sample.text.length));
    const pairs = element("ul", "", "pairs");
    pairs.append(...sample.pairs.map((pair) => element("li", pair)));
    const meta = `${sample.group}${sample.temperature === null ? "" : `, ${origin(sample)}`} · ${verdict(sample)} · ${sample.id}`;
    $("detail").replaceChildren(title, element("p", meta, "meta"), text, pairs);
    draw();
  };

  // `#sample_id` opens a text; `#?q=lamb+%2B+vanilla&temperature=1` sets the filters.
  const follow = () => {
    const hash = location.hash.slice(1);
    if (hash.startsWith("?")) {
      for (const [name, value] of new URLSearchParams(hash.slice(1))) {
        if (["q", "temperature", "group", "sort"].includes(name)) $(name).value = value;
      }
      filter();
      if (shown.length) show(shown[0]);
    } else if (byId.has(decodeURIComponent(hash))) show(byId.get(decodeURIComponent(hash)));
  };

  const step = (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || !shown.length) return;
    event.preventDefault();
    const place = Math.min(Math.max(shown.indexOf(chosen) + by, 0), shown.length - 1);
    $("list").scrollTop = Math.max(0, place * ROW - $("list").clientHeight / 2);
    location.hash = encodeURIComponent(shown[place].id);
  };

  $("static").hidden = true;
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

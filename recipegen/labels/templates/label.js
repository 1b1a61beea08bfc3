// Shows one item after the other, keeps each label in this browser, and saves all to a file.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const { draw, items } = JSON.parse($("data").textContent);
  const known = new Set(items.map((item) => item.id));
  const buttons = [...document.querySelectorAll("[data-label]")];
  const words = new Map(buttons.map((button) => [button.dataset.label, button.lastChild.textContent.trim()]));

  // What is kept: for each labeller the labels in the order in which they were given.
  let [labeller, done] = ["", []];
  const place = (name) => `labels ${draw} ${name}`;
  const isLabel = (each) => known.has(each.item_id) && words.has(each.label);
  const kept = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // a browser may forbid it
    }
  };
  const keep = (key, value) => {
    try {
      localStorage.setItem(key, value);
      $("unkept").hidden = true;
    } catch {
      $("unkept").hidden = false;
    }
  };
  const read = () => {
    try {
      done = JSON.parse(kept(place(labeller)) ?? "[]").filter(isLabel);
    } catch {
      done = [];
    }
  };
  const write = () => keep(place(labeller), JSON.stringify(done));

  // What is shown
  const open = () => {
    const labelled = new Set(done.map((each) => each.item_id));
    return items.find((item) => !labelled.has(item.id));
  };
  const reveal = (part) => {
    for (const each of ["start", "work", "rest"]) $(each).hidden = each !== part;
  };
  const marked = ([text, which]) => {
    if (!which) return text;
    const mark = document.createElement("mark");
    mark.className = which === 1 ? "first" : "second";
    mark.textContent = text; // texts are data: nothing here is ever read as markup
    return mark;
  };
  const tally = () => `${done.length.toLocaleString("en")} of ${items.length.toLocaleString("en")} labelled`;

  const show = (note = "") => {
    const item = open();
    $("undo").disabled = !done.length;
    $("count").textContent = tally();
    $("progress").value = done.length;
    if (!item) return rest(true);
    reveal("work");
    const pair = item.pair && [marked([item.pair[0], 1]), " + ", marked([item.pair[1], 2])];
    $("item").replaceChildren(...(pair ?? [`Recipe ${done.length + 1}`]));
    $("title").hidden = !item.title.length;
    $("title").firstChild.replaceChildren(...item.title.map(marked));
    $("text").replaceChildren(...item.text.map(marked));
    $("note").value = note;
    scrollTo(0, 0);
    $("item").focus({ preventScroll: true });
  };

  const rest = (all) => {
    reveal("rest");
    $("state").textContent = all ? "All labelled" : "Paused";
    $("kept").textContent = all
      ? `${tally()}. Save your labels to a file, and hand the file on.`
      : `${tally()}. They are kept in this browser: you can close the page and go on later.`;
    $("go").hidden = all;
    $("undo-last").hidden = !done.length;
    $(all ? "save-all" : "go").focus();
  };

  // What can be done
  const label = (chosen) => {
    const item = open();
    if (!item) return;
    const date = new Date().toISOString();
    done.push({ item_id: item.id, label: chosen, date, note: $("note").value.trim() });
    write();
    $("said").textContent = `${words.get(chosen)}. ${tally()}.`;
    show();
  };

  const undo = () => {
    const last = done.pop();
    if (!last) return;
    write();
    $("said").textContent = `Undone: ${words.get(last.label)}. ${tally()}.`;
    // Items come in a fixed order, so the open one is the one that was labelled last.
    show(last.note);
  };

  const save = () => {
    const lines = done.map((each) => JSON.stringify({ draw, labeller, ...each }) + "\n");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(lines, { type: "application/jsonl" }));
    link.download = `labels-${draw}-${labeller.replace(/[^\p{L}\p{N}]+/gu, "-")}.jsonl`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    $("said").textContent = `${done.length.toLocaleString("en")} labels saved to ${link.download}.`;
  };

  const welcome = () => {
    reveal("start");
    $("said").textContent = "";
    $("name").value = kept(place("")) ?? "";
    $("name").focus({ preventScroll: true });
  };

  const begin = (event) => {
    event.preventDefault();
    labeller = $("name").value.trim();
    if (!labeller) return;
    keep(place(""), labeller);
    read();
    show();
  };

  const shortcuts = { u: undo, p: () => rest(false), e: save, n: () => $("note").focus() };
  const press = (event) => {
    if (event.target === $("note") && ["Enter", "Escape"].includes(event.key)) {
      event.preventDefault();
      $("item").focus();
      return;
    }
    const typing = event.target.matches("input:not([type=checkbox])");
    if (typing || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    if ($("work").hidden || !$("keys").checked) return;
    const act = buttons[Number(event.key) - 1]
      ? () => label(buttons[Number(event.key) - 1].dataset.label)
      : shortcuts[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  };

  for (const button of buttons) button.addEventListener("click", () => label(button.dataset.label));
  $("who").addEventListener("submit", begin);
  $("undo").addEventListener("click", undo);
  $("undo-last").addEventListener("click", undo);
  $("pause").addEventListener("click", () => rest(false));
  $("go").addEventListener("click", () => show());
  $("leave").addEventListener("click", welcome);
  for (const each of ["save", "save-all"]) $(each).addEventListener("click", save);
  document.addEventListener("keydown", press);
  // The same labeller in another tab: go on from what was done there.
  addEventListener("storage", (event) => {
    if (!labeller || event.key !== place(labeller)) return;
    read();
    if (!$("work").hidden) show($("note").value);
  });
  addEventListener("beforeunload", (event) => {
    if (!$("unkept").hidden && done.length) event.preventDefault();
  });
  welcome();
})();

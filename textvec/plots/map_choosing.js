// What is chosen on a map, hits of a search, neighbours of a point, what a lasso or the screen holds; and which groups are
// shown. Goes on with map.js.

function choose(ids, heading, point = -1) {
  chosen = ids; first = point;
  get("heading").textContent = heading;
  get("how").hidden = true;
  get("saving").hidden = ids.length === 0;
  const list = get("list");
  list.replaceChildren(...ids.slice(0, TO_LIST).map(i => {
    const item = document.createElement("li"), button = document.createElement("button");
    button.type = "button";
    item.className = i === point ? "first" : "";
    if (data.groups.length) {
      const label = document.createElement("b");
      label.textContent = name(i);
      button.append(label);
    }
    const text = document.createElement("span");
    text.textContent = texts[i] || "(empty text)";
    button.append(text);
    button.addEventListener("click", () => { show(i); chooseNear(i); });
    item.append(button);
    return item;
  }));
  get("more").textContent = ids.length > TO_LIST ? "And " + (ids.length - TO_LIST).toLocaleString("en") + " more, which are saved, too." : "";
  say(heading + ".");
  draw(false);
}

function chooseNothing() {
  chosen = []; first = -1;
  get("heading").textContent = "Nothing chosen"; get("how").hidden = false; get("saving").hidden = true;
  get("list").replaceChildren(); get("more").textContent = "";
  say(what(n) + ".");
  draw(false);
}

function neighboursOf(i) {
  const k = data.neighbors;
  if (k) return Array.from(near.slice(i * k, i * k + k)).filter(j => j < n);
  const at = [];  // None are known: the nearest on the map.
  for (let j = 0; j < n; j++) if (j !== i) at.push([(xs[i] - xs[j]) ** 2 + (ys[i] - ys[j]) ** 2, j]);
  return at.sort((a, b) => a[0] - b[0]).slice(0, 6).map(each => each[1]);
}

function chooseNear(i) {
  const found = neighboursOf(i);
  choose([i, ...found], "“" + short(texts[i], 40) + "” and " + many(found.length, "neighbour"), i);
}

function show(i) {
  if (screenX(i) < 0 || screenY(i) < 0 || screenX(i) > width || screenY(i) > height) {
    left += width / 2 - screenX(i); top_ += height / 2 - screenY(i);
    draw();
  }
}

function search() {
  const query = get("query").value.toLowerCase();
  if (!query) return chooseNothing();
  lower = lower || texts.map(text => text.toLowerCase());
  const hits = [];
  for (let i = 0; i < n; i++) if (lower[i].includes(query)) hits.push(i);
  choose(hits, what(hits.length) + " with “" + short(get("query").value, 40) + "”");
}

function inLoop(x, y) {
  let inside = false;
  for (let a = 0, b = loop.length - 1; a < loop.length; b = a++) {
    const [ax, ay] = loop[a], [bx, by] = loop[b];
    if ((ay > y) !== (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

function chooseWhere(isIn, where) {
  const ids = [];
  for (let i = 0; i < n; i++) if (!isHidden(i) && isIn(screenX(i), screenY(i))) ids.push(i);
  choose(ids, what(ids.length) + " " + where);
}

function save(kind) {
  const quoted = text => '"' + text.replaceAll('"', '""') + '"';
  const head_ = ["number", ...data.groups.map(each => each.title), "text"].join(",");
  const rows = chosen.map(i => kind === "txt" ? texts[i].replace(/\s+/g, " ")  // a line each
    : [i + 1, ...data.groups.map((each, g) => quoted(each.names[codes[g][i]])), quoted(texts[i])].join(","));
  const content = (kind === "txt" ? rows : [head_, ...rows]).join("\n") + "\n";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: kind === "txt" ? "text/plain" : "text/csv" }));
  link.download = "texts." + kind;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  say(what(chosen.length) + " saved as texts." + kind + ".");
}

// ---- Groups, which colours tell apart.

function listGroups() {
  get("groups").hidden = data.groups.length === 0;
  if (!data.groups.length) return;
  const { title, names } = data.groups[coloring];
  const sizes = new Uint32Array(names.length);
  codes[coloring].forEach(code => sizes[code]++);
  get("legend").textContent = many(names.length, title);
  get("names").replaceChildren(...names.map((text, code) => {
    const item = document.createElement("li"), label = document.createElement("label");
    const box = document.createElement("input"), swatch = document.createElement("span"), number = document.createElement("span");
    box.type = "checkbox"; box.checked = true;
    box.addEventListener("change", () => { hidden[box.checked ? "delete" : "add"](code); draw(); });
    swatch.className = "swatch"; swatch.style.background = hue(code);
    number.className = "number"; number.textContent = sizes[code].toLocaleString("en");
    label.append(box, swatch, text, number);
    item.append(label);
    return item;
  }));
}

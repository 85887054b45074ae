// Pointer and keys on a map, and its start. Goes on with map.js and map_choosing.js.

function hover(x, y) {
  const i = nearest(x, y, REACH);
  if (i !== hovered) { hovered = i; draw(false); }
  tip.hidden = i < 0;
  if (i < 0) return;
  tip.textContent = "";
  if (data.groups.length) {
    const label = document.createElement("b");
    label.textContent = name(i);
    tip.append(label);
  }
  tip.append(texts[i] || "(empty text)");
  const w = tip.offsetWidth, h = tip.offsetHeight;
  tip.style.left = Math.max(4, Math.min(x + 14, width - w - 4)) + "px";
  tip.style.top = Math.max(4, y + 14 + h > height ? y - h - 10 : y + 14) + "px";
}

const down = new Map();  // Where each finger, or the mouse, is.
let moved = 0, lassoing = false;

function place(event) {
  const box = marks.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

function setLasso(on) {
  lassoing = on;
  get("lasso").setAttribute("aria-pressed", on);
  marks.classList.toggle("lasso", on);
}

function listen() {
  marks.addEventListener("pointerdown", event => {
    marks.setPointerCapture(event.pointerId);
    down.set(event.pointerId, place(event));
    moved = 0;
    loop = down.size === 1 && (lassoing || event.shiftKey) ? [place(event)] : null;
  });
  marks.addEventListener("pointermove", event => {
    const to = place(event), from = down.get(event.pointerId);
    if (!from) return hover(...to);
    moved += Math.hypot(to[0] - from[0], to[1] - from[1]);
    if (loop) { loop.push(to); draw(false); }
    else if (down.size === 1) { if (moved > 4) { tip.hidden = true; move(to[0] - from[0], to[1] - from[1]); } else return; }
    else if (down.size === 2) {
      const other = [...down].find(([id]) => id !== event.pointerId)[1];
      const before = Math.hypot(from[0] - other[0], from[1] - other[1]), after = Math.hypot(to[0] - other[0], to[1] - other[1]);
      if (before > 0) zoomAt(other[0], other[1], after / before);
    }
    down.set(event.pointerId, to);
  });
  const up = event => {
    if (!down.delete(event.pointerId)) return;
    if (loop && loop.length > 2) {
      chooseWhere(inLoop, "in the lasso");
      setLasso(false);
    } else if (event.type === "pointerup" && moved <= 4 && down.size === 0) {
      const i = nearest(...place(event), REACH);
      if (i >= 0) chooseNear(i);
      hover(...place(event));
    }
    loop = null;
    draw(false);
  };
  marks.addEventListener("pointerup", up);
  marks.addEventListener("pointercancel", up);
  marks.addEventListener("pointerleave", () => { tip.hidden = true; hovered = -1; draw(false); });
  marks.addEventListener("wheel", event => {
    event.preventDefault();
    zoomAt(...place(event), Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0015)));
    hover(...place(event));
  }, { passive: false });
  marks.addEventListener("dblclick", event => zoomAt(...place(event), 2));
  for (const kind of ["focus", "blur"]) marks.addEventListener(kind, () => draw(false));
  marks.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = {
      ArrowLeft: () => move(60, 0), ArrowRight: () => move(-60, 0), ArrowUp: () => move(0, 60), ArrowDown: () => move(0, -60),
      "+": () => zoomAt(width / 2, height / 2, 1.5), "=": () => zoomAt(width / 2, height / 2, 1.5),
      "-": () => zoomAt(width / 2, height / 2, 1 / 1.5), 0: whole,
      Enter: () => { const i = nearest(width / 2, height / 2, Math.max(width, height)); if (i >= 0) chooseNear(i); },
      s: () => chooseWhere((x, y) => x >= 0 && y >= 0 && x <= width && y <= height, "in sight"),
      Escape: () => { setLasso(false); chooseNothing(); },
    };
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  get("query").addEventListener("input", search);
  get("lasso").addEventListener("click", () => setLasso(!lassoing));
  get("in").addEventListener("click", () => zoomAt(width / 2, height / 2, 1.5));
  get("out").addEventListener("click", () => zoomAt(width / 2, height / 2, 1 / 1.5));
  get("whole").addEventListener("click", whole);
  get("txt").addEventListener("click", () => save("txt"));
  get("csv").addEventListener("click", () => save("csv"));
  get("none").addEventListener("click", chooseNothing);
  get("coloring").addEventListener("change", event => {
    coloring = event.target.selectedIndex; hidden = new Set(); listGroups(); draw();
  });
  new ResizeObserver(fit).observe(get("stage"));
  dark.addEventListener("change", () => draw());
  // On paper, what is drawn has other colours; a frame later would be too late.
  matchMedia("print").addEventListener("change", () => { all = true; now(); });
}

async function start() {
  if (!("DecompressionStream" in window)) return say("This browser is too old for this page: it needs DecompressionStream, which all have since 2023.");
  const begin = performance.now();
  await unpack();
  fillGrid();
  get("coloring").append(...data.groups.map(each => new Option(each.title)));
  get("choice").hidden = data.groups.length < 2;
  listGroups();
  listen();
  fit();
  now();
  document.documentElement.dataset.ready = (performance.now() - begin).toFixed(1);
  say(what(n) + ".");
}
start();

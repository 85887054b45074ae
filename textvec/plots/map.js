"use strict";
// A map of points with texts. What is drawn again at every move is the picture of points, as pixels; names, marks and
// the lasso lie on a second canvas above it. What is here unpacks and draws; map_choosing.js and map_pointer.js, which go on
// with it in one script, are what a reader does.

const get = id => document.getElementById(id);
const data = JSON.parse(get("data").textContent);
const n = data.n;
const points = get("points"), marks = get("marks"), tip = get("tip");
const paper = points.getContext("2d"), pen = marks.getContext("2d");
const TO_LIST = 100;        // Of more chosen texts the list shows the first; all are saved.
const MAX_NAMES = 300;      // As many words have a label at the most.
const REACH = 12;           // A point is pointed at from so many pixels away.
const MARGIN = 24;          // Pixels around the whole map.

const STRIDE = n % 7919 ? 7919 : 1;  // A prime, so that steps of it come to every point.

let xs, ys, codes, near, texts, lower = null;    // What is unpacked.
let coloring = 0, hidden = new Set();            // Which groups have colours, and which of them are not shown.
let zoom = 1, left = 0, top_ = 0;                // What is in sight: unit coordinates times zoom, then moved, in pixels.
let width = 1, height = 1, ratio = 1;
let chosen = [], first = -1, hovered = -1, loop = null;
const dark = matchMedia("(prefers-color-scheme: dark)");

const color = role => getComputedStyle(document.documentElement).getPropertyValue(role).trim();
const say = text => { get("said").textContent = text; };
const many = (k, one) => k.toLocaleString("en") + " " + one + (k === 1 ? "" : "s");
const what = k => many(k, data.kind.slice(0, -1));
const group = i => codes.length ? codes[coloring][i] : 0;
const isHidden = i => hidden.size > 0 && hidden.has(group(i));
const hue = code => data.colors[Math.min(code, data.colors.length - 1)];
const name = i => data.groups.map((each, g) => each.names[codes[g][i]]).join(" · ");

async function unpack() {
  const letters = atob(data.packed), raw = new Uint8Array(letters.length);
  for (let i = 0; i < raw.length; i++) raw[i] = letters.charCodeAt(i);  // many times as fast as Uint8Array.from
  const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("gzip"));
  const buffer = await new Response(stream).arrayBuffer();
  let start = 0;
  const blocks = data.sizes.map(size => buffer.slice(start, start += size));
  const both = new Uint16Array(blocks.shift());
  xs = new Float32Array(n); ys = new Float32Array(n);
  for (let i = 0; i < n; i++) { xs[i] = both[2 * i] / 65535; ys[i] = 1 - both[2 * i + 1] / 65535; }
  codes = data.groups.map(() => new Uint32Array(blocks.shift()));
  near = n <= 65535 ? new Uint16Array(blocks.shift()) : new Uint32Array(blocks.shift());
  texts = new TextDecoder().decode(blocks.shift()).split("\0");
  delete data.packed;
}

// ---- Where points are: a grid of cells over the map, each with a chain of its points.

const side = Math.max(1, Math.min(512, Math.round(Math.sqrt(n / 2))));
const head = new Int32Array(side * side).fill(-1), next = new Int32Array(n);
const cell = u => Math.min(side - 1, Math.max(0, Math.floor(u * side)));

function fillGrid() {
  for (let i = n - 1; i >= 0; i--) {
    const c = cell(ys[i]) * side + cell(xs[i]);
    next[i] = head[c]; head[c] = i;
  }
}

const spanX = () => (width - 2 * MARGIN) * zoom, spanY = () => (height - 2 * MARGIN) * zoom;
const screenX = i => xs[i] * spanX() + left, screenY = i => ys[i] * spanY() + top_;

function nearest(x, y, reach) {
  let best = -1, least = reach * reach;
  const x0 = cell((x - reach - left) / spanX()), x1 = cell((x + reach - left) / spanX());
  const y0 = cell((y - reach - top_) / spanY()), y1 = cell((y + reach - top_) / spanY());
  for (let cy = y0; cy <= y1; cy++) for (let cx = x0; cx <= x1; cx++) {
    for (let i = head[cy * side + cx]; i >= 0; i = next[i]) {
      if (isHidden(i)) continue;
      const dx = screenX(i) - x, dy = screenY(i) - y, d = dx * dx + dy * dy;
      if (d < least) { least = d; best = i; }
    }
  }
  return best;
}

// ---- Drawing.

const radius = () => (n < 300 ? 5 : n < 3000 ? 3.2 : n < 15000 ? 2 : 1.3) * Math.min(Math.pow(zoom, 0.35), 3);

// A disc as pixels: offsets from its middle, and how much of each the disc covers, of 255.
function disc(r) {
  const size = Math.ceil(r), cover = [];
  for (let dy = -size; dy <= size; dy++) for (let dx = -size; dx <= size; dx++) {
    const part = Math.min(1, Math.max(0, r + 0.5 - Math.hypot(dx, dy)));
    if (part > 0.05) cover.push([dx, dy, Math.round(255 * part)]);
  }
  return { size, cover };
}

function drawPoints() {
  const w = points.width, h = points.height;
  const image = paper.createImageData(w, h), pixels = new Uint32Array(image.data.buffer);
  const { size, cover } = disc(radius() * ratio);
  const moves = cover.map(([dx, dy]) => dy * w + dx), parts = cover.map(each => each[2]);
  const inks = data.colors.map(each => parseInt(each.slice(5, 7) + each.slice(3, 5) + each.slice(1, 3), 16));
  const last = inks.length - 1, sx = spanX() * ratio, sy = spanY() * ratio, ox = left * ratio, oy = top_ * ratio;
  const own = codes.length ? codes[coloring] : null;
  // In an order that has nothing to do with that of the texts: of groups that are mixed none lies upon the others.
  for (let k = 0, i = 0; k < n; k++, i = (i + STRIDE) % n) {
    const code = own ? own[i] : 0;
    if (hidden.has(code)) continue;
    const x = Math.round(xs[i] * sx + ox), y = Math.round(ys[i] * sy + oy);
    if (x < size || y < size || x >= w - size || y >= h - size) continue;
    const at = y * w + x, ink = inks[code > last ? last : code];
    for (let m = 0; m < moves.length; m++) {
      const place = at + moves[m], alpha = parts[m];
      if (alpha === 255) pixels[place] = 0xff000000 | ink;
      else if (pixels[place] >>> 24 < alpha) pixels[place] = alpha << 24 | ink;
    }
  }
  paper.putImageData(image, 0, 0);
}

// Names without overlap, the first ones first: a name has a place if nothing that was placed touches it.
function drawNames() {
  const r = radius();
  const placed = [];
  let tried = 0;
  const place = (text, x, y, bold) => {
    pen.font = (bold ? "600 14px " : "13px ") + getComputedStyle(document.body).fontFamily;
    const w = pen.measureText(text).width, h = 16;
    if (x < 0 || y < 0 || x > width || y > height) return false;
    for (const [px, py] of bold ? [[x - w / 2, y - 8], [x - w / 2, y - 26], [x - w / 2, y + 10]]
      : [[x + r + 3, y - 8], [x - r - 3 - w, y - 8], [x - w / 2, y + r]]) {
      const box = [px - 2, py, px + w + 2, py + h];
      if (box[0] < 0 || box[2] > width || box[1] < 0 || box[3] > height) continue;
      if (placed.some(b => b[0] < box[2] && box[0] < b[2] && b[1] < box[3] && box[1] < b[3])) continue;
      placed.push(box);
      pen.lineWidth = 3; pen.strokeStyle = color("--ground"); pen.lineJoin = "round";
      pen.strokeText(text, px, py + 12);
      pen.fillStyle = color("--ink"); pen.fillText(text, px, py + 12);
      return true;
    }
    return false;
  };
  if (data.kind === "words") {
    for (let i = 0; i < n && placed.length < MAX_NAMES && tried < 4000; i++) {
      if (isHidden(i)) continue;
      const x = screenX(i), y = screenY(i);
      if (x < 0 || y < 0 || x > width || y > height) continue;
      tried++;
      place(short(texts[i], 40), x, y, false);
    }
  } else if (codes.length) {
    centres().forEach((centre, code) => {
      if (centre && !hidden.has(code))
        place(short(data.groups[coloring].names[code], 40), centre[0] * spanX() + left, centre[1] * spanY() + top_, true);
    });
  }
}

// The middle of each of the groups that have colours: medians, which no outlier moves.
const middles = [];
function centres() {
  if (!middles[coloring]) {
    const k = Math.min(data.groups[coloring].names.length, data.colors.length - 1);
    const found = Array.from({ length: k }, () => [[], []]);
    codes[coloring].forEach((code, i) => { if (code < k) { found[code][0].push(xs[i]); found[code][1].push(ys[i]); } });
    const middle = values => values.sort((a, b) => a - b)[values.length >> 1];
    middles[coloring] = found.map(([x, y]) => x.length ? [middle(x), middle(y)] : null);
  }
  return middles[coloring];
}

const short = (text, k) => text.length > k ? text.slice(0, k - 1) + "…" : text;

function drawAxes() {
  if (!data.axes.length) return;
  pen.font = "12px " + getComputedStyle(document.body).fontFamily;
  pen.fillStyle = color("--quiet");
  pen.strokeStyle = color("--line"); pen.lineWidth = 1;
  data.axes.forEach((axis, a) => {
    const span = a ? spanY() : spanX(), from = a ? top_ : left, room = a ? height : width;
    const [low, high] = axis.range, range = high - low || 1;
    const value = p => a ? high - (p - from) / span * range : low + (p - from) / span * range;
    const pixel = v => a ? from + (high - v) / range * span : from + (v - low) / range * span;
    const v0 = Math.min(value(0), value(room)), v1 = Math.max(value(0), value(room));
    const raw = (v1 - v0) / 6, power = Math.pow(10, Math.floor(Math.log10(raw)));
    const step = [1, 2, 5, 10].map(k => k * power).find(s => s >= raw);
    for (let v = Math.ceil(v0 / step) * step; v <= v1; v += step) {
      const p = pixel(v), text = v.toFixed(Math.max(0, -Math.floor(Math.log10(step)))).replace(/^-(0(\.0*)?)$/, "$1");
      pen.beginPath();
      if (a) { pen.moveTo(0, p); pen.lineTo(width, p); } else { pen.moveTo(p, 0); pen.lineTo(p, height); }
      pen.stroke();
      if (a) pen.fillText(text, 4, p - 3); else pen.fillText(text, p + 3, height - 6);
    }
    pen.save();
    pen.font = "600 " + pen.font;
    if (a) { pen.translate(width - 16, 12); pen.rotate(Math.PI / 2); pen.fillText(axis.title, 0, 0); }
    else pen.fillText(axis.title, Math.max(4, width - 30 - pen.measureText(axis.title).width), height - 22);
    pen.restore();
  });
}

function ring(i, r, style, line) {
  pen.beginPath(); pen.arc(screenX(i), screenY(i), r, 0, 7);
  pen.strokeStyle = style; pen.lineWidth = line; pen.stroke();
}

function drawMarks() {
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  drawAxes();
  const r = radius();
  if (chosen.length) {
    pen.beginPath();
    for (const i of chosen) {
      if (isHidden(i)) continue;
      const x = screenX(i), y = screenY(i);
      if (x < 0 || y < 0 || x > width || y > height) continue;
      pen.moveTo(x + r + 2, y); pen.arc(x, y, r + 2, 0, 7);
    }
    pen.fillStyle = color("--chosen"); pen.strokeStyle = color("--ink"); pen.lineWidth = 1.5;
    pen.fill(); pen.stroke();
  }
  if (first >= 0) ring(first, r + 6, color("--accent"), 3);
  drawNames();
  if (hovered >= 0) ring(hovered, r + 3, color("--ink"), 2);
  if (loop) {
    pen.beginPath(); loop.forEach(([x, y], k) => k ? pen.lineTo(x, y) : pen.moveTo(x, y));
    pen.closePath(); pen.strokeStyle = color("--accent"); pen.lineWidth = 2; pen.setLineDash([6, 4]);
    pen.stroke(); pen.setLineDash([]);
  }
  if (document.activeElement === marks && marks.matches(":focus-visible")) {
    pen.strokeStyle = color("--accent"); pen.lineWidth = 2; pen.beginPath();
    pen.moveTo(width / 2 - 10, height / 2); pen.lineTo(width / 2 + 10, height / 2);
    pen.moveTo(width / 2, height / 2 - 10); pen.lineTo(width / 2, height / 2 + 10); pen.stroke();
  }
}

let waiting = false, all = false;
function draw(everything = true) {
  all = all || everything;
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(now);
}

function now() {
  waiting = false;
  const start = performance.now();
  if (all) drawPoints();
  all = false;
  drawMarks();
  document.documentElement.dataset.drawn = (performance.now() - start).toFixed(1);
}

function fit() {
  const box = get("stage").getBoundingClientRect();
  const u = (width / 2 - left) / spanX(), v = (height / 2 - top_) / spanY(), isNew = width === 1;
  width = Math.max(box.width, 2 * MARGIN + 1); height = Math.max(box.height, 2 * MARGIN + 1);
  ratio = Math.min(devicePixelRatio || 1, 2);
  for (const canvas of [points, marks]) { canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio); }
  if (isNew) return whole();
  left = width / 2 - u * spanX(); top_ = height / 2 - v * spanY();
  draw();
}

function whole() { zoom = 1; left = MARGIN; top_ = MARGIN; draw(); }

function zoomAt(x, y, factor) {
  factor = Math.min(Math.max(zoom * factor, 0.5), 2000) / zoom;
  left = x - (x - left) * factor; top_ = y - (y - top_) * factor; zoom *= factor;
  draw();
}

function move(dx, dy) { left += dx; top_ += dy; draw(); }

"use strict";
// The map on a canvas: zoom, search, hover, and the neighbours of what is chosen.
(function () {
  const canvas = document.getElementById("map-canvas");
  if (!canvas) return;
  const map = report.map, count = map.id.length, pen = canvas.getContext("2d");
  const COLOURS = ["#3f7fb5", "#e08a2e", "#4d9e57", "#d1545c", "#9a6bb0", "#2fa3a0", "#c9a227", "#d9779b", "#8f6b54", "#6b8fd6", "#7fb04a", "#b0548a"];
  const OTHER = "#8a949e";
  const neighbours = Array.from({ length: count }, () => []);
  for (let i = 0; i < map.edges.length; i += 2) {
    neighbours[map.edges[i]].push(map.edges[i + 1]);
    neighbours[map.edges[i + 1]].push(map.edges[i]);
  }
  const most = Math.max(1, ...map.betweenness);
  const radius = map.betweenness.map((b, i) => 2 + (map.key[i] ? 1 : 0) + 11 * Math.sqrt(b / most));
  // Where the labels stand, for those who test that none covers another.
  const labels = canvas.labels = [];
  const view = { x: 0.5, y: 0.5, zoom: 1 };
  let chosen = -1, hovered = -1, found = null, only = null, by = "cluster", order = [];

  function size() { return [canvas.clientWidth, canvas.clientHeight]; }
  function at(i) {
    const [width, height] = size();
    return [
      width / 2 + (map.x[i] - view.x) * view.zoom * (width - 40),
      height / 2 + (map.y[i] - view.y) * view.zoom * (height - 40),
    ];
  }
  function groups() {
    const counts = new Map();
    for (const value of map[by]) if (value !== null) counts.set(value, (counts.get(value) || 0) + 1);
    const values = [...counts.keys()];
    if (by === "year") return values.sort((a, b) => b - a).slice(0, COLOURS.length);
    return values.sort((a, b) => counts.get(b) - counts.get(a) || (a > b ? 1 : -1)).slice(0, COLOURS.length);
  }
  function colourOf(i) {
    const place = map[by][i] === null ? -1 : order.indexOf(map[by][i]);
    return place < 0 ? OTHER : COLOURS[place];
  }
  function isLit(i) {
    if (found) return found.has(i);
    if (only !== null && chosen < 0) return map[by][i] === only;
    const centre = chosen >= 0 ? chosen : hovered;
    return centre < 0 || i === centre || neighbours[centre].includes(i);
  }

  function paint() {
    const [width, height] = size(), dense = devicePixelRatio || 1;
    canvas.width = width * dense;
    canvas.height = height * dense;
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    pen.clearRect(0, 0, width, height);
    const places = map.id.map((_, i) => at(i)), lit = map.id.map((_, i) => isLit(i));
    const isFocused = chosen >= 0 || found !== null || only !== null;
    edges(places, lit, isFocused);
    const grown = Math.min(2.5, Math.sqrt(view.zoom)), ground = colour("ground");
    pen.lineWidth = 1;
    for (let i = count - 1; i >= 0; i--) {
      pen.globalAlpha = lit[i] ? 0.92 : 0.1;
      pen.fillStyle = colourOf(i);
      pen.strokeStyle = i === chosen ? colour("ink") : ground;
      pen.beginPath();
      pen.arc(places[i][0], places[i][1], radius[i] * grown, 0, 7);
      pen.fill();
      pen.stroke();
    }
    pen.globalAlpha = 1;
    write(places, lit, grown, isFocused);
    if (hovered >= 0) describe(hovered, places[hovered]);
  }

  function edges(places, lit, isFocused) {
    const ends = new Map();
    for (let i = 0; i < map.edges.length; i += 2) {
      const a = map.edges[i], b = map.edges[i + 1];
      const isStrong = isFocused && lit[a] && lit[b] && (chosen < 0 || a === chosen || b === chosen);
      const key = (isStrong ? "strong " : "weak ") + (colourOf(a) === colourOf(b) ? colourOf(a) : OTHER);
      if (!ends.has(key)) ends.set(key, []);
      ends.get(key).push(places[a], places[b]);
    }
    for (const [key, points] of ends) {
      const [strength, shade] = key.split(" ");
      pen.strokeStyle = shade;
      pen.globalAlpha = strength === "strong" ? 0.6 : isFocused ? 0.04 : 0.16;
      pen.lineWidth = strength === "strong" ? 1.2 : 0.7;
      pen.beginPath();
      for (let i = 0; i < points.length; i += 2) { pen.moveTo(...points[i]); pen.lineTo(...points[i + 1]); }
      pen.stroke();
    }
  }

  // Labels one after the other, the most important first; one that would cover another is left out.
  function write(places, lit, grown, isFocused) {
    const [width, height] = size(), taken = [], family = getComputedStyle(document.body).fontFamily;
    labels.length = 0;
    pen.lineJoin = "round";
    pen.strokeStyle = colour("ground");
    function put(text, x, y, font, fill, isCentred) {
      pen.font = font + " " + family;
      const wide = pen.measureText(text).width, high = parseInt(font.match(/\d+px/), 10) + 3;
      let left = isCentred ? x - wide / 2 : x;
      if (!isCentred && left + wide > width - 4) left = x - wide - 18;
      left = Math.max(4, Math.min(left, width - wide - 4));
      const box = [left - 3, y - high, left + wide + 3, y + 3];
      if (box[1] < 0 || box[3] > height || taken.some((o) => box[0] < o[2] && box[2] > o[0] && box[1] < o[3] && box[3] > o[1])) return;
      taken.push(box);
      labels.push(box);
      pen.lineWidth = 4;
      pen.strokeText(text, left, y);
      pen.fillStyle = fill;
      pen.fillText(text, left, y);
    }
    if (chosen >= 0) put(short(chosen), places[chosen][0] + radius[chosen] * grown + 4, places[chosen][1] + 4, "bold 13px", colour("ink"));
    if (by === "cluster" && !isFocused && view.zoom < 3) for (const value of order) {
      const members = map.cluster.flatMap((c, i) => (c === value ? [i] : []));
      if (members.length < 5 || !map.names[value]) continue;
      const middle = (axis) => members.map((i) => places[i][axis]).sort((p, q) => p - q)[members.length >> 1];
      put(map.names[value].split(", ").slice(0, 2).join(", "), middle(0), middle(1), "bold 15px", colour("ink"), true);
    }
    const most = Math.round((isFocused ? 40 : 25) * Math.max(1, view.zoom) ** 1.2);
    const named = map.id.map((_, i) => i).filter((i) => lit[i] && i !== chosen && (map.key[i] || isFocused || view.zoom > 2))
      .filter((i) => places[i][0] > 0 && places[i][0] < width && places[i][1] > 0 && places[i][1] < height)
      .sort((a, b) => map.betweenness[b] - map.betweenness[a]).slice(0, most);
    for (const i of named) put(short(i), places[i][0] + radius[i] * grown + 3, places[i][1] + 4, "12px", colour("ink"));
  }
  function short(i) {
    const text = map.title[i] || map.id[i];
    const most = /[\u2e80-\uffff]/.test(text) ? 12 : 24;
    return text.length > most ? text.slice(0, most - 1).trimEnd() + "…" : text;
  }

  function line(i) {
    return map.id[i] + (map.rank[i] ? " #" + map.rank[i] : "") + (map.title[i] ? " " + map.title[i] : "");
  }
  function describe(i, [x, y]) {
    const text = line(i).slice(0, 90), [width] = size();
    pen.font = "13px " + getComputedStyle(document.body).fontFamily;
    const wide = pen.measureText(text).width + 16, left = Math.max(2, Math.min(x - 20, width - wide - 2)), top = y > 44 ? y - 40 : y + 16;
    pen.fillStyle = colour("ink");
    pen.beginPath();
    pen.roundRect(left, top, wide, 26, 5);
    pen.fill();
    pen.fillStyle = colour("paper");
    pen.fillText(text, left + 8, top + 17);
  }

  function legend() {
    order = groups();
    const box = document.getElementById("map-legend");
    box.replaceChildren();
    order.forEach((value, place) => {
      const key = element("button", null, "key"), mark = element("i");
      key.type = "button";
      key.setAttribute("aria-pressed", String(only === value));
      mark.style.background = COLOURS[place];
      const text = by === "cluster" ? map.names[value] || inLanguage("cluster ", "聚类 ") + (value + 1) : value;
      const members = map[by].filter((v) => v === value).length;
      key.append(mark, element("bdi", String(text).slice(0, 60)), element("small", members));
      key.addEventListener("click", () => {
        only = only === value ? null : value;
        found = null;
        choose(-1);
        for (const other of box.children) other.setAttribute("aria-pressed", "false");
        key.setAttribute("aria-pressed", String(only === value));
      });
      box.append(key);
    });
    const key = element("span", null, "key"), mark = element("i");
    mark.style.background = OTHER;
    key.append(mark, inLanguage("others, unknown", "其他、未知"));
    box.append(key);
  }

  function button(i) {
    const made = element("button", line(i), "vertex");
    made.type = "button";
    made.replaceChildren(element("bdi", line(i)));
    made.addEventListener("click", () => { found = null; choose(i); });
    return made;
  }
  function tell() {
    const [box, beside, around] = ["map-chosen", "map-explained", "map-neighbours"].map((id) => document.getElementById(id));
    for (const node of [box, beside, around]) node.replaceChildren();
    if (found) {
      box.append(element("p", inLanguage(found.size + " found", "找到 " + found.size + " 个")));
      for (const i of [...found].slice(0, 20)) box.append(button(i));
    } else if (chosen >= 0) {
      const name = element("h3");
      name.append(element("bdi", line(chosen)));
      box.append(name);
      const facts = [
        [inLanguage("betweenness", "中介中心性"), map.betweenness[chosen]], [inLanguage("main class", "主分类号"), map.main_class[chosen]],
        [inLanguage("year", "年份"), map.year[chosen]], [inLanguage("applicant", "申请人"), map.applicant[chosen]],
        [inLanguage("technology", "技术"), map.technology[chosen]], [inLanguage("neighbours on the map", "图中邻居"), neighbours[chosen].length],
      ];
      box.append(element("p", facts.filter(([, v]) => v !== null).map(([k, v]) => k + ": " + v).join(" · "), "note"));
      if (map.rank[chosen]) box.append(links(map.id[chosen], map.real[chosen]));
      if (isExplained(map.id[chosen])) beside.append(explanation(map.id[chosen]));
      for (const i of neighbours[chosen].slice(0, 20)) around.append(button(i));
    }
  }
  function choose(i) { chosen = i; if (i >= 0) only = null; tell(); paint(); }
  function zoom(factor) { view.zoom = Math.min(60, Math.max(0.5, view.zoom * factor)); paint(); }
  function shift(dx, dy) {
    const [width, height] = size();
    view.x -= dx / view.zoom / (width - 40);
    view.y -= dy / view.zoom / (height - 40);
    paint();
  }
  function under(event) {
    const box = canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
    let best = -1, least = 14;
    for (let i = 0; i < count; i++) {
      const [u, v] = at(i), distance = Math.hypot(u - x, v - y) - radius[i];
      if (distance < least) { best = i; least = distance; }
    }
    return best;
  }

  let held = null, moved = false;
  canvas.addEventListener("pointerdown", (event) => { held = [event.clientX, event.clientY]; moved = false; canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener("pointermove", (event) => {
    if (held) {
      const dx = event.clientX - held[0], dy = event.clientY - held[1];
      if (!moved && Math.hypot(dx, dy) < 4) return;
      moved = true;
      held = [event.clientX, event.clientY];
      shift(dx, dy);
      return;
    }
    const now = under(event);
    if (now !== hovered) { hovered = now; paint(); }
  });
  canvas.addEventListener("pointerup", (event) => { held = null; if (!moved) { found = null; choose(under(event)); } });
  canvas.addEventListener("pointerleave", () => { hovered = -1; paint(); });
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && document.activeElement !== canvas) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2);
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] };
    if (moves[event.key]) shift(...moves[event.key]);
    else if (event.key === "+" || event.key === "=") zoom(1.3);
    else if (event.key === "-") zoom(1 / 1.3);
    else if (event.key === "Escape") { found = null; choose(-1); }
    else return;
    event.preventDefault();
  });
  document.getElementById("map-in").addEventListener("click", () => zoom(1.4));
  document.getElementById("map-out").addEventListener("click", () => zoom(1 / 1.4));
  document.getElementById("map-reset").addEventListener("click", () => {
    Object.assign(view, { x: 0.5, y: 0.5, zoom: 1 });
    found = only = null;
    choose(-1);
    legend();
  });
  document.getElementById("map-colour").addEventListener("change", (event) => { by = event.target.value; only = null; legend(); paint(); });
  document.getElementById("map-search").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    found = wanted ? new Set(map.id.map((_, i) => i).filter((i) => line(i).toLowerCase().includes(wanted))) : null;
    chosen = -1;
    tell();
    paint();
  });
  addEventListener("resize", paint);
  listeners.push(() => { legend(); tell(); paint(); });
})();

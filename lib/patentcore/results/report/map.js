"use strict";
// The map on a canvas: zoom, search, hover, and the neighbours of what is chosen.
(function () {
  const canvas = document.getElementById("map-canvas");
  if (!canvas) return;
  const map = report.map, count = map.id.length, pen = canvas.getContext("2d");
  const COLOURS = ["#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#b07aa1", "#76b7b2", "#edc948", "#ff9da7", "#9c755f", "#86bcb6", "#8cd17d", "#d37295"];
  const OTHER = "#8a929b";
  const neighbours = Array.from({ length: count }, () => []);
  for (let i = 0; i < map.edges.length; i += 2) {
    neighbours[map.edges[i]].push(map.edges[i + 1]);
    neighbours[map.edges[i + 1]].push(map.edges[i]);
  }
  const most = Math.max(1, ...map.betweenness);
  const radius = map.betweenness.map((b, i) => 2 + (map.key[i] ? 1 : 0) + 11 * Math.sqrt(b / most));
  const view = { x: 0.5, y: 0.5, zoom: 1 };
  let chosen = -1, hovered = -1, found = null, by = "cluster", order = [];

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
    pen.strokeStyle = colour("quiet");
    for (const strong of [false, true]) {
      pen.globalAlpha = strong ? 0.35 : 0.07;
      pen.lineWidth = 0.7;
      pen.beginPath();
      for (let i = 0; i < map.edges.length; i += 2) {
        const a = map.edges[i], b = map.edges[i + 1];
        if ((lit[a] && lit[b] && (chosen >= 0 || found !== null)) !== strong) continue;
        pen.moveTo(...places[a]);
        pen.lineTo(...places[b]);
      }
      pen.stroke();
    }
    const grown = Math.min(2.5, Math.sqrt(view.zoom));
    for (let i = count - 1; i >= 0; i--) {
      pen.globalAlpha = lit[i] ? 0.9 : 0.12;
      pen.fillStyle = colourOf(i);
      pen.beginPath();
      pen.arc(places[i][0], places[i][1], radius[i] * grown, 0, 7);
      pen.fill();
    }
    pen.globalAlpha = 1;
    pen.fillStyle = colour("ink");
    pen.font = "12px " + getComputedStyle(document.body).fontFamily;
    const named = map.id.map((_, i) => i).filter((i) => lit[i])
      .sort((a, b) => map.betweenness[b] - map.betweenness[a]).slice(0, chosen >= 0 ? 25 : 12);
    const taken = [];
    for (const i of named) {
      const [x, y] = places[i];
      if (i !== chosen && taken.some(([u, v]) => Math.abs(u - x) < 95 && Math.abs(v - y) < 13)) continue;
      taken.push([x, y]);
      pen.fillText(map.id[i], x + radius[i] * grown + 2, y + 4);
    }
    if (hovered >= 0) describe(hovered, places[hovered]);
  }

  function line(i) {
    return map.id[i] + (map.rank[i] ? " #" + map.rank[i] : "") + (map.title[i] ? " " + map.title[i] : "");
  }
  function describe(i, [x, y]) {
    const text = line(i).slice(0, 90), [width] = size();
    const wide = pen.measureText(text).width + 12, left = Math.max(0, Math.min(x, width - wide));
    pen.fillStyle = colour("ground");
    pen.fillRect(left, y - 32, wide, 22);
    pen.fillStyle = colour("ink");
    pen.fillText(text, left + 6, y - 17);
  }

  function legend() {
    order = groups();
    const box = document.getElementById("map-legend");
    box.replaceChildren();
    order.forEach((value, place) => {
      const key = element("span", null, "key"), mark = element("i");
      mark.style.background = COLOURS[place];
      const text = by === "cluster" ? value + 1 + " " + (map.names[value] || "") : value;
      key.append(mark, element("bdi", String(text).slice(0, 60)));
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
    made.addEventListener("click", () => { found = null; choose(i); });
    return made;
  }
  function tell() {
    const box = document.getElementById("map-chosen");
    box.replaceChildren();
    if (found) {
      box.append(element("p", inLanguage(found.size + " found", "找到 " + found.size + " 个")));
      for (const i of [...found].slice(0, 20)) box.append(button(i));
    } else if (chosen >= 0) {
      box.append(element("h3", line(chosen)));
      const facts = [
        [inLanguage("betweenness", "中介中心性"), map.betweenness[chosen]], [inLanguage("main class", "主分类号"), map.main_class[chosen]],
        [inLanguage("year", "年份"), map.year[chosen]], [inLanguage("applicant", "申请人"), map.applicant[chosen]],
        [inLanguage("technology", "技术"), map.technology[chosen]], [inLanguage("neighbours on the map", "图中邻居"), neighbours[chosen].length],
      ];
      box.append(element("p", facts.filter(([, v]) => v !== null).map(([k, v]) => k + ": " + v).join(" · ")));
      for (const i of neighbours[chosen].slice(0, 20)) box.append(button(i));
    }
  }
  function choose(i) { chosen = i; tell(); paint(); }
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
    found = null;
    choose(-1);
  });
  document.getElementById("map-colour").addEventListener("change", (event) => { by = event.target.value; legend(); paint(); });
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

"use strict";
// The ranking: filtered, ordered and paged. A row is as embedded.py says.
(function () {
  const tools = document.getElementById("ranking-tools");
  if (!tools) return;
  const SIZE = 50, SCORE = 6, PARTS = ["degree", "betweenness", "popularity", "main_class"];
  const SPOKEN = [["degree centrality", "度中心性"], ["betweenness", "中介中心性"], ["popularity", "热度"], ["main class frequency", "主分类号频率"]];
  const columns = [
    [0, "Rank", "名次"], [1, "Publication", "公开号"], [2, "Title", "标题"], [3, "Applicants", "申请人"],
    [4, "Main class", "主分类号"], [5, "Year", "年份"], [SCORE, "Core degree and its parts", "核心度及构成"],
    [11, "Rank, 5 %", "名次 5 %"], [12, "Rank, 95 %", "名次 95 %"],
  ];
  const filter = document.getElementById("ranking-filter");
  const all = document.getElementById("ranking-all");
  const state = { by: 0, down: false, page: 0 };
  let shown = report.ranking;

  function compare(a, b) {
    const x = a[state.by], y = b[state.by];
    if (x === null || y === null) return (x === null) - (y === null);
    const order = typeof x === "string" ? x.localeCompare(y) : x - y;
    return state.down ? -order : order;
  }

  function choose() {
    const wanted = filter.value.trim().toLowerCase();
    shown = report.ranking.filter((row) => row.slice(1, 6).some((cell) => String(cell).toLowerCase().includes(wanted)));
    shown.sort((a, b) => compare(a, b) || a[0] - b[0]);
  }

  function parts(row) {
    const bar = element("div", null, "parts");
    const values = row.slice(SCORE + 1, SCORE + 1 + PARTS.length);
    const sum = values.reduce((a, b) => a + b, 0) || 1;
    values.forEach((value, i) => {
      const part = element("i", null, PARTS[i]);
      part.style.width = (100 * value) / sum + "%";
      part.title = inLanguage(...SPOKEN[i]) + " " + value;
      bar.append(part);
    });
    return bar;
  }

  function cellOf(row, place) {
    const isText = place > 0 && place < 5;
    const cell = element(place === 1 ? "th" : "td", null, place === 2 ? "title" : isText ? "" : "n");
    const value = row[place];
    const text = place === 1 ? explainButton(value) : element("bdi", value === null ? "–" : place === 5 || isText ? value : value.toLocaleString("en", place === SCORE ? { minimumFractionDigits: 2, maximumFractionDigits: 2 } : { maximumFractionDigits: 1 }));
    cell.append(text);
    if (place === 1) { cell.scope = "row"; cell.append(links(value, row[13])); }
    if (place === SCORE) cell.append(parts(row));
    return cell;
  }

  function header() {
    const line = element("tr");
    for (const [place, english, chinese] of columns) {
      const cell = element("th");
      cell.scope = "col";
      const isBy = place === state.by;
      cell.setAttribute("aria-sort", isBy ? (state.down ? "descending" : "ascending") : "none");
      const button = element("button", inLanguage(english, chinese) + (isBy ? (state.down ? " ↓" : " ↑") : ""));
      button.type = "button";
      button.addEventListener("click", () => {
        state.down = isBy ? !state.down : place === SCORE;
        Object.assign(state, { by: place, page: 0 });
        show();
        all.querySelectorAll("th button")[columns.findIndex(([p]) => p === place)].focus();
      });
      cell.append(button);
      line.append(cell);
    }
    return line;
  }

  function show() {
    choose();
    const pages = Math.max(1, Math.ceil(shown.length / SIZE));
    state.page = Math.min(Math.max(state.page, 0), pages - 1);
    const table = element("table", null, "dense"), head = element("thead"), body = element("tbody");
    head.append(header());
    for (const row of shown.slice(state.page * SIZE, (state.page + 1) * SIZE)) {
      const line = element("tr");
      for (const [place] of columns) line.append(cellOf(row, place));
      body.append(line);
    }
    table.append(head, body);
    const box = element("div", null, "scroll");
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", inLanguage("Ranking of key patents", "关键专利排名"));
    box.append(table);
    all.replaceChildren(box);
    document.getElementById("ranking-count").textContent = inLanguage(
      shown.length + " patents, page " + (state.page + 1) + " of " + pages,
      shown.length + " 件专利，第 " + (state.page + 1) + "／" + pages + " 页");
    document.getElementById("ranking-back").disabled = state.page === 0;
    document.getElementById("ranking-on").disabled = state.page === pages - 1;
  }

  function turn(by) { state.page += by; show(); }

  tools.hidden = false;
  document.getElementById("ranking-first").hidden = true;
  filter.addEventListener("input", () => { state.page = 0; show(); });
  document.getElementById("ranking-back").addEventListener("click", () => turn(-1));
  document.getElementById("ranking-on").addEventListener("click", () => turn(1));
  listeners.push(show);
})();

"use strict";
// Every chart as a specification of Vega-Lite, in the page's language and colours.
function field(name, type, title, more) {
  return Object.assign({ field: name, type, title }, more);
}

function barsOf(rows, english, chinese) {
  return {
    data: { values: rows.map(([name, count]) => ({ name, count })) },
    height: 60 + 22 * rows.length,
    mark: { type: "bar", tooltip: true, height: { band: 0.7 } },
    encoding: {
      x: field("count", "quantitative", inLanguage("key patents", "关键专利")),
      y: field("name", "nominal", inLanguage(english, chinese), { sort: null }),
    },
  };
}

// A logarithmic scale with its lines at powers of ten.
function log(name, title, values, more) {
  const most = Math.max(1, ...values), least = Math.min(...values.filter((v) => v > 0), most);
  const powers = [];
  for (let p = Math.floor(Math.log10(least)); p <= Math.ceil(Math.log10(most)); p++) powers.push(10 ** p);
  return field(name, "quantitative", title, {
    scale: Object.assign({ type: "log", domain: [least, Math.max(most, least * 2)], nice: false }, more),
    axis: { values: powers, format: "~s", grid: true },
  });
}

const drawings = {
  scores() {
    return {
      data: { values: report.scores.map(([rank, score]) => ({ rank, score })) },
      mark: { type: "line", strokeWidth: 2, point: { size: 22, filled: true }, tooltip: true },
      encoding: {
        x: log("rank", inLanguage("rank", "名次"), report.scores.map(([rank]) => rank)),
        y: log("score", inLanguage("core degree", "核心度"), report.scores.map(([, score]) => score)),
      },
    };
  },
  degrees() {
    const names = [inLanguage("all vertices", "全部节点"), inLanguage("key patents", "关键专利")];
    const values = ["all", "key"].flatMap((name, i) => report.degrees[name]
      .filter(([degree]) => degree > 0)
      .map(([degree, count]) => ({ degree, count, of: names[i] })));
    return {
      data: { values },
      mark: { type: "point", tooltip: true, size: 22 },
      encoding: {
        x: log("degree", inLanguage("degree (raw)", "度（原始）"), values.map((v) => v.degree)),
        y: log("count", inLanguage("number of vertices", "节点数"), values.map((v) => v.count)),
        color: field("of", "nominal", null, { sort: names, legend: { orient: "top" } }),
        shape: field("of", "nominal", null, { sort: names }),
      },
    };
  },
  classes: () => barsOf(report.classes, "main class", "主分类号"),
  applicants: () => barsOf(report.applicants, "applicant", "申请人"),
  years() {
    return {
      data: { values: report.years.map(([year, count]) => ({ year, count })) },
      mark: { type: "bar", tooltip: true, width: { band: 0.8 } },
      encoding: {
        x: field("year", "ordinal", inLanguage("year", "年份"), { axis: { labelOverlap: true, labelAngle: 0 } }),
        y: field("count", "quantitative", inLanguage("key patents", "关键专利")),
      },
    };
  },
  robustness() {
    const values = report.robustness.map(([number, rank, least, low, median, high, most]) =>
      ({ number, rank, least, low, median, high, most }));
    const x = (name) => log(name, inLanguage("rank", "名次"), values.flatMap((v) => [v.least, v.most]));
    return {
      data: { values },
      height: 60 + 18 * values.length,
      encoding: { y: field("number", "nominal", null, { sort: null }) },
      layer: [
        { mark: { type: "rule", size: 1 }, encoding: { x: x("least"), x2: { field: "most" } } },
        { mark: { type: "rule", size: 7, opacity: 0.4, strokeCap: "round" }, encoding: { x: x("low"), x2: { field: "high" } } },
        { mark: { type: "point", filled: true, size: 45, tooltip: { content: "data" } }, encoding: { x: x("rank") } },
      ],
    };
  },
  windows(node) {
    const values = report.windows.map(([span, number, title, rank]) => ({ span, number, title, rank }));
    const last = values.length ? values[values.length - 1].span : "", spans = [...new Set(values.map((v) => v.span))];
    const isWide = node.clientWidth > 500;
    const y = field("rank", "quantitative", inLanguage("rank", "名次"), { scale: { domain: [10.6, 0.4], nice: false }, axis: { values: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], grid: false } });
    const x = field("span", "ordinal", inLanguage("window", "时间窗"), { sort: spans, axis: { labelAngle: 0, labelOverlap: true } });
    const color = field("number", "nominal", null, { legend: null });
    return {
      data: { values },
      height: 380,
      padding: { left: 5, top: 5, bottom: 5, right: isWide ? 110 : 5 },
      encoding: { x, y, detail: { field: "number" } },
      layer: [
        { mark: { type: "line", strokeWidth: 3, interpolate: "monotone", opacity: 0.75, tooltip: { content: "data" } }, encoding: { color } },
        { mark: { type: "circle", size: 260, opacity: 1, tooltip: { content: "data" } }, encoding: { color } },
        { mark: { type: "text", fontSize: 10, fontWeight: "bold", color: "#fff" }, encoding: { text: { field: "rank" } } },
        { transform: [{ filter: { field: "span", equal: last } }], mark: { type: "text", align: "left", dx: 15, fontSize: 11, limit: 125, opacity: isWide ? 1 : 0 }, encoding: { text: { field: "number" } } },
      ],
    };
  },
  moves() {
    const values = report.moves.flatMap(([span, number, title, before, after]) => [
      { move: number + " " + span, number, title, span, when: inLanguage("before", "之前"), rank: before, way: before > after ? "up" : "down" },
      { move: number + " " + span, number, title, span, when: inLanguage("after", "之后"), rank: after, way: before > after ? "up" : "down" },
    ]);
    const ranks = values.map((v) => v.rank), x = field("when", "ordinal", null, { sort: null, axis: { labelAngle: 0, orient: "top" }, scale: { padding: 0.3 } });
    const color = field("way", "nominal", null, { scale: { domain: ["up", "down"], range: [colour("popularity"), colour("degree")] },
      legend: { orient: "bottom", labelExpr: "datum.label == 'up' ? '" + inLanguage("up", "上升") + "' : '" + inLanguage("down", "下降") + "'" } });
    return {
      data: { values },
      height: 380,
      encoding: { x, y: log("rank", inLanguage("rank", "名次"), ranks, { reverse: true }), detail: { field: "move" }, color },
      layer: [
        { mark: { type: "line", strokeWidth: 2, opacity: 0.7, tooltip: { content: "data" } } },
        { mark: { type: "circle", size: 60, opacity: 1, tooltip: { content: "data" } } },
      ],
    };
  },
  technology(node) {
    const rows = report.technologies[node.dataset.technology] || [];
    const values = rows.map(([year, cumulative, fitted]) => ({ year, cumulative, fitted }));
    const y = (name) => field(name, "quantitative", inLanguage("cumulative inventions", "累计发明"));
    return {
      data: { values },
      encoding: { x: field("year", "quantitative", inLanguage("priority year", "优先权年"), { axis: { format: "d", tickMinStep: 1 }, scale: { zero: false } }) },
      layer: [
        { mark: { type: "point", filled: true, tooltip: { content: "data" } }, encoding: { y: y("cumulative") } },
        { mark: { type: "line", color: colour("degree") }, encoding: { y: y("fitted") } },
      ],
    };
  },
};

function themeOf() {
  const ink = colour("ink"), rule = colour("rule"), quiet = colour("quiet");
  return {
    background: null,
    font: getComputedStyle(document.body).fontFamily,
    view: { stroke: null, continuousHeight: 240 },
    axis: { labelColor: ink, titleColor: quiet, gridColor: rule, domainColor: rule, ticks: false,
      labelPadding: 6, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", labelLimit: 190 },
    axisBand: { grid: false, domain: false },
    legend: { labelColor: ink, titleColor: ink, labelFontSize: 12 },
    text: { color: ink, fontSize: 12 },
    bar: { color: colour("accent"), cornerRadiusEnd: 2 }, point: { color: colour("accent") },
    line: { color: colour("accent") }, rule: { color: colour("accent") },
    range: { category: ["#1f77b4", "#e08a00", "#2a9d8f", "#b5477f", "#7f6fbf", "#8c564b", "#5a8f29", "#c0392b", "#17a2b8", "#777"] },
  };
}

// The drawn values as a table, made when it is opened.
function tableBehind(node, values) {
  const old = node.nextElementSibling;
  const made = element("details", null, "behind");
  made.append(element("summary", inLanguage("The values as a table", "以表格显示数值")));
  made.addEventListener("toggle", () => {
    if (!made.open || made.querySelector("table")) return;
    const names = Object.keys(values[0] || {}).filter((name) => name !== "shown");
    const table = element("table", null, "narrow"), head = element("tr");
    for (const name of names) head.append(element("th", inLanguage(name, NAMES[name] || name)));
    table.append(head);
    for (const row of values) {
      const line = element("tr");
      for (const name of names) line.append(element("td", row[name] === null ? "–" : row[name]));
      table.append(line);
    }
    made.append(table);
  });
  if (old && old.classList.contains("behind")) old.replaceWith(made);
  else node.after(made);
}

const NAMES = { name: "名称", count: "件数", left: "剩余", removed: "排除", unknown: "未知", rank: "名次",
  score: "核心度", degree: "度", of: "范围", year: "年份", number: "公开号", least: "最高", low: "5 %", median: "中位",
  high: "95 %", most: "最低", span: "时间窗", title: "标题", move: "变动", when: "时点", way: "方向", cumulative: "累计", fitted: "拟合" };

function draw(node) {
  const spec = drawings[node.dataset.chart](node);
  tableBehind(node, spec.data.values);
  spec.$schema = "https://vega.github.io/schema/vega-lite/v6.json";
  spec.width = "container";
  spec.height = spec.height || 300;
  spec.autosize = { type: "fit", contains: "padding" };
  spec.config = themeOf();
  // "ast" interprets expressions, so that the page's policy may forbid evaluating text.
  return vegaEmbed(node, spec, { actions: false, ast: true, logLevel: 1, renderer: "svg", tooltip: { theme: isDark() ? "dark" : "light" } })
    .then(() => { node.dataset.drawn = "yes"; for (const svg of node.querySelectorAll("svg")) svg.setAttribute("aria-hidden", "true"); });
}

// A chart is drawn when it comes near; in the order of the page, so that reading can begin.
const near = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) {
    near.unobserve(entry.target);
    draw(entry.target);
  }
}, { rootMargin: "600px" });

listeners.push(() => {
  for (const node of document.querySelectorAll(".vega")) {
    if (node.dataset.drawn) draw(node);
    else near.observe(node);
  }
});
addEventListener("beforeprint", () => {
  for (const node of document.querySelectorAll(".vega")) if (!node.dataset.drawn && node.offsetParent) draw(node);
});

"use strict";
// What `patentcore explain` says of a patent: steps, score, ranks, neighbours, pairs. The fields are
// as in explanations.py.
const explained = report.explained;
const rows = new Map(report.ranking.map((row) => [row[1], row]));

function isExplained(number) {
  return Object.hasOwn(explained.patents, number);
}

// A number that opens its explanation, or just the number.
function explainButton(number) {
  if (!isExplained(number)) return element("bdi", number);
  const made = element("button", number, "explain");
  made.type = "button";
  made.setAttribute("aria-haspopup", "dialog");
  made.addEventListener("click", () => openExplanation(number));
  return made;
}

function digits(value) {
  return value === null ? inLanguage("unknown", "未知") : String(Number(value.toPrecision(6)));
}

function share(part) {
  if (part > 0 && part < 0.0005) return "< 0.1 %";
  return part < 1 && part >= 0.9995 ? "> 99.9 %" : (100 * part).toFixed(1) + " %";
}

// A text of ours with values in the places {0}, {1} ...
function fill(text, ...values) {
  return text.replace(/\{(\d)\}/g, (_, place) => values[place]);
}

function said(value) {
  if (value === null) return inLanguage("unknown", "未知");
  return Array.isArray(value) ? inLanguage(...value) : value;
}

// Lines of text and nodes under a heading.
function partOf(title, lines) {
  const made = element("section"), list = element("ul");
  made.append(element("h3", title));
  for (const line of lines) {
    const item = element("li");
    item.append(...[line].flat());
    list.append(item);
  }
  made.append(list);
  return made;
}

function stepsOf(patent) {
  return partOf(inLanguage("Screening: every step passed", "筛选：通过全部步骤"), patent.values.map((value, i) => {
    const [english, chinese, asked, askedChinese] = explained.steps[i];
    const wanted = asked === "-" ? "" : " (" + inLanguage(asked, askedChinese) + ")";
    return [inLanguage(english, chinese) + wanted + ": ", element("b", said(value))];
  }));
}

function scoreOf(patent, row) {
  const names = [["degree centrality", "度中心性"], ["betweenness", "中介中心性"], ["popularity", "热度"], ["main class frequency", "主分类号频率"]];
  const products = patent.parts.map(([value], i) => (value === null ? 0 : explained.weights[i] * value));
  const sum = products.reduce((a, b) => a + b, 0);
  const lines = patent.parts.map(([value, formula], i) => [
    explained.weights[i] + " × " + digits(value) + " = ", element("b", digits(products[i])), " " + inLanguage(...names[i]),
    ...(sum ? [" · " + share(products[i] / sum)] : []), ...(formula ? [element("small", digits(value) + " = " + formula)] : []),
  ]);
  lines.push([inLanguage("core degree", "核心度") + " = ", element("b", digits(sum)), inLanguage(", rank ", "，名次 ") + row[0]]);
  return partOf(inLanguage("Score (equation 6)", "得分（公式 6）"), lines);
}

function ranksOf([low, high, best, worst, alone, top]) {
  return partOf(inLanguage("Rank under other weights", "其他权重下的名次"), [
    fill(inLanguage("{0} draws: 90 % within {1} to {2}, best {3}, worst {4}", "{0} 次抽样：90 % 在 {1} 至 {2} 之间，最高 {3}，最低 {4}"),
      explained.draws ?? "", low, high, best, worst),
    fill(inLanguage("among the first ten in {0} of them; {1} by betweenness alone", "{0} 的抽样进入前 10 位；仅按中介中心性排第 {1}"), share(top), digits(alone)),
  ]);
}

function networkOf(around) {
  const relations = { "cited by": ["cited by", "被引于"], cites: ["cites", "引用"], joined: ["joined to", "相连"] };
  const first = inLanguage("degree ", "度 ") + around.degree + inLanguage(", betweenness ", "，中介中心性 ") + digits(around.betweenness);
  const lines = around.near.map(([relation, count, found]) => {
    const line = [inLanguage(...relations[relation]) + " " + count + ": "];
    found.forEach(([id, rank], i) => line.push(i ? ", " : "", explainButton(id), rank ? " #" + rank : ""));
    if (count > found.length) line.push(" +" + (count - found.length));
    return line;
  });
  return partOf(inLanguage("Neighbours", "邻居"), [around.vertex ? [element("bdi", around.vertex), ": " + first] : first, ...lines]);
}

function pairsOf(around) {
  const title = inLanguage("Pairs that it joins", "它连接的邻居对");
  if (!around.pairs) return partOf(title, [inLanguage("too many pairs to look at each here; the command tells them", "邻居对过多，此处未逐一查看；可用命令查看")]);
  const [count, alone, sum, found] = around.pairs, arrow = around.near.some(([relation]) => relation === "joined") ? " – " : " → ";
  return partOf(title, [
    fill(inLanguage("{0} pairs of neighbours without an edge; {1} are joined by it alone", "{0} 对邻居之间没有边，其中 {1} 对只经由它两步相连"), count, alone),
    fill(inLanguage("they make up {0} of its betweenness; the rest is of pairs farther away", "它们占其中介中心性的 {0}；其余来自更远的节点对"), digits(sum)),
    ...found.map(([from, to, paths]) => [element("bdi", from), arrow, element("bdi", to), " · " + (paths > 1 ? "1/" + paths : "1")]),
  ]);
}

function explanation(number) {
  const patent = explained.patents[number], made = element("div", null, "explanation");
  made.append(stepsOf(patent), scoreOf(patent, rows.get(number)));
  if (patent.ranks) made.append(ranksOf(patent.ranks));
  if (patent.around) made.append(networkOf(patent.around), pairsOf(patent.around));
  else made.append(partOf(inLanguage("Network", "网络"), [inLanguage("not in the network, or the network is too large for the page", "不在网络中，或网络过大，页面未含")]));
  return made;
}

const panel = document.getElementById("explained");
function openExplanation(number) {
  const row = rows.get(number);
  panel.dataset.number = number;
  document.getElementById("explained-title").replaceChildren(element("bdi", number), links(number, row[13]));
  document.getElementById("explained-body").replaceChildren(element("p", null, "lead"), explanation(number));
  panel.querySelector(".lead").append(element("bdi", row[2]));
  if (!panel.open) panel.showModal();
  panel.scrollTop = 0;
  document.getElementById("explained-close").focus();
}
document.getElementById("explained-close").addEventListener("click", () => panel.close());
panel.addEventListener("click", (event) => { if (event.target === panel) panel.close(); });

// The documents that the template names: their explanation, and their pages at the offices.
for (const node of document.querySelectorAll("[data-document]")) {
  node.replaceChildren(explainButton(node.dataset.document));
  node.append(...links(node.dataset.document, node.dataset.real === "yes").childNodes);
}

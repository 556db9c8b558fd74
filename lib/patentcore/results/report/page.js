"use strict";
// Language, colours and small helpers; all text of the data goes through textContent.
const report = JSON.parse(document.getElementById("data").textContent);
const root = document.documentElement;
const listeners = [];

function inLanguage(english, chinese) {
  return root.lang === "zh" ? chinese : english;
}

function isDark() {
  const chosen = root.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function colour(name) {
  return getComputedStyle(root).getPropertyValue("--" + name).trim();
}

function element(tag, text, css) {
  const made = document.createElement(tag);
  if (text !== undefined && text !== null) made.textContent = text;
  if (css) made.className = css;
  return made;
}

function redraw() {
  for (const listener of listeners) listener();
}

function speak(language) {
  root.lang = language;
  for (const node of document.querySelectorAll("[data-en]")) {
    const text = node.dataset[language];
    if (node.tagName === "OPTION") node.textContent = text;
    else node.setAttribute("aria-label", text);
  }
  document.title = inLanguage("Key core technology patents: report of a run", "关键核心技术专利：运行报告");
  for (const button of document.querySelectorAll("[data-language]"))
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  redraw();
}

// What a document's number looks like; only such a number becomes part of an address.
const DOCUMENT = /^[A-Z]{2}[A-Z0-9]{4,20}$/;

function links(number, isReal) {
  const cell = element("small");
  if (!isReal || !DOCUMENT.test(number)) return cell;
  const pages = [
    ["Google", "https://patents.google.com/patent/" + number],
    ["Espacenet", "https://worldwide.espacenet.com/patent/search?q=pn%3D" + number],
  ];
  for (const [name, address] of pages) {
    const link = element("a", name);
    link.href = address;
    link.rel = "noopener noreferrer";
    link.target = "_blank";
    cell.append(link, " ");
  }
  return cell;
}

document.querySelectorAll("[data-language]").forEach((button) =>
  button.addEventListener("click", () => speak(button.dataset.language)));
document.querySelector("[data-theme-switch]").addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  redraw();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

// Texts of the page to be copied or saved; where the clipboard is closed they are marked instead.
async function copy(button) {
  const node = document.getElementById(button.dataset.copy);
  getSelection().selectAllChildren(node);
  try { await navigator.clipboard.writeText(node.textContent); } catch { document.execCommand("copy"); }
  button.dataset.done = "yes";
}
function save(button) {
  const text = document.getElementById(button.dataset.save).textContent, link = element("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = button.dataset.file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
for (const button of document.querySelectorAll("[data-copy]")) button.addEventListener("click", () => copy(button));
for (const button of document.querySelectorAll("[data-save]")) button.addEventListener("click", () => save(button));

// A link to a technology opens its page; the list of parts shows where the reader is.
function openTarget() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target && target.tagName === "DETAILS") target.open = true;
}
addEventListener("hashchange", openTarget);
const places = new Map();
for (const link of document.querySelectorAll("nav a")) places.set(link.hash.slice(1), link);
const parts = [...document.querySelectorAll("main > section")];
const reading = new IntersectionObserver(() => {
  const begun = parts.filter((part) => part.getBoundingClientRect().top < innerHeight / 4);
  for (const link of places.values()) link.removeAttribute("aria-current");
  places.get((begun.pop() || parts[0]).id)?.setAttribute("aria-current", "true");
}, { rootMargin: "-15% 0px -80% 0px" });
for (const part of parts) reading.observe(part);
addEventListener("DOMContentLoaded", () => { speak(root.lang); openTarget(); });

/* The query editor of the SPARQL page: Yasgui's editor and result views in the place of the form,
   which stays what people without scripts get. It asks this site only. */
import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import { Chart, fill } from "./lib/chart-view.mjs";

const { Yasqe, Yasr } = Yasgui;
const LONGEST_ADDRESS = 16000; // characters; the server reads a line of 32 kB
const AFTER_TYPING_MS = 500;
const toldByServer = document.getElementById("editor-settings");
const settings = { ...JSON.parse(toldByServer.textContent), chart: toldByServer.dataset.chart };
const { words } = settings;
const form = document.getElementById("query-form");
const field = document.getElementById("query");
const run = document.getElementById("run");
const told = document.getElementById("told");
const runWord = run.textContent;
/* Graphs that the opened address asks about; a query of the gallery asks about all. */
let dataset = [...new URLSearchParams(location.search)].filter(([name]) => name.endsWith("-graph-uri"));

/* Completion from our own vocabulary: the editor's own asks other sites. */
function completeOffline() {
  const { prefixes, property, class: kinds } = Yasqe.Autocompleters;
  const listed = Object.entries(settings.prefixes).map(([name, iri]) => `${name}: <${iri}>`);
  Yasqe.registerAutocompleter({ ...prefixes, get: listed, bulk: false, persistenceId: null });
  const own = { bulk: false, autoShow: true, persistenceId: null };
  Yasqe.registerAutocompleter({ ...property, ...own, get: settings.terms.properties });
  Yasqe.registerAutocompleter({ ...kinds, ...own, get: settings.terms.classes });
}

function makeEditor() {
  const label = form.querySelector("label");
  field.hidden = true;
  const editor = new Yasqe(document.getElementById("editor"), {
    value: field.value,
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    resizeable: false,
    editorHeight: "100%",
    screenReaderLabel: words.editor,
    extraKeys: { Tab: false, "Shift-Tab": false }, // the keyboard gets out of the editor
    requestConfig: {
      endpoint: settings.endpoint,
      method: "POST",
      acceptHeaderSelect: "application/sparql-results+json",
      acceptHeaderGraph: "text/turtle",
      args: () => dataset.map(([name, value]) => ({ name, value })),
    },
  });
  label.removeAttribute("for");
  label.addEventListener("click", () => editor.focus());
  const scroller = editor.getScrollerElement(); // on a phone it scrolls: the keyboard reaches it
  scroller.setAttribute("tabindex", "0");
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", words.editor);
  new ResizeObserver(() => editor.refresh()).observe(document.getElementById("editor"));
  return editor;
}

function makeResult() {
  Yasr.registerPlugin("chart", Chart(settings));
  return new Yasr(document.getElementById("result"), {
    persistenceId: null,
    prefixes: { ...settings.prefixes, id: `${settings.base}id/`, record: `${settings.base}record/` },
    pluginOrder: ["table", "chart", "response"],
    defaultPlugin: location.hash === "#chart" ? "chart" : "table",
    plugins: { table: { enabled: true, dynamicConfig: { compact: true } } },
    errorRenderers: [async (error) => problem(error.text || "")],
  });
}

/* What went wrong, in the server's words, and its place in the query. */
function problem(text) {
  const box = document.createElement("div");
  let said = {};
  try {
    said = JSON.parse(text);
  } catch {
    said = { error: text && !/fetch|network/i.test(text) ? text : words.unreachable };
  }
  const title = document.createElement("strong");
  title.textContent = words.failed;
  const reason = document.createElement("p");
  reason.textContent = said.error || said.detail || words.unreachable;
  box.append(title, reason);
  if (said.line) {
    const place = document.createElement("button");
    place.type = "button";
    place.className = "quiet";
    place.textContent = fill(words.place, said);
    place.addEventListener("click", () => {
      editor.focus();
      editor.getDoc().setCursor(said.line - 1, said.column - 1);
    });
    box.append(place);
    mark(said.line - 1);
  }
  return box;
}

let marked;
function mark(line) {
  unmark();
  marked = editor.getDoc().addLineClass(line, "background", "faulty");
}
function unmark() {
  if (marked) editor.getDoc().removeLineClass(marked, "background", "faulty");
  marked = undefined;
}

function addressOf(query) {
  const address = `${settings.endpoint}?${new URLSearchParams([["query", query], ...dataset])}`;
  return address.length <= LONGEST_ADDRESS ? address : "";
}

/* The address always shows the query that is in the editor. */
function keepAddress(how = "replaceState") {
  const address = addressOf(editor.getValue());
  const view = result.getSelectedPluginName() === "chart" ? "#chart" : "";
  if (!address) tell(words.too_long);
  const wanted = (address || settings.endpoint) + view;
  if (wanted !== location.pathname + location.search + location.hash) history[how](null, "", wanted);
}

function tell(text) {
  told.textContent = text;
}

function show(query, how) {
  dataset = [];
  editor.setValue(query);
  keepAddress(how);
  document.getElementById("answer").replaceChildren();
  form.scrollIntoView({ block: "start" });
  return editor.query().catch(() => {}); // the result says what was wrong
}

/* The whole result as a file, also of queries that are too long for an address. */
async function save(format) {
  const body = new URLSearchParams([["query", editor.getValue()], ["format", format], ...dataset]);
  const answer = await fetch(settings.endpoint, { method: "POST", body }).catch(() => undefined);
  if (!answer) return tell(words.unreachable);
  if (!answer.ok) {
    const said = await answer.json().catch(() => ({}));
    return tell(said.error || words.unreachable);
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = `result.${settings.formats[format]}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  return tell(fill(words.saved, { name: link.download }));
}

/* Tables and graphs have formats of their own. */
function fitFormats() {
  const isGraph = ["CONSTRUCT", "DESCRIBE"].includes(editor.getQueryType());
  for (const button of form.querySelectorAll("button[name=format]")) {
    button.disabled = button.classList.contains("of-graph") !== isGraph;
  }
}

function listen() {
  let waiting;
  editor.on("change", () => {
    unmark();
    fitFormats();
    clearTimeout(waiting);
    waiting = setTimeout(keepAddress, AFTER_TYPING_MS);
  });
  let running = false;
  editor.on("query", () => {
    running = true;
    clearTimeout(waiting);
    keepAddress();
    run.textContent = words.stop;
    tell(words.running);
  });
  editor.on("queryAbort", ended);
  editor.on("queryResponse", (_, response, duration) => {
    ended();
    unmark();
    if (response && response.name === "AbortError") tell(words.stopped);
    else result.setResponse(response, duration);
  });
  function ended() {
    running = false;
    run.textContent = runWord;
    tell("");
  }
  result.on("drawn", () => document.getElementById("answer").replaceChildren());
  result.on("change", () => keepAddress());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { submitter } = event;
    if (submitter && submitter.closest(".yasqe")) return; // the editor's own buttons act themselves
    const format = submitter && submitter.name === "format" ? submitter.value : "";
    if (format) save(format);
    else if (running) editor.abortQuery();
    else editor.query().catch(() => {});
  });
  window.addEventListener("popstate", () => {
    const query = new URLSearchParams(location.search).get("query");
    if (query !== null && query !== editor.getValue()) show(query, "replaceState");
  });
}

function addButtons() {
  const fresh = document.getElementById("fresh");
  const share = document.getElementById("share");
  fresh.hidden = share.hidden = false;
  fresh.addEventListener("click", () => {
    dataset = [];
    editor.setValue(settings.fresh);
    editor.focus();
  });
  share.addEventListener("click", async () => {
    keepAddress();
    if (!addressOf(editor.getValue())) return;
    try {
      await navigator.clipboard.writeText(location.href);
      tell(words.copied);
    } catch {
      tell(words.address);
    }
  });
  for (const link of document.querySelectorAll("a.open-query")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(new URL(link.href).searchParams.get("query"), "pushState");
    });
  }
}

/* Things of this release are shown by this site, wherever their IRIs resolve. */
function followHere(event) {
  const link = event.target.closest && event.target.closest("a.iri");
  if (!link) return;
  const iri = link.getAttribute("href");
  if (iri.startsWith(settings.base)) link.href = settings.root + iri.slice(settings.base.length);
}

/* The table's column handles bring a style element, which the policy of this page refuses. They
   leave it out where they find one of theirs; this is none, and the rules stand in sparql.css. */
function styleHandles() {
  const standIn = document.createElementNS(settings.prefixes.weft, "style");
  standIn.gripid = "573462389";
  document.head.append(standIn);
}

completeOffline();
styleHandles();
const editor = makeEditor();
const result = makeResult();
listen();
fitFormats();
addButtons();
for (const kind of ["click", "auxclick", "contextmenu", "focusin"]) {
  document.getElementById("result").addEventListener(kind, followHere, true);
}
if (new URLSearchParams(location.search).has("query")) editor.query().catch(() => {});

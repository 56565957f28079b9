/* The picture of what an entity is linked to. It is loaded when a reader opens its box; the list
   beside it holds the same things and does the same by keyboard. */
import cytoscape from "cytoscape";

const MOST_NODES = 240; // more cannot be told apart
const LABEL_LENGTH = 34;
const FEW_NODES = 14;
const FEW_EDGES = 10;
const CLOSE = 1.5; // times the zoom at which all fit
const KINDS = {
  dataset: "--dataset", paper: "--paper-kind", software: "--software", book: "--book", chapter: "--chapter",
};

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const short = (text) => (text.length > LABEL_LENGTH ? `${text.slice(0, LABEL_LENGTH - 1)}…` : text);
const element = (name, text, attributes = {}) => {
  const made = Object.assign(document.createElement(name), attributes);
  made.textContent = text;
  return made;
};

function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  return { ink: of("--ink"), soft: of("--soft"), line: of("--line"), card: of("--card"), accent: of("--accent"), other: of("--other"), of };
}

function styles() {
  const colour = colours();
  const kinds = Object.entries(KINDS).map(([kind, name]) => ({
    selector: `node[kind = "${kind}"]`,
    style: { "background-color": colour.of(name), "border-color": colour.of(name) },
  }));
  return [
    { selector: "node", style: {
      "background-color": colour.other, "border-color": colour.other, "border-width": 2, width: 18, height: 18,
      color: colour.ink, "font-size": 11, "font-family": "system-ui, sans-serif",
      "text-valign": "bottom", "text-margin-y": 3, "text-wrap": "wrap", "text-max-width": 110,
      "text-outline-color": colour.card, "text-outline-width": 2, "min-zoomed-font-size": 6,
    } },
    { selector: "node.named", style: { label: "data(label)", "z-index": 10 } },
    ...kinds,
    { selector: "node[?stub]", style: { "background-color": colour.card, "border-style": "dashed" } },
    { selector: "node[?centre]", style: { width: 28, height: 28, "font-weight": "bold" } },
    { selector: "node:selected", style: { "border-color": colour.accent, "border-width": 5 } },
    { selector: "edge", style: {
      width: 1.2, "line-color": colour.soft, "line-opacity": 0.55, "target-arrow-color": colour.soft,
      "target-arrow-shape": "triangle", "arrow-scale": 0.8, "curve-style": "bezier",
    } },
    { selector: "edge.near", style: {
      width: 2, "line-color": colour.accent, "line-opacity": 1, "target-arrow-color": colour.accent, 
    } },
    { selector: "edge.named", style: {
      label: "data(label)", color: colour.ink, "font-size": 10, "text-rotation": "autorotate",
      "text-outline-color": colour.card, "text-outline-width": 2,
    } },
  ];
}

class Picture {
  constructor(box, words) {
    this.words = words.picture;
    this.relations = words.relations;
    this.prefix = words.prefix;
    this.chosen = box.querySelector(".chosen");
    this.list = box.querySelector(".nodes");
    this.buttons = new Map();
    this.expanded = new Set();
    this.leftOut = new Map();
    this.fitted = Infinity;
    const canvas = box.querySelector(".canvas");
    this.cy = cytoscape({ container: canvas, style: styles(), minZoom: 0.15, maxZoom: 3 });
    this.cy.on("tap", "node", (event) => this.choose(event.target.id()));
    this.cy.on("mouseover", "node", (event) => event.target.addClass("named"));
    this.cy.on("mouseout", "node", () => this.name());
    this.cy.on("zoom", () => this.name());
    this.cy.on("dbltap", "node", (event) => this.expand(event.target.id()));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.cy.style(styles()));
    new ResizeObserver(() => this.cy.resize()).observe(canvas);
  }

  add(found) {
    const fresh = found.nodes.filter((node) => this.cy.getElementById(node.key).empty());
    const room = Math.max(0, MOST_NODES - this.cy.nodes().length);
    const near = this.cy.getElementById(found.key);
    const from = near.nonempty() ? near.position() : { x: 0, y: 0 };
    const added = fresh.slice(0, room).map((node, place) => {
      const angle = (place / Math.max(1, fresh.length)) * 2 * Math.PI;
      return {
        group: "nodes",
        data: { id: node.key, label: short(node.name), name: node.name, kind: node.kind, stub: node.stub, href: node.href },
        position: { x: from.x + 80 * Math.cos(angle), y: from.y + 80 * Math.sin(angle) },
      };
    });
    this.cy.add(added);
    this.name();
    const there = (key) => this.cy.getElementById(key).nonempty();
    const edges = found.edges.filter((edge) => there(edge.source) && there(edge.target)).map((edge) => ({
      group: "edges",
      data: {
        id: `${edge.source} ${edge.relation} ${edge.target}`, source: edge.source, target: edge.target,
        label: this.relations[edge.relation]?.out ?? edge.relation, sources: edge.stated_by, relation: edge.relation,
      },
    }));
    this.cy.add(edges.filter((edge) => this.cy.getElementById(edge.data.id).empty()));
    this.leftOut.set(found.key, found.n_left_out + fresh.length - added.length);
    this.expanded.add(found.key);
    for (const node of added) this.listed(node.data);
    return added.length;
  }

  listed(node) {
    const item = document.createElement("li");
    const button = element("button", node.name, { type: "button", className: `kind-${node.kind}`, dir: "auto" });
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", () => this.choose(node.id));
    item.append(button);
    this.list.append(item);
    this.buttons.set(node.id, button);
  }

  arrange() {
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const layout = this.cy.layout({
      name: "cose", animate: isStill ? false : "end", animationDuration: 350, randomize: false, fit: true, padding: 24,
      nodeRepulsion: () => 9000, idealEdgeLength: () => 70, nodeOverlap: 12, componentSpacing: 60, numIter: 600,
    });
    layout.one("layoutstop", () => { this.fitted = this.cy.zoom(); this.name(); });
    layout.run();
  }

  /* Labels that would cover each other say nothing: all of a few, else the chosen one and the first. */
  name() {
    const isRoomy = this.cy.nodes().length <= FEW_NODES || this.cy.zoom() > CLOSE * this.fitted;
    this.cy.nodes().forEach((node) => {
      node.toggleClass("named", isRoomy || node.selected() || Boolean(node.data("centre")));
    });
    const near = this.cy.edges(".near");
    this.cy.edges().removeClass("named");
    if (near.length <= FEW_EDGES) near.addClass("named");
  }

  choose(key) {
    const node = this.cy.getElementById(key);
    if (node.empty()) return;
    this.cy.elements().unselect();
    this.cy.edges().removeClass("near");
    node.select();
    node.connectedEdges().addClass("near");
    this.name();
    for (const [each, button] of this.buttons) button.setAttribute("aria-pressed", String(each === key));
    this.show(node);
  }

  show(node, message = "") {
    const { name, kind, stub, href } = node.data();
    const link = element("a", name, { href, dir: "auto" });
    const title = document.createElement("p");
    title.append(element("strong", ""));
    title.firstChild.append(link);
    const about = element("p", stub ? `${kind} · ${this.words.stub}` : kind, { className: "note" });
    const button = element("button", this.words.expand, { type: "button", className: "quiet" });
    button.disabled = this.expanded.has(node.id());
    if (button.disabled) button.textContent = this.words.expanded;
    button.addEventListener("click", () => this.expand(node.id()));
    this.chosen.replaceChildren(title, about, button, this.told(node));
    const left = this.leftOut.get(node.id());
    const notes = [message, left ? fill(this.words.left_out, { n: left }) : ""].filter(Boolean);
    for (const note of notes) this.chosen.append(element("p", note, { className: "note" }));
  }

  told(node) {
    const said = document.createElement("ul");
    said.className = "plain";
    node.connectedEdges().slice(0, 3).forEach((edge) => {
      const isOut = edge.source().id() === node.id();
      const relation = this.relations[edge.data("relation")];
      const other = isOut ? edge.target() : edge.source();
      const words = relation ? relation[isOut ? "out" : "in"] : edge.data("label");
      const item = element("li", `${words} ${short(other.data("name"))}`);
      if (edge.data("sources").length) {
        item.append(" ", element("span", `(${fill(this.words.stated_by, { sources: edge.data("sources").join(", ") })})`, { className: "note" }));
      }
      said.append(item);
    });
    return said;
  }

  async expand(key) {
    const node = this.cy.getElementById(key);
    if (this.expanded.has(key) || node.empty()) return;
    try {
      const response = await fetch(`${this.prefix}/id/${encodeURIComponent(key)}/neighbourhood.json`);
      if (!response.ok) throw new Error(response.statusText);
      const n = this.add(await response.json());
      this.arrange();
      this.choose(key);
      this.show(node, this.cy.nodes().length >= MOST_NODES ? this.words.full : fill(this.words.added, { n }));
    } catch {
      this.show(node, this.words.failed);
    }
  }
}

/* The style sheet that cytoscape would write into the page is forbidden there; ours has its rule. */
function keepStyleOut() {
  const id = "__________cytoscape_stylesheet";
  if (!document.getElementById(id)) document.head.append(Object.assign(document.createElement("meta"), { id }));
}

async function draw(details) {
  const words = JSON.parse(details.querySelector(".picture-words").textContent);
  const box = details.querySelector(".picture-box");
  const chosen = box.querySelector(".chosen");
  chosen.replaceChildren(element("p", words.picture.waiting, { className: "note" }));
  try {
    const response = await fetch(details.dataset.picture);
    if (!response.ok) throw new Error(response.statusText);
    const found = await response.json();
    keepStyleOut();
    const picture = new Picture(box, words);
    picture.add(found);
    picture.cy.getElementById(found.key).data("centre", true);
    picture.arrange();
    picture.choose(found.key);
    picture.chosen.append(element("p", words.picture.help, { className: "note" }));
    details.dataset.drawn = String(found.nodes.length);
  } catch {
    chosen.replaceChildren(element("p", words.picture.failed, { className: "note" }));
  }
}

for (const details of document.querySelectorAll("[data-picture]")) draw(details);

/* A search box that asks a Weft, for any page: one tag, nothing else.
   <script src="https://weft.example/static/weft-search.js" data-weft="https://weft.example/" defer></script>
   Text from the server is shown as text, never as markup. */
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script) return;
  const base = new URL(script.dataset.weft || new URL("..", script.src).href, document.baseURI);
  if (!base.pathname.endsWith("/")) base.pathname += "/";
  const limit = Math.min(20, Math.max(1, parseInt(script.dataset.limit, 10) || 5));
  const filter = new URLSearchParams(script.dataset.filter || "");
  const label = script.dataset.label || "Search research data";
  const WAIT_MS = 150, GIVE_UP_MS = 10000;

  const CSS = `
    :host { display: block; position: relative; max-width: 40rem; text-align: start; line-height: 1.4;
      --a: var(--weft-accent, #0f5f57); --p: var(--weft-paper, #fff); --i: var(--weft-ink, #1d2423); }
    * { box-sizing: border-box; font: inherit; color: inherit; }
    form { display: flex; gap: .4rem; margin: 0; }
    input, ul { color: var(--i); background: var(--p); border: 1px solid #5b6664; border-radius: .4rem; }
    input { flex: 1; min-width: 0; padding: .5rem .7rem; }
    button { padding: .5rem .9rem; border: 0; border-radius: .4rem; color: var(--p); background: var(--a); cursor: pointer; }
    :focus-visible, [aria-selected=true] { outline: 2px solid var(--a); outline-offset: 1px; }
    ul { position: absolute; inset-inline: 0; z-index: 9; margin: .2rem 0 0; padding: .3rem; list-style: none; }
    [hidden] { display: none; }
    li { padding: .3rem .5rem; overflow-wrap: anywhere; }
    ul li { cursor: pointer; }
    small { display: block; font-size: .85em; opacity: .75; }
    p, ol { margin: .6rem 0; }
    ol { padding-inline-start: 1.4rem; }`;

  const make = (name, properties, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties || {})) {
      if (key in element) element[key] = value; else element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  };
  const web = (address) => /^https?:/.test(address) ? address : "#";
  const where = (path, query) => {
    const url = new URL(path, base);
    for (const [key, value] of filter) url.searchParams.append(key, value);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    return url.href;
  };
  const here = (iri) => {
    // entities are shown where this Weft is reached
    const path = /\/(id\/[a-z0-9]+)$/.exec(iri);
    return path ? new URL(path[1], base).href : web(iri);
  };

  const host = make("weft-search");
  const root = host.attachShadow({ mode: "open" });
  if ("adoptedStyleSheets" in root && "replaceSync" in CSSStyleSheet.prototype) {
    // a sheet made so is no inline style: strict content security policies let it be
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
  } else {
    root.append(make("style", { textContent: CSS }));
  }
  const input = make("input", { type: "search", name: "q", autocomplete: "off", placeholder: label,
    role: "combobox", "aria-label": label, "aria-expanded": "false", "aria-controls": "list",
    "aria-autocomplete": "list" });
  const list = make("ul", { id: "list", role: "listbox", "aria-label": "Suggestions", hidden: true });
  const said = make("p", { role: "status" });
  const results = make("ol", { hidden: true });
  const form = make("form", { role: "search" }, input, make("button", { type: "submit" }, "Search"));
  root.append(form, list, said, results);
  script.after(host);

  const asked = {};
  let timer = 0, chosen = -1;

  const ask = async (path, query, accept) => {
    asked[path]?.abort();
    const mine = asked[path] = new AbortController();
    const late = setTimeout(() => mine.abort(), GIVE_UP_MS);
    try {
      const response = await fetch(where(path, query),
        { signal: mine.signal, credentials: "omit", headers: { Accept: accept } });
      if (response.status === 400) throw new Error("The search cannot be read: check its quotes and signs.");
      if (!response.ok) throw new Error("The search does not answer just now. Try again later.");
      return await response.json();
    } catch (error) {
      if (mine !== asked[path]) return null;  // something newer was asked
      throw error.constructor === Error ? error : new Error("The search cannot be reached. Try again later.");
    } finally {
      clearTimeout(late);
    }
  };

  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (place) => {
    const options = [...list.children];
    if (!options.length) return;
    chosen = (place + options.length) % options.length;
    options.forEach((option, n) => option.setAttribute("aria-selected", String(n === chosen)));
    input.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };
  const take = (text) => { input.value = text; close(); search(); };

  const suggest = async () => {
    const typed = input.value;
    if (typed.trim().length < 2) return close();
    try {
      const answer = await ask("suggest", { q: typed.slice(0, 300) }, "application/x-suggestions+json");
      if (!answer || input.value !== typed) return;
      close();
      answer[1].forEach((text, n) => list.append(make("li", { id: "option-" + n, role: "option",
        "aria-selected": "false", onpointerdown: (event) => { event.preventDefault(); take(text); } },
        text, make("small", {}, answer[2][n] || ""))));
      list.hidden = !answer[1].length;
      input.setAttribute("aria-expanded", String(!list.hidden));
    } catch { close(); }  // a help only: the search itself tells what is wrong
  };

  const search = async () => {
    clearTimeout(timer);
    asked.suggest?.abort();
    close();
    const query = input.value.trim();
    results.hidden = true;
    results.replaceChildren();
    said.textContent = query ? "Searching…" : "";
    if (!query) return;
    try {
      const answer = await ask("api/v1/search", { q: query, limit }, "application/json");
      if (!answer) return;
      results.append(...answer.hits.map((hit) => make("li", {},
        make("a", { href: here(hit.iri) }, hit.title),
        make("small", {}, [hit.kind, hit.year, hit.creators.slice(0, 3).join("; ")].filter(Boolean).join(" · ")))));
      results.hidden = !answer.hits.length;
      const all = where("search", { q: query });
      const meant = answer.did_you_mean;
      said.replaceChildren(...(answer.total
        ? [`${answer.total} found. `, make("a", { href: all }, "See all")]
        : meant ? ["Nothing found. Did you mean ", make("a", { href: where("search", { q: meant.query }),
          onclick: (event) => { event.preventDefault(); take(meant.query); } }, meant.query), "?"]
        : ["Nothing found. Try fewer words."]));
    } catch (error) {
      said.textContent = error.message;
    }
  };

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(suggest, WAIT_MS); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && !list.hidden) choose(chosen + 1);
    else if (event.key === "ArrowUp" && !list.hidden) choose(chosen < 0 ? -1 : chosen - 1);
    else if (event.key === "Escape" && !list.hidden) close();
    else if (event.key === "Enter" && chosen >= 0) take(list.children[chosen].firstChild.data);
    else return;
    event.preventDefault();
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
})();

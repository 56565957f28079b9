/* The chart of a query's result: bars over years or labels, as a view beside the table.
   It is drawn when the result has a column of numbers and one of years or labels. */
const NUMERIC = /^https?:\/\/www\.w3\.org\/2001\/XMLSchema#(integer|decimal|double|float|int|long|short|nonNegativeInteger|positiveInteger)$/;
const YEAR = /^\d{4}$/;
const MOST_BARS = 60;
/* After the palette of Okabe and Ito, which people with any colour vision tell apart. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b3a100", "#56b4e9", "#8a8f8e", "#e69f00"];
const MOST_COLOURS = COLOURS.length;
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" aria-hidden="true"><path d="M4 20V10h4v10zm6 0V4h4v16zm6 0v-7h4v7z"/></svg>';

/* Words with values where they name them. */
export function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

const isYear = (term) => /#gYear$/.test(term.datatype || "") || YEAR.test(term.value);
const isNumber = (term) => NUMERIC.test(term.datatype || "") && !Number.isNaN(Number(term.value));

/* Which columns of a result hold what; undefined where no chart can be made of it. */
export function columnsOf(variables, rows) {
  if (!rows.length) return undefined;
  const column = (test) => (name) => {
    const terms = rows.map((row) => row[name]).filter(Boolean);
    return terms.length > 0 && terms.every(test);
  };
  const years = variables.filter(column(isYear));
  const numbers = variables.filter((name) => !years.includes(name)).filter(column(isNumber));
  const labels = variables.filter((name) => !years.includes(name) && !numbers.includes(name));
  const distinct = (name) => new Set(rows.map((row) => (row[name] || {}).value)).size;
  const across = years[0] || [...labels].sort((one, other) => distinct(other) - distinct(one))[0];
  if (!numbers.length || !across) return undefined;
  const colour = labels.find((name) => name !== across && distinct(name) <= MOST_COLOURS);
  return { across, isTime: across === years[0], numbers, colour };
}

/* A Vega-Lite specification of one column of numbers; short gives an IRI as people read it. */
export function specification(columns, number, rows, short) {
  const shown = columns.isTime ? rows : rows.slice(0, MOST_BARS);
  const text = (term) => (term ? (term.type === "uri" ? short(term.value) : term.value) : "–");
  const values = shown.map((row) => ({
    across: text(row[columns.across]),
    number: row[number] ? Number(row[number].value) : null,
    colour: columns.colour ? text(row[columns.colour]) : "",
  }));
  const across = { field: "across", title: columns.across };
  const amount = { field: "number", type: "quantitative", title: number, aggregate: "sum" };
  const colour = columns.colour
    ? { color: { field: "colour", title: columns.colour, scale: { range: COLOURS }, legend: { orient: "top", columns: 4 } } }
    : { color: { value: "#2a8f81" } };
  const encoding = columns.isTime
    ? { x: { ...across, type: "ordinal", axis: { labelAngle: -45 } }, y: amount, ...colour }
    : { y: { ...across, type: "nominal", sort: null, axis: { labelLimit: 260 } }, x: amount, ...colour };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: "container",
    ...(columns.isTime ? { height: 320 } : {}),
    autosize: { type: "fit-x", contains: "padding" },
    description: `${number} / ${columns.across}`,
    data: { values },
    mark: "bar",
    encoding,
  };
}

/* The view, made for the settings of the page. */
export function Chart(settings) {
  const { words } = settings;
  let loading;
  const load = () => {
    loading ||= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = settings.chart;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });
    return loading;
  };
  const short = (iri) => {
    if (iri.startsWith(settings.base)) return iri.slice(settings.base.length);
    const found = Object.entries(settings.prefixes).find(([, space]) => iri.startsWith(space));
    return found ? `${found[0]}:${iri.slice(found[1].length)}` : iri;
  };
  return class {
    label = words.chart;
    priority = 5;
    constructor(yasr) {
      this.yasr = yasr;
    }
    columns() {
      const results = this.yasr.results;
      const rows = results && results.getBindings && results.getBindings();
      return rows ? columnsOf(results.getVariables(), rows) : undefined;
    }
    canHandleResults() {
      return Boolean(settings.chart && this.columns());
    }
    async draw() {
      const columns = this.columns();
      const rows = this.yasr.results.getBindings();
      const figure = document.createElement("figure");
      figure.className = "result-chart";
      const place = document.createElement("div");
      place.className = "chart";
      figure.append(this.chooser(columns, (number) => this.show(place, columns, number, rows)), place);
      if (!columns.isTime && rows.length > MOST_BARS) {
        const note = document.createElement("p");
        note.className = "note";
        note.textContent = fill(words.chart_cut, { n: MOST_BARS, of: rows.length });
        figure.append(note);
      }
      this.yasr.resultsEl.append(figure);
      await this.show(place, columns, columns.numbers.at(-1), rows);
    }
    async show(place, columns, number, rows) {
      try {
        await load();
        await window.weftChart(place, specification(columns, number, rows, short));
        place.setAttribute("role", "img");
        place.setAttribute("aria-label", fill(words.chart_of, { value: number, label: columns.across }));
      } catch {
        place.textContent = words.no_chart;
      }
    }
    chooser(columns, choose) {
      const label = document.createElement("label");
      label.className = "note";
      label.append(`${words.chart_shows} `);
      const select = document.createElement("select");
      for (const number of columns.numbers) select.add(new Option(number, number));
      select.value = columns.numbers.at(-1);
      select.addEventListener("change", () => choose(select.value));
      label.append(select);
      return label;
    }
    getIcon() {
      const icon = document.createElement("span");
      icon.innerHTML = ICON;
      return icon;
    }
  };
}

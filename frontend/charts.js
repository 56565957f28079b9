/* Charts of a page: every <figure data-chart="ID"> is drawn from the Vega-Lite specification in
   the element ID, with the configuration in the element `chart-config` when there is one. Its
   place keeps the height that the page reserved; the table that stands beside it stays. */
import embed from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";

const read = (id) => {
  const source = document.getElementById(id);
  return source ? JSON.parse(source.textContent) : null;
};
const config = read("chart-config");
const dark = matchMedia("(prefers-color-scheme: dark)").matches;

const draw = async (figure) => {
  const specification = read(figure.dataset.chart);
  if (!specification) return;
  const place = figure.querySelector(".chart") || figure;
  place.style.minHeight = `${place.offsetHeight}px`;
  try {
    await embed(place, specification, {
      actions: false,
      defaultStyle: false, // the content security policy forbids style sheets made here
      tooltip: { disableDefaultStyle: true },
      renderer: "svg",
      ast: true, // no code is made from text: the policy forbids it
      expr: expressionInterpreter,
      // with a configuration of the page, text has the colour of the words around it
      theme: dark && !config ? "dark" : undefined,
      config: config || { background: "transparent" },
      formatLocale: { decimal: ".", thousands: "\u202f", grouping: [3], currency: ["", ""] },
    });
  } catch (error) {
    place.textContent = error.message;
  }
};

// one after the other, so that the page answers in between
(async () => {
  for (const figure of document.querySelectorAll("[data-chart]")) await draw(figure);
})();

/* Draws one chart of a query's result; the editor takes this file when a chart is first asked for.
   It gives the page one function, weftChart(place, specification), which promises the drawn view. */
import embed from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";

window.weftChart = (place, specification) => {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  return embed(place, specification, {
    actions: false,
    defaultStyle: false, // its style element is refused by the content security policy
    tooltip: false,
    renderer: "svg",
    ast: true, // no code is made from text: the content security policy forbids it
    expr: expressionInterpreter,
    theme: dark ? "dark" : undefined,
    config: { background: "transparent" },
  });
};

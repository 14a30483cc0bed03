// Diagrams. Graphviz, here a library, lays them out: the same version draws the same picture on every machine.
import { Graphviz } from "@hpcc-js/wasm-graphviz";

const graphviz = await Graphviz.load();
export const FONT = "Helvetica,Arial,sans-serif";

/** Colours are classes: each has one for paper and one for a dark screen. */
const COLOURS = {
  paper: ["#ffffff", "#0d1117"],
  ink: ["#1f2328", "#e6edf3"],
  line: ["#57606a", "#9da7b3"],
  box: ["#f6f8fa", "#161b22"],
  first: ["#0550ae", "#79c0ff"],
  second: ["#953800", "#ffa657"],
  third: ["#6639ba", "#d2a8ff"],
  fourth: ["#116329", "#7ee787"],
};
const rule = (selector, property, name, place) => `${selector} { ${property}: ${COLOURS[name][place]}; }`;
const sheet = (place) =>
  [
    rule(".paper", "fill", "paper", place),
    rule("text", "fill", "ink", place),
    rule(".box", "fill", "box", place),
    rule(".box, .box polygon, .box path, .box polyline", "stroke", "line", place),
    rule('.box :is(polygon, path):not([fill="none"])', "fill", "box", place),
    rule(".cluster polygon, .cluster path", "stroke", "line", place),
    ...["line", "first", "second", "third", "fourth"].flatMap((name) => [
      rule(`.edge.${name} path, .edge.${name} polygon`, "stroke", name, place),
      rule(`.edge.${name} polygon, .mark.${name}, text.${name}`, "fill", name, place),
      rule(`.stroke.${name}`, "stroke", name, place),
    ]),
    ".hollow { fill: none; }",
    ".edge path { fill: none; }",
  ].join("\n");

export const STYLE = `<style>
text { font-family: ${FONT}; stroke: none; }
${sheet(0)}
@media (prefers-color-scheme: dark) {
${sheet(1)}
}
</style>`;

export const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** A picture has a description, also for screen readers. */
export function picture(width, height, title, description, body) {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escape(title)}</title>
<desc>${escape(description)}</desc>
${STYLE}
<rect class="paper" width="${width}" height="${height}"/>
${body}
</svg>
`;
}

/** A graph in the language of Graphviz; its colours are the classes above. `below` is drawn under it, `room` high. */
export function draw(dot, title, description, below = () => "", room = 0) {
  const drawn = graphviz.layout(dot, "svg", "dot");
  const [, width, height] = /viewBox="0.00 0.00 ([\d.]+) ([\d.]+)"/.exec(drawn).map(Number);
  const graph = drawn
    .slice(drawn.indexOf("<g "), drawn.lastIndexOf("</svg>"))
    .replaceAll(/<!--.*?-->\n/gs, "")
    .replace(/<polygon fill="[^"]*" stroke="none"[^>]*>\n/, "")
    .replaceAll(' xml:space="preserve"', "");
  const body = `<text class="title" x="12" y="26" font-size="16" font-weight="bold">${escape(title)}</text>
<g transform="translate(0 36)">
${graph.trimEnd()}
</g>
${below(Math.ceil(height) + 36)}`;
  return picture(Math.ceil(width), Math.ceil(height) + 36 + room, title, description, body);
}

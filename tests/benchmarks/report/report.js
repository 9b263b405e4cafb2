// Each plot is drawn when it comes into view: a phone need not draw those that are folded.
const page = document.documentElement;
const colour = (name) => getComputedStyle(page).getPropertyValue(name).trim();
function template() {
  const axis = { color: colour("--soft"), gridcolor: colour("--grid"), linecolor: colour("--soft"),
    zerolinecolor: colour("--soft"), ticks: "outside", ticklen: 4, tickcolor: colour("--grid"),
    title: { font: { color: colour("--ink"), size: 12 } } };
  return { layout: {
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: colour("--ink"), size: 11, family: getComputedStyle(document.body).fontFamily },
    hoverlabel: { bgcolor: colour("--card"), bordercolor: colour("--edge"), align: "left",
      namelength: -1, font: { color: colour("--ink") } },
    sliderdefaults: { bgcolor: colour("--edge"), activebgcolor: colour("--soft"),
      bordercolor: colour("--edge"), tickcolor: colour("--soft") },
    xaxis: axis, yaxis: axis } };
}
// Below the plot, from the page's edge on, in as many columns as there is room for.
function add_legend(place, { data, layout }) {
  const rows = Math.ceil(data.length / Math.max(1, Math.floor(place.clientWidth / 155)));
  const { l, r, t, b } = layout.margin;
  const plot = { width: place.clientWidth - l - r, height: layout.height - t - b };
  layout.legend = { orientation: "h", x: -l / plot.width, y: -b / plot.height, yanchor: "top",
    font: { size: 10 } };
  layout.margin.b = b + 19 * rows;
  layout.height += 19 * rows;
  place.style.height = `${layout.height}px`;
}
function draw(place) {
  seen.unobserve(place);
  const figure = JSON.parse(place.querySelector("script").text);
  place.textContent = "";
  place.classList.add("drawn");
  if (figure.layout.showlegend) add_legend(place, figure);
  Plotly.newPlot(place, figure.data, { ...figure.layout, template: template() },
    { displayModeBar: false, responsive: true });
}
const seen = new IntersectionObserver((entries) =>
  entries.filter((entry) => entry.isIntersecting).forEach((entry) => draw(entry.target)),
{ rootMargin: "300px" });
document.querySelectorAll(".chart").forEach((place) => seen.observe(place));

function recolour() {
  document.querySelectorAll(".chart.drawn").forEach((place) =>
    Plotly.relayout(place, { template: template() }));
}
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
prefersDark.addEventListener("change", recolour);
document.getElementById("theme").addEventListener("click", () => {
  const dark = page.dataset.theme ? page.dataset.theme === "dark" : prefersDark.matches;
  page.dataset.theme = dark ? "light" : "dark";
  recolour();
});
// Nothing stays folded on paper.
addEventListener("beforeprint", () => {
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  document.querySelectorAll(".chart:not(.drawn)").forEach(draw);
});

// Pointing at a contender, anywhere, shows it in all plots.
const page = document.documentElement;
let shown = null;
function show(name) {
  if (name === shown) return;
  shown = name;
  document.querySelectorAll(".focus").forEach((one) => one.classList.remove("focus"));
  page.classList.toggle("has-focus", name !== null);
  if (name === null) return;
  document.querySelectorAll(`.s[data-c="${CSS.escape(name)}"]`)
    .forEach((one) => one.classList.add("focus"));
}
document.addEventListener("pointerover", (event) => {
  const over = event.target.closest("[data-c]");
  show(over ? over.dataset.c : null);
});
document.getElementById("theme").addEventListener("click", () => {
  const dark = page.dataset.theme ? page.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  page.dataset.theme = dark ? "light" : "dark";
});
// Nothing stays folded on paper.
addEventListener("beforeprint", () =>
  document.querySelectorAll("details").forEach((one) => { one.open = true; }));

"use strict";
(async () => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const spec = read("chart-spec");
  const rows = read("timeline");
  const measure = document.getElementById("chart-measure");
  const country = document.getElementById("chart-country");
  const claims = {};
  for (const row of rows) claims[row.measure] = (claims[row.measure] || 0) + row.claims;
  measure.value = Object.keys(claims).sort((a, b) => claims[b] - claims[a])[0];
  spec.params[0].value = measure.value;
  spec.datasets = { timeline: rows };
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  // `ast`: Vega interprets its expressions instead of compiling them, which the page's policy forbids
  const options = { actions: false, ast: true, renderer: "canvas", theme: dark ? "dark" : undefined, defaultStyle: false, tooltip: { disableDefaultStyle: true } };
  const { view } = await vegaEmbed("#chart", spec, options);
  const update = () => view.signal("measure", measure.value).signal("country", country.value).runAsync();
  measure.addEventListener("change", update);
  country.addEventListener("change", update);
  document.body.dataset.chart = "drawn";
})();

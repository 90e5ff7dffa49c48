// Draw a specification into an element; rows fill the named data of a drill-down.
report.draw = async (id, spec, name = null, rows = null) => {
  const made = rows === null ? spec : { ...spec, datasets: { ...spec.datasets, [name]: rows } };
  const result = await window.vegaEmbed(report.byId(id), made, {
    actions: false,
    ast: true, // no code is made of text, so that a strict content policy holds
    config: report.data.config,
    mode: "vega-lite",
    renderer: "svg",
    tooltip: { theme: "custom" },
    loader: { load: () => Promise.reject(new Error("a report loads nothing")) },
  });
  return result.view;
};

report.drawField = async () => {
  const drillable = new Set(report.data.details.map((detail) => detail.rank));
  for (const [id, spec] of Object.entries(report.data.specs)) {
    if (!report.byId(id)) continue;
    const view = await report.draw(id, spec);
    if (id === "fig-profit") {
      view.addEventListener("click", (_, item) => {
        if (item && item.datum && drillable.has(item.datum.rank)) {
          location.hash = `candidate-${item.datum.rank}`;
        }
      });
    }
  }
};

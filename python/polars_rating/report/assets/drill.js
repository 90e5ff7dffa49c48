// One candidate at a time: its numbers, and its charts drawn from its own rows.
report.drill = (() => {
  const { data, byId, make } = report;
  const PARTS = ["equity", "points", "costs", "years", "reruns"];
  let current = -1;

  const pairs = (detail) =>
    [...detail.facts, ...detail.parameters].map(([label, value]) => {
      const span = make("span");
      span.append(make("i", {}, label), ` ${value}`);
      return span;
    });

  const specOf = (name, rows) => {
    if (name !== "equity") return data.specs[name];
    const dated = typeof rows[0].t === "string" ? "-dated" : "";
    const plain = "low" in rows[0] ? "" : "-plain";
    return data.specs[`equity${dated}${plain}`];
  };

  const show = async (at) => {
    current = at;
    const detail = data.details[at];
    byId("choose").value = String(at);
    byId("previous").disabled = at === 0;
    byId("next").disabled = at === data.details.length - 1;
    byId("d-rank").textContent = detail.rank;
    byId("d-name").textContent = detail.name;
    byId("d-final").textContent = detail.final;
    byId("d-facts").replaceChildren(...pairs(detail));
    const failed = detail.failed;
    byId("d-verdict").textContent =
      failed === null
        ? ""
        : failed.length
          ? `Not deployable: fails ${failed.join(", ").replaceAll("_", " ")}.`
          : "Deployable: passes all thresholds.";
    const more = detail.alikes - detail.alike.length;
    byId("d-alike").textContent = detail.alikes
      ? `Near-identical: ${detail.alike.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`
      : "";
    for (const name of PARTS) {
      const rows = detail[name];
      const missing = byId(`d-${name}-missing`);
      byId(`d-${name}`).hidden = !rows.length;
      missing.hidden = rows.length > 0;
      byId(`d-${name}-box`).hidden = !rows.length && !missing.textContent;
      if (rows.length) await report.draw(`d-${name}`, specOf(name, rows), name, rows);
      if (current !== at) return; // another one was chosen meanwhile
    }
  };

  const follow = async () => {
    const rank = Number((/^#candidate-(\d+)$/.exec(location.hash) || [])[1]);
    const at = data.details.findIndex((detail) => detail.rank === rank);
    if (at < 0) return;
    byId("detail").scrollIntoView();
    byId("choose").focus({ preventScroll: true });
    await show(at);
  };

  const start = async () => {
    byId("choose").addEventListener("change", (event) => show(Number(event.target.value)));
    byId("previous").addEventListener("click", () => show(Math.max(0, current - 1)));
    byId("next").addEventListener("click", () =>
      show(Math.min(data.details.length - 1, current + 1)),
    );
    window.addEventListener("hashchange", follow);
    await show(0);
    await follow();
  };

  return { start };
})();

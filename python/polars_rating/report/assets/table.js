// All candidates: sorted and filtered as arrays of places, only the visible rows are in the page.
report.table = (() => {
  const ROW = 31;
  const SPARE = 8;
  const { data, byId, make, column } = report;
  const box = byId("rows");
  const [head, body] = [box.querySelector("thead"), box.querySelector("tbody")];
  const shown = data.columns.filter((found) => found.kind);
  const drillable = new Set(data.details.map((detail) => detail.rank - 1));
  const heads = column("head").values;
  let [key, descending] = ["rank", false];
  let places = [];
  let drawn = [-1, -1];

  const number = (value) => (value === "∞" ? Infinity : value === "−∞" ? -Infinity : value);
  const forms = new Map(
    shown.map((found) => [
      found.key,
      new Intl.NumberFormat("en-US", {
        minimumFractionDigits: found.digits || 0,
        maximumFractionDigits: found.digits || 0,
        style: found.percent ? "percent" : "decimal",
      }),
    ]),
  );
  const format = (found, value) => {
    if (value === null || value === undefined) return "–";
    if (found.kind === "flag") return value ? "yes" : "no";
    return typeof value === "string" ? value : forms.get(found.key).format(value).replace("-", "−");
  };
  const valueAt = (found, place) => (found.values ? found.values[place] : place + 1);

  // Missing values come last whichever way; equal ones keep the order of the rank.
  const sorted = (kept) => {
    const found = column(key);
    if (key === "rank") return descending ? kept.reverse() : kept;
    const sign = descending ? -1 : 1;
    const text = found.kind === "text";
    const collator = new Intl.Collator("en", { numeric: true });
    return kept.sort((a, b) => {
      const [x, y] = [number(found.values[a]), number(found.values[b])];
      if (x === null || y === null) return (x === null) - (y === null) || a - b;
      const order = text ? collator.compare(x, y) : x < y ? -1 : x > y ? 1 : 0;
      return sign * order || a - b;
    });
  };

  const checked = (id) => byId(id) !== null && byId(id).checked;
  const least = (id) => {
    const text = byId(id) === null ? "" : byId(id).value;
    return text === "" ? null : Number(text);
  };

  const apply = () => {
    const words = byId("filter-name").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const [trades, rating] = [least("filter-trades"), least("filter-rating")];
    const [one, good] = [checked("filter-heads"), checked("filter-deployable")];
    const [names, ratings] = [column("name").values, column("final_rating").values];
    const kept = [];
    for (let place = 0; place < data.rows; place += 1) {
      if (words.length) {
        const name = names[place].toLowerCase();
        if (!words.every((word) => name.includes(word))) continue;
      }
      if (trades !== null && !(column("total_trades").values[place] >= trades)) continue;
      if (rating !== null && !(ratings[place] !== null && ratings[place] >= rating)) continue;
      if (one && heads[place] !== 0) continue;
      if (good && !column("deployable").values[place]) continue;
      kept.push(place);
    }
    places = sorted(kept);
    drawn = [-1, -1];
    box.scrollTop = 0;
    const count = new Intl.NumberFormat("en-US");
    byId("filter-count").textContent =
      `${count.format(places.length)} of ${count.format(data.rows)} shown`;
    byId("rows-table").setAttribute("aria-rowcount", places.length + 1);
    draw();
  };

  const cell = (found, place) => {
    const value = valueAt(found, place);
    const text = format(found, value);
    if (found.key === "name") {
      const name = make("th", { scope: "row", class: "name", title: text });
      if (drillable.has(place)) name.append(make("a", { href: `#candidate-${place + 1}` }, text));
      else name.textContent = text;
      return name;
    }
    const made = make("td");
    if ((found.kind === "score" || found.kind === "penalty") && typeof value === "number") {
      const bar = make("span", { class: found.kind === "score" ? "pr-bar" : "pr-bar pr-pen" }, text);
      bar.style.setProperty("--v", `${Math.max(0, Math.min(value, 1)) * 100}%`);
      made.append(bar);
    } else {
      made.textContent = text;
      if (value === null) made.className = "out";
    }
    return made;
  };

  const gap = (rows) => {
    const row = make("tr", { class: "gap", "aria-hidden": "true" });
    const made = make("td", { colspan: shown.length });
    made.style.height = `${rows * ROW}px`;
    row.append(made);
    return row;
  };

  const draw = () => {
    const first = Math.max(0, Math.floor(box.scrollTop / ROW) - SPARE);
    const last = Math.min(places.length, Math.ceil((box.scrollTop + box.clientHeight) / ROW) + SPARE);
    if (first === drawn[0] && last === drawn[1]) return;
    drawn = [first, last];
    const focused = body.contains(document.activeElement) ? document.activeElement.hash : null;
    const rows = [gap(first)];
    for (let at = first; at < last; at += 1) {
      const row = make("tr", { "aria-rowindex": at + 2 });
      row.append(...shown.map((found) => cell(found, places[at])));
      rows.push(row);
    }
    rows.push(gap(places.length - last));
    body.replaceChildren(...rows);
    if (focused) {
      const again = [...body.querySelectorAll("a")].find((link) => link.hash === focused);
      if (again) again.focus({ preventScroll: true });
    }
  };

  const narrow = window.innerWidth < 760;
  const widths = { name: narrow ? 168 : 250, rank: narrow ? 60 : 62, deployable: 104 };
  const start = () => {
    const columns = make("colgroup");
    const row = make("tr", { "aria-rowindex": 1 });
    let total = 0;
    for (const found of shown) {
      const width = widths[found.key] || (found.kind === "number" ? 104 : 106);
      total += width;
      const made = make("col");
      made.style.width = `${width}px`;
      columns.append(made);
      const th = make("th", { scope: "col", class: found.key === "name" ? "name" : "" });
      const button = make("button", { type: "button", "data-key": found.key }, found.title);
      if (found.badge) button.insertAdjacentHTML("beforeend", found.badge); // made by the package
      button.append(make("span", { "aria-hidden": "true", class: "arrow" }));
      button.addEventListener("click", () => {
        // The first click on a number shows the largest first; penalties and names the other way.
        const up = ["rank", "name"].includes(found.key) || found.kind === "penalty";
        descending = key === found.key ? !descending : !up;
        key = found.key;
        mark();
        apply();
      });
      th.append(button);
      row.append(th);
    }
    head.append(row);
    byId("rows-table").insertBefore(columns, head);
    byId("rows-table").style.minWidth = `${total}px`;
    const filters = byId("filters");
    filters.addEventListener("input", apply);
    filters.addEventListener("submit", (event) => event.preventDefault());
    filters.addEventListener("reset", () => setTimeout(apply));
    box.addEventListener("scroll", draw, { passive: true });
    window.addEventListener("resize", draw);
    mark();
    apply();
  };

  const mark = () => {
    for (const th of head.querySelectorAll("th")) {
      const button = th.firstElementChild;
      const active = button.dataset.key === key;
      if (active) th.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
      button.querySelector(".arrow").textContent = active ? (descending ? " ↓" : " ↑") : "";
    }
  };

  return { start };
})();

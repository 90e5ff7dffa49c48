"use strict";
// The parts of the page share one object; nothing else of them is global.
const report = {
  data: JSON.parse(document.getElementById("report-data").textContent),
  byId: (id) => document.getElementById(id),
  // An element with text: names come from data, so that nothing is ever parsed as HTML.
  make(tag, attributes = {}, text = null) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    if (text !== null) element.textContent = text;
    return element;
  },
  column: (key) => report.data.columns.find((column) => column.key === key),
};

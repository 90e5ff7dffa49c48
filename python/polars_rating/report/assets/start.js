(async () => {
  report.table.start();
  await report.drawField();
  await report.drill.start();
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
})();

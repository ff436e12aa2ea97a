"use strict";
(() => {
  const card = document.getElementById("card");
  const show = (mark) => {
    const row = document.getElementById(mark.dataset.row);
    if (!row || !card) return;
    document.querySelectorAll("tr.lit").forEach((lit) => lit.classList.remove("lit"));
    row.classList.add("lit");
    const list = document.createElement("dl");
    for (const cell of row.querySelectorAll("[data-name]")) {
      const name = document.createElement("dt");
      const value = document.createElement("dd");
      name.textContent = cell.dataset.name;
      value.textContent = cell.textContent;
      list.append(name, value);
    }
    const link = document.createElement("a");
    link.href = "#" + row.id;
    link.textContent = "to the row";
    card.replaceChildren(list, link);
    card.hidden = false;
  };
  for (const mark of document.querySelectorAll("[data-row]")) {
    mark.addEventListener("mouseenter", () => show(mark));
    mark.addEventListener("focus", () => show(mark));
    mark.addEventListener("click", () => show(mark));
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && card) card.hidden = true;
  });
  const filter = (id) => {
    const table = document.getElementById(id);
    const controls = [...document.querySelectorAll(`[data-filter="${id}"]`)];
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      row.hidden = !controls.every((control) => {
        const wanted = control.value.trim().toLowerCase();
        if (!wanted) return true;
        const column = control.dataset.column;
        return column ? row.dataset[column].toLowerCase() === wanted : row.textContent.toLowerCase().includes(wanted);
      });
      shown += row.hidden ? 0 : 1;
    }
    document.querySelector(`[data-count="${id}"]`).textContent = shown + " shown";
  };
  for (const control of document.querySelectorAll("[data-filter]")) {
    for (const event of ["input", "change"]) control.addEventListener(event, () => filter(control.dataset.filter));
  }
})();

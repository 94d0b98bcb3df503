
// Puts a button into each heading of a sortable table. Without this script, the tables are just as readable.
for (const table of document.querySelectorAll("table.sortable")) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const up = heading.getAttribute("aria-sort") === "descending";
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", up ? "ascending" : "descending");
      const text = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
      const number = (row) => (text(row) === "" ? -Infinity : Number(text(row)));
      const byNumber = (a, b) => number(a) - number(b);
      const byText = (a, b) => text(a).localeCompare(text(b), "en");
      const rows = [...table.tBodies[0].rows].sort("number" in heading.dataset ? byNumber : byText);
      table.tBodies[0].append(...(up ? rows : rows.reverse()));
    });
  });
}

// Printing unfolds what is folded on the screen.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  folded.forEach((part) => (part.open = true));
});
addEventListener("afterprint", () => folded.forEach((part) => (part.open = false)));

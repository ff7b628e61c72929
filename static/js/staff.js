// What Django's own pages of the admin leave without a name, or out of the keyboard's reach.

// The box that stands in the place of a choice from many rows takes the label of that choice.
function nameChooser(box) {
  const select = box.previousElementSibling;
  const shown = box.querySelector(".select2-selection");
  const label = select.labels?.[0];
  if (!label || !shown) return;
  label.id ||= `${select.id}-label`;
  const text = shown.querySelector(".select2-selection__rendered");
  shown.setAttribute("aria-labelledby", [label.id, text?.id].filter(Boolean).join(" "));
  if (text?.getAttribute("role") === "textbox") text.setAttribute("aria-labelledby", label.id);
  box.querySelector(".select2-search__field")?.setAttribute("aria-labelledby", label.id);
  // Of several chosen it makes a list that has more in it than entries.
  for (const part of box.querySelectorAll("ul, ul > li")) part.setAttribute("role", "none");
}

function look() {
  document.querySelectorAll("select + .select2-container").forEach(nameChooser);
  for (const head of document.querySelectorAll(".tabular thead th:empty")) {
    const cell = document.createElement("td");
    cell.className = head.className;
    head.replaceWith(cell);
  }
  for (const wide of document.querySelectorAll("div.readonly, .tabular fieldset")) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
  }
}

new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
addEventListener("resize", look);
look();

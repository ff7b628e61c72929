// Shows a picture large over the page. Without this file the link leads to the picture itself.
const box = document.createElement("dialog");
box.className = "zoomed";
const views = document.querySelector(".views");
const button = box.appendChild(document.createElement("button"));
button.className = "btn plain small";
button.textContent = views?.dataset.close ?? "";
const image = box.appendChild(document.createElement("img"));

box.addEventListener("click", () => box.close());

views?.addEventListener("click", (event) => {
  const link = event.target.closest("a.zoom");
  const aside = event.ctrlKey || event.metaKey || event.shiftKey;
  if (!link || aside || !box.showModal) return;
  event.preventDefault();
  const small = link.querySelector("img");
  image.src = link.href;
  image.alt = small.alt;
  box.ariaLabel = small.alt;
  image.width = small.width;
  image.height = small.height;
  box.showModal();
});

document.body.append(box);

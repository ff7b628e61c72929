// Leaving a form of the admin with changes that were not saved asks first.
const form = document.querySelector("#content-main form[id$=_form]");
if (form) {
  const state = () => new URLSearchParams(new FormData(form)).toString();
  let before = "";
  let isSaving = false;
  // Editors fill their fields in after loading: what they settle on is the beginning.
  addEventListener("load", () => setTimeout(() => { before = state(); }, 500));
  form.addEventListener("submit", () => { isSaving = true; });
  addEventListener("beforeunload", (event) => {
    if (!isSaving && before && state() !== before) event.preventDefault();
  });
}

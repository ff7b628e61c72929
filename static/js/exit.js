// Quick exit: cover the page at once, remember it for Back, leave without a history entry.
// Without this script the same link leads through /exit/ by itself.

const PRESSES = 3;
const PAUSE = 5000;
const button = document.querySelector(".exit[data-exit]");
let cover = null;
let count = 0;
let timer = 0;
let isChord = false;

const status = document.createElement("div");
status.className = "vh";
status.setAttribute("role", "status");
document.body.append(status);

function leave() {
  if (!cover) {
    cover = document.createElement("div");
    cover.className = "cover";
    cover.setAttribute("role", "alert");
    cover.textContent = button.dataset.leaving;
  }
  document.body.append(cover);
  document.documentElement.classList.add("leaving");
  try {
    sessionStorage.setItem("left", String(Date.now()));
  } catch { /* storage is switched off */ }
  location.replace(button.href);
}

function reset(words) {
  clearTimeout(timer);
  count = 0;
  button.removeAttribute("data-presses");
  status.textContent = words;
}

function onShift() {
  clearTimeout(timer);
  count += 1;
  if (count === PRESSES) {
    reset("");
    leave();
    return;
  }
  button.dataset.presses = count;
  status.textContent = count === 1 ? button.dataset.two : button.dataset.one;
  timer = setTimeout(() => reset(button.dataset.over), PAUSE);
}

if (button) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-exit]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    leave();
  });
  // Shift as part of a chord (capital letters, Shift+Tab) is no press of its own.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Shift") {
      isChord = false;
    } else {
      isChord = true;
      if (count) reset("");
    }
  });
  document.addEventListener("keyup", (event) => {
    if (event.key === "Shift" && !isChord) onShift();
  });
  // A page that the browser kept alive comes back by Back without being loaded.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    const left = Number(sessionStorage.getItem("left"));
    if (left && Date.now() - left < 300000) {
      leave();
    } else if (cover) {
      cover.remove();
      document.documentElement.classList.remove("leaving");
    }
  });
}

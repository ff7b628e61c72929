// After the quick exit, Back must not show these pages again. Blocking on purpose.
try {
  const left = sessionStorage.getItem("left");
  const how = (performance.getEntriesByType("navigation")[0] || {}).type;
  if (left && Date.now() - left < 3e5 && how !== "navigate") {
    document.documentElement.hidden = true;
    location.replace(document.currentScript.dataset.exit);
  }
} catch { /* storage is switched off: the exit still works */ }

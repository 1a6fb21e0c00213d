/* Before the first paint: the colours that the reader chose last time. */
(function () {
  "use strict";
  try {
    var chosen = localStorage.getItem("al-theme");
    if (chosen === "light" || chosen === "dark" || chosen === "contrast") document.documentElement.dataset.theme = chosen;
  } catch (e) { /* private mode: the system's choice */ }
})();

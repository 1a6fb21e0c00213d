/* Before the first paint: the colours that the reader chose last time. */
(function () {
  "use strict";
  try {
    const chosen = localStorage.getItem("al-theme");
    if (chosen === "light" || chosen === "dark" || chosen === "contrast") document.documentElement.dataset.theme = chosen;
    else if (chosen === "system") delete document.documentElement.dataset.theme;
  } catch (error) { /* private mode: the cookie or the system decides */ }
})();

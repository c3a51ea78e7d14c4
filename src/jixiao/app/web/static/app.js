"use strict";
// The menu of narrow screens, questions before what cannot be undone, and the way to what was
// refused; every page works without this file.
(function () {
  document.addEventListener("click", function (event) {
    var menu = event.target.closest(".menu");
    if (menu) {
      var open = menu.getAttribute("aria-expanded") !== "true";
      menu.setAttribute("aria-expanded", String(open));
      document.body.classList.toggle("menu-open", open);
    }
  });
  document.addEventListener("submit", function (event) {
    var asked = event.target.getAttribute("data-confirm");
    if (asked && !window.confirm(asked)) event.preventDefault();
  });
  var refused = document.querySelector("[role=alert]");
  if (refused) {
    refused.tabIndex = -1;
    refused.focus();
  }
})();

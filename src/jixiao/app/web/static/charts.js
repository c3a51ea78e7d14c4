"use strict";
// Values of charts under the pointer or the arrow keys. The drawings, their descriptions and the
// tables beside them are whole without this file.
(function () {
  var tip = document.createElement("div");
  tip.className = "tip";
  tip.setAttribute("role", "status");
  tip.hidden = true;

  function marksOf(svg) {
    if (!svg.marks) {
      svg.marks = [].map.call(svg.querySelectorAll(":scope > * > title, :scope > g > * > title"),
        function (title) {
          var mark = { shape: title.parentNode, text: title.textContent };
          title.remove(); // or the browser would show it a second time
          return mark;
        });
    }
    return svg.marks;
  }

  function show(svg, mark) {
    hide();
    if (!mark) return;
    var box = mark.shape.getBoundingClientRect();
    mark.shape.classList.add("at");
    tip.textContent = mark.text;
    tip.hidden = false;
    var room = document.documentElement.clientWidth - tip.offsetWidth - 8;
    var left = box.left + box.width / 2 - tip.offsetWidth / 2;
    tip.style.left = Math.max(8, Math.min(room, left)) + window.scrollX + "px";
    tip.style.top = box.top + window.scrollY - tip.offsetHeight - 8 + "px";
    svg.at = mark;
  }

  function hide() {
    tip.hidden = true;
    document.querySelectorAll("svg .at").forEach(function (one) { one.classList.remove("at"); });
  }

  function nearest(svg, x, y) {
    var best = null, least = 60;
    marksOf(svg).forEach(function (mark) {
      var box = mark.shape.getBoundingClientRect();
      var right = Math.max(box.left - x, 0, x - box.right), down = Math.max(box.top - y, 0, y - box.bottom);
      var far = Math.hypot(right, down);
      if (far < least) { best = mark; least = far; }
    });
    return best;
  }

  function chart(event) {
    return event.target.closest ? event.target.closest("main svg[role=img]") : null;
  }

  function prepare() {
    document.querySelectorAll("main svg[role=img]").forEach(function (svg) {
      if (marksOf(svg).length) svg.setAttribute("tabindex", "0");
    });
  }

  document.addEventListener("pointermove", function (event) {
    var svg = chart(event);
    if (svg) show(svg, nearest(svg, event.clientX, event.clientY));
    else if (!tip.hidden && !document.activeElement.closest("svg")) hide();
  });
  document.addEventListener("focusin", function (event) {
    var svg = chart(event);
    if (svg && svg.matches(":focus-visible")) show(svg, svg.at || marksOf(svg)[0]);
  });
  document.addEventListener("focusout", function (event) { if (chart(event)) hide(); });
  document.addEventListener("keydown", function (event) {
    var svg = chart(event), step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") hide();
    if (!svg || !step || !marksOf(svg).length) return;
    var marks = marksOf(svg), at = marks.indexOf(svg.at) + step;
    show(svg, marks[(at + marks.length) % marks.length]);
    event.preventDefault();
  });
  document.addEventListener("scroll", hide, { passive: true });

  var opened = [];
  window.addEventListener("beforeprint", function () { // numbers stand beside printed drawings
    hide();
    opened = [].filter.call(document.querySelectorAll("main .card details, main figure details"), function (one) {
      var is = !one.open && !one.closest(".claims") && one.querySelector("table") && !one.querySelector("form");
      if (is) one.open = true;
      return is;
    });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (one) { one.open = false; });
  });
  document.addEventListener("DOMContentLoaded", function () {
    document.body.appendChild(tip);
    prepare();
  });
  document.addEventListener("htmx:after:swap", prepare);
})();

"use strict";
(function () {
  var box = document.getElementById("search");
  var rows = Array.prototype.slice.call(document.getElementById("rows").rows);
  var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
  box.hidden = false;
  box.addEventListener("input", function () {
    var wanted = box.value.toLowerCase().split(/\s+/);
    var shown = 0;
    rows.forEach(function (row, i) {
      var fits = wanted.every(function (word) { return texts[i].indexOf(word) >= 0; });
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    document.getElementById("shown").textContent = shown;
    document.getElementById("none").hidden = shown > 0;
  });
})();

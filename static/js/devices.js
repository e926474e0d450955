/* Suggests devices while staff type into a field with data-devices="<address>": fills the field's own datalist. */
(function () {
  "use strict";

  const PAUSE = 200;

  function offer(list, devices) {
    list.replaceChildren(...devices.map(function (device) {
      const option = document.createElement("option");
      option.value = device.sku;
      option.label = device.words;
      return option;
    }));
  }

  document.querySelectorAll("input[data-devices]").forEach(function (input) {
    const list = document.createElement("datalist");
    list.id = input.id + "-list";
    input.after(list);
    input.setAttribute("list", list.id);
    let timer;
    let asked = "";
    input.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(async function () {
        const text = input.value.trim();
        if (text.length < 2 || text === asked) return;
        asked = text;
        const answer = await fetch(input.dataset.devices + "?q=" + encodeURIComponent(text));
        if (answer.ok && asked === text) offer(list, (await answer.json()).devices);
      }, PAUSE);
    });
  });
})();

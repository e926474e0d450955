// Back office: says beside a spec field's unit what may be written in it, for the kind and unit chosen just now.
document.addEventListener("change", (event) => {
  const name = event.target.name || "";
  if (!/(^|-)(kind|unit)$/.test(name)) return;
  const own = (part) => event.target.form.elements[name.replace(/(kind|unit)$/, part)];
  const [kind, unit] = [own("kind").selectedOptions[0], own("unit").selectedOptions[0]];
  const help = own("unit").parentElement.querySelector("[data-spec-help]");
  if (help) help.textContent = kind.dataset.accepted || unit.dataset[kind.value] || "";
});

/* Suggestions below the search field: [data-suggest-url] around an input and [data-suggestions]. The server sends a
   list of links; arrow keys walk through them, Enter follows, Escape closes. Without this the form simply searches. */
for (const form of document.querySelectorAll("form[data-suggest-url]")) {
  const input = form.querySelector("input[type=search]");
  const panel = form.querySelector("[data-suggestions]");
  const options = () => [...panel.querySelectorAll("[role=option]")];
  let timer, request;

  const close = () => {
    request?.abort();
    clearTimeout(timer);
    panel.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (next) => {
    options().forEach((option, place) => {
      option.id = `suggestion-${place}`;
      option.setAttribute("aria-selected", String(option === next));
    });
    if (next) input.setAttribute("aria-activedescendant", next.id);
    else input.removeAttribute("aria-activedescendant");
    next?.scrollIntoView({ block: "nearest" });
  };
  const load = async () => {
    request?.abort();
    const text = input.value.trim();
    if (text.length < 2) return close();
    request = new AbortController();
    try {
      const response = await fetch(`${form.dataset.suggestUrl}?q=${encodeURIComponent(text)}`, { signal: request.signal });
      if (!response.ok) return close();
      panel.innerHTML = await response.text();
      mark(null);
      panel.hidden = !options().length;
      input.setAttribute("aria-expanded", String(!panel.hidden));
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  };

  panel.id ||= "search-suggestions";
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", panel.id);
  input.setAttribute("aria-expanded", "false");
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(load, 120);
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "Escape" && !panel.hidden) {
      event.preventDefault();
      return close();
    }
    if (panel.hidden || !all.length) return;
    const here = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(all[here < 0 && step < 0 ? all.length - 1 : (here + step + all.length) % all.length]);
    } else if (event.key === "Enter" && here >= 0) {
      event.preventDefault();
      all[here].click();
    }
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) close();
  });
}

/* An address form asks what its country needs. When the country changes, the parts that depend on it (postcode, town,
   region, phone) are fetched anew from the same page by ?country= and what was typed is kept. Without this script the
   next answer of the server shows them. A form takes part by data-address-form. */
(() => {
  const DEPENDENT = ["postcode", "city", "region", "phone"];
  const place = (root, country, name) => root.querySelector(`#div_id_${country.name.replace(/country$/, name)}`)
    ?? root.querySelector(`[name="${country.name.replace(/country$/, name)}"]`);

  const renew = async (form, country) => {
    const url = new URL(window.location.href);
    url.searchParams.set(country.name, country.value);
    const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const name of DEPENDENT) {
      const old = place(form, country, name);
      const fresh = place(page, country, name);
      if (!old || !fresh) continue;
      const field = country.name.replace(/country$/, name);
      const typed = form.elements[field]?.value;
      old.replaceWith(document.adoptNode(fresh));
      const input = form.elements[field];
      if (typed && input && input.type !== "hidden" && (input.tagName !== "SELECT" || [...input.options].some((option) => option.value === typed))) input.value = typed;
    }
  };

  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-address-form]");
    if (form && event.target.matches("[data-address-country]")) renew(form, event.target);
  });
})();

/* [data-recent] lists the devices looked at before. Their ids are kept in this browser only and sent to nobody but the
   address in data-recent, which draws their cards; [data-recent-clear] forgets them. */
{
  const KEY = "recently-viewed";
  const KEPT = 9; // one more than is shown: the device of this page is left out

  const stored = () => {
    try {
      const ids = JSON.parse(localStorage.getItem(KEY));
      return Array.isArray(ids) ? ids.filter((id) => /^\d{1,18}$/.test(id)) : [];
    } catch {
      return [];
    }
  };
  const store = (ids) => {
    try {
      if (ids.length) localStorage.setItem(KEY, JSON.stringify(ids.slice(0, KEPT)));
      else localStorage.removeItem(KEY);
    } catch {
      /* A browser that keeps nothing shows no list. */
    }
  };

  for (const section of document.querySelectorAll("[data-recent]")) {
    const here = section.dataset.recentId;
    const before = stored().filter((id) => id !== here);
    if (here) store([here, ...before]);
    section.querySelector("[data-recent-clear]").addEventListener("click", () => {
      store([]);
      section.hidden = true;
      document.getElementById("main").focus();
    });
    if (before.length) {
      const query = before.slice(0, KEPT - 1).map((id) => `p=${id}`).join("&");
      fetch(`${section.dataset.recent}?${query}`)
        .then((response) => (response.ok ? response.text() : ""))
        .then((html) => {
          section.querySelector("[data-recent-cards]").innerHTML = html;
          section.hidden = !html.trim();
        })
        .catch(() => {});
    }
  }
}

/* The comparison's tray without a reload: buttons of form[data-compare] post in the background, the answer is the tray
   alone, and every [data-compare-box] on the page shows what it holds. When that fails the form goes the plain way. */
(() => {
  const form = document.querySelector("form[data-compare]");
  const tray = document.querySelector("[data-compare-tray]");
  if (!form || !tray) return;

  const show = (html) => {
    const hadFocus = tray.contains(document.activeElement);
    tray.innerHTML = html;
    const picked = new Set([...tray.querySelectorAll("button[name=remove]")].map((button) => button.value));
    for (const box of document.querySelectorAll("[data-compare-box]")) {
      box.name = picked.has(box.value) ? "remove" : "add";
      box.setAttribute("aria-pressed", String(picked.has(box.value)));
    }
    if (hadFocus) (tray.querySelector("a") || document.getElementById("main")).focus({ preventScroll: true });
  };
  const load = async (options) => {
    const response = await fetch(form.action, options);
    if (!response.ok) throw new Error(response.status);
    show(await response.text());
  };

  // Before other listeners, so that none takes the form for one that is on its way.
  document.addEventListener("submit", async (event) => {
    if (event.target !== form || form.dataset.plain) return;
    event.preventDefault();
    event.stopPropagation();
    const data = new URLSearchParams(new FormData(form, event.submitter));
    data.set("next", new URL(form.action).pathname);
    try {
      await load({ method: "POST", body: data });
    } catch {
      form.dataset.plain = "yes";
      form.requestSubmit(event.submitter.isConnected ? event.submitter : null);
    }
  }, true);
  // A page that comes back from the browser's memory shows the tray of then.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) load().catch(() => {});
  });
})();

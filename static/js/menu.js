/* <details data-menu> opens by itself; this closes it again on Escape, on a click elsewhere and when the focus leaves. */
(() => {
  const close = (except) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!except || !menu.contains(except)) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => close(event.target));
  document.addEventListener("focusin", (event) => close(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.activeElement?.closest("details[data-menu][open]")?.querySelector("summary").focus();
    close();
  });
})();

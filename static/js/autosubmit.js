/* A form with data-autosubmit sends itself when a choice changes; its button carries the class no-js-only.
   data-autosubmit="wide" waits for the button on phones, where the form is a drawer of many choices. */
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form || form.dataset.autosubmit === undefined || event.target.type === "search") return;
  if (form.dataset.autosubmit === "wide" && !window.matchMedia("(min-width: 992px)").matches) return;
  if (form.reportValidity()) form.requestSubmit();
});

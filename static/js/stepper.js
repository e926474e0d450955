/* Plus and minus around a number field: [data-stepper] with buttons [data-step]. The field's own min and max count. */
(() => {
  const limits = (stepper) => {
    const input = stepper.querySelector("input");
    for (const button of stepper.querySelectorAll("[data-step]")) {
      const edge = Number(button.dataset.step) < 0 ? input.min : input.max;
      button.disabled = edge !== "" && input.value !== "" && Number(input.value) === Number(edge);
    }
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-stepper] [data-step]");
    if (!button) return;
    const stepper = button.closest("[data-stepper]");
    const input = stepper.querySelector("input");
    if (Number(button.dataset.step) < 0) input.stepDown(); else input.stepUp();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("change", (event) => {
    const stepper = event.target.closest("[data-stepper]");
    if (stepper) limits(stepper);
  });
  document.querySelectorAll("[data-stepper]").forEach(limits);
})();

/* A GET form leaves its empty fields out, so that the address holds nothing but what was chosen. */
document.addEventListener("formdata", (event) => {
  if (event.target.method !== "get") return;
  const empty = [...event.formData].filter(([, value]) => value === "").map(([name]) => name);
  for (const name of new Set(empty)) {
    const kept = event.formData.getAll(name).filter((value) => value !== "");
    event.formData.delete(name);
    for (const value of kept) event.formData.append(name, value);
  }
});

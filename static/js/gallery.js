/* The pictures are a strip that scrolls; the small ones are links to them and work without this script.
   With it the page stays where it is, and the picture in sight is marked. */
for (const gallery of document.querySelectorAll("[data-gallery]")) {
  const strip = gallery.querySelector("[data-gallery-strip]");
  const links = [...gallery.querySelectorAll("a[data-gallery-thumb]")];
  const mark = (id) => {
    for (const link of links) link.setAttribute("aria-current", String(link.hash === `#${id}`));
  };
  for (const link of links) {
    link.addEventListener("click", (event) => {
      const slide = document.getElementById(link.hash.slice(1));
      if (!slide) return;
      event.preventDefault();
      strip.scrollTo({ left: slide.offsetLeft - strip.offsetLeft });
      mark(slide.id);
    });
  }
  const watcher = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => mark(entry.target.id)),
    { root: strip, threshold: 0.6 },
  );
  for (const slide of strip.children) watcher.observe(slide);
}

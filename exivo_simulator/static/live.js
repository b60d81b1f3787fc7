// Keeps the parts of a page up to date that are marked with data-live.
// Without JavaScript the pages work just as well, one reload at a time.
for (const part of document.querySelectorAll("[data-live]")) {
  let shown = null;
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(part.dataset.live);
      if (!answer.ok) return;
      const text = await answer.text();
      if (text !== shown) part.innerHTML = text;
      shown = text;
    } catch {
      // The simulator was stopped; it may come back.
    }
  }, 1000);
}

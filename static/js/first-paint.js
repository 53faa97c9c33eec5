// Before anything is painted: the theme that somebody has chosen is put on the document, and the language that they
// have chosen is told to the server, which makes the page, by a cookie. No module: it runs where it stands in the head.

{
  let kept = /** @type {Record<string, unknown>} */ ({});
  try {
    kept = JSON.parse(localStorage.getItem("webterm:settings") ?? "{}") ?? {};
  } catch {
    // A browser without storage has the standard.
  }

  const system = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
  const isChosen = typeof kept.theme === "string" && kept.theme !== "system";
  document.documentElement.dataset.theme = isChosen ? String(kept.theme) : system;

  const told = () => /(?:^|; )webterm-language=([\w-]+)/.exec(document.cookie)?.[1] ?? "system";
  const chosen = typeof kept.language === "string" && /^[\w-]{2,35}$/.test(kept.language) ? kept.language : "system";
  const before = told();
  if (chosen !== before) {
    const { pathname, protocol } = new URL(document.baseURI);
    const age = chosen === "system" ? 0 : 365 * 86400;
    document.cookie = `webterm-language=${chosen}; Path=${pathname}; Max-Age=${age}; SameSite=Strict`
      + (protocol === "https:" ? "; Secure" : "");
    // Where the browser takes no cookie, another load would be the same page.
    if (told() === chosen && chosen !== document.documentElement.lang) location.reload();
  }
}

// A keyboard on the screen takes room: the page keeps to what is left.

/** Keeps `--visible-height` on the document at the height that no on-screen keyboard covers. */
export function followVisibleArea() {
  const area = window.visualViewport;
  if (!area) return;
  // Whoever zooms in with two fingers sees a part of the page, which stays as it is.
  const update = () => document.documentElement.style.setProperty("--visible-height", `${(area.height * area.scale).toFixed(2)}px`);
  area.addEventListener("resize", update);
  update();
}

// The whole screen for the terminal, and its keys, too, where the browser lets us.

/** Enters or leaves full screen; in it Ctrl+W, Ctrl+T and the like reach the terminal (Keyboard Lock API). */
export async function toggleFullScreen() {
  if (document.fullscreenElement) {
    await document.exitFullscreen();
    return;
  }
  await document.documentElement.requestFullscreen();
  await navigator.keyboard?.lock?.();
}

document.addEventListener("fullscreenchange", () => {
  if (!document.fullscreenElement) navigator.keyboard?.unlock?.();
});

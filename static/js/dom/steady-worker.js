// Waits for a page that is hidden: see steady.js. A worker of its own, loaded when it is first needed.

onmessage = ({ data: { id, pause } }) => setTimeout(() => postMessage(id), pause);

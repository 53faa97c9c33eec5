// What is dragged about in a workspace: a tab, a pane by its head, or a device from the side.

const types = {
  tab: "application/x-webterm-tab", pane: "application/x-webterm-pane", device: "application/x-webterm-device",
};

/** @typedef {"tab" | "pane" | "device"} Kind */

/** @param {DragEvent} event @param {Kind} kind @param {string} id */
export function drag(event, kind, id) {
  event.dataTransfer.setData(types[kind], id);
  event.dataTransfer.effectAllowed = kind === "device" ? "copy" : "move";
}

/** @param {DragEvent} event @returns {boolean} whether one of them is dragged */
export const isDragged = (event) => Object.values(types).some((type) => event.dataTransfer.types.includes(type));

/**
 * @param {DragEvent} event
 * @returns {boolean} whether it is a pane: what it is called is known only when it is dropped
 */
export const isPaneDragged = (event) => event.dataTransfer.types.includes(types.pane);

/** @param {DragEvent} event that drops it @param {Kind} kind @returns {string} empty where it is none */
export const droppedIn = (event, kind) => event.dataTransfer.getData(types[kind]);

// Keys that an input method takes.

/**
 * Whether a key belongs to an input method: Enter that takes a word is none that opens anything. Some browsers tell
 * the composition's end before the key that ended it, which has the code of all that is composed.
 *
 * @param {KeyboardEvent} event @returns {boolean}
 */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;

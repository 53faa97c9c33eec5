// What the emulator says by itself: answers to a host's questions, the mouse, the focus. It is no typing.

const reports = [
  /^\x1b\[[IO]$/, // the focus
  /^\x1b\[<\d+;\d+;\d+[Mm]$/, // the mouse, SGR
  /^\x1b\[M[^]{3}$/, // the mouse, as X10 and xterm began
  /^\x1b\[\??\d+(;\d+)*R$/, // where the cursor is
  /^\x1b\[\??[\d;]*n$/, // DSR
  /^\x1b\[[?>=][\d;]*c$/, // what it is (DA)
  /^\x1b\[\??[\d;]*\$y$/, // which modes are on (DECRPM)
  /^\x1b\[[\d;]*t$/, // the window
  /^\x1b[\]P]/, // colours, and what a program asked for (OSC, DCS)
];

/** @param {string} text that the emulator would send @returns {boolean} whether no key made it */
export const isReport = (text) => reports.some((form) => form.test(text));

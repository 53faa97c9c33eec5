// The bundle of xterm.js comes without types: what the page uses of it is not checked.

export const Terminal: any;
export type Terminal = any;
export const WebLinksAddon: any;
export type ITheme = any;
export type IMarker = any;
export type ILinkHandler = any;

// Hosts that speak something else than UTF-8. The bytes on the wire stay as they are: only the page translates.

const cp850 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐" +
  "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0";

/**
 * The sets that consoles and BIOS menus speak, which browsers do not know: the upper 128 characters of each.
 *
 * @type {Record<string, string>}
 */
const dosSets = {
  cp437:
    "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐" +
    "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0",
  cp850,
  cp852:
    "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐" +
    "└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u00ad˝˛ˇ˘§÷¸°¨˙űŘř■\u00a0",
  // 850 with the euro.
  cp858: cp850.replace("ı", "€"),
};

/** Decodes a set of one byte a character as TextDecoder does. */
class TableDecoder {
  #upper;

  /** @param {string} upper the characters of the bytes from 128 on */
  constructor(upper) {
    this.#upper = upper;
  }

  decode(bytes) {
    let text = "";
    for (const byte of bytes) text += byte < 0x80 ? String.fromCharCode(byte) : this.#upper[byte - 0x80];
    return text;
  }
}

/**
 * Sets whose names browsers take for others: of those that the standard replaces them by, the bytes from 80 to 9f are
 * characters, and of these they are controls (ISO 6429), as VT220s and OpenVMS send them.
 */
const isoNames = [
  /^(iso[-_]?8859-?1|iso_8859-1:1987|latin-?1|l1|iso-ir-100|ibm819|cp819|csisolatin1|(us-)?ascii|ansi_x3\.4-1968)$/,
  /^(iso[-_]?8859-?9|iso_8859-9:1989|latin-?5|l5|iso-ir-148|csisolatin5)$/,
  /^(iso[-_]?8859-?11|tis-620|dos-874)$/,
];
const controls = Array.from({ length: 32 }, (_, index) => String.fromCharCode(0x80 + index)).join("");

/** @returns {TableDecoder} the set as ISO has it */
function isoDecoder(name) {
  const bytes = Uint8Array.from({ length: 96 }, (_, index) => 0xa0 + index);
  return new TableDecoder(controls + new TextDecoder(name).decode(bytes));
}

/**
 * Hands UTF-8 on in whole characters: the emulator reads it by itself, but loses a character that comes in two pieces
 * of which the first ends with the byte 0x80 (as a dash may, e2 80 94).
 */
class WholeCharacters {
  #rest = new Uint8Array();

  decode(bytes) {
    const all = this.#rest.length === 0 ? bytes : new Uint8Array([...this.#rest, ...bytes]);
    const end = all.length - WholeCharacters.#unfinished(all);
    this.#rest = all.slice(end);
    return all.subarray(0, end);
  }

  /** How many bytes at the end belong to a character whose rest is still to come. */
  static #unfinished(bytes) {
    for (let count = 1; count <= Math.min(3, bytes.length); count += 1) {
      const byte = bytes[bytes.length - count];
      if ((byte & 0xc0) === 0x80) continue;
      const length = byte >= 0xf8 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
      return length > count ? count : 0;
    }
    return 0;
  }
}

/**
 * @returns {{decode: (bytes: Uint8Array, options?: object) => string | Uint8Array} | null} null where the browser lacks
 *   that set
 */
function makeDecoder(name) {
  if (name === "utf-8") return new WholeCharacters();
  if (name in dosSets) return new TableDecoder(dosSets[name]);
  try {
    return isoNames.some((names) => names.test(name.toLowerCase())) ? isoDecoder(name) : new TextDecoder(name);
  } catch {
    return null;
  }
}

/** Encodings of one byte a character: every byte is looked at once. */
const firstBytes = Array.from({ length: 128 }, (_, index) => [128 + index]);

/** What the browser decodes can be encoded again by looking it up: bytes by character. */
function encoderTable(charset) {
  const table = new Map();
  const decoder = makeDecoder(charset);
  const take = (bytes) => {
    const text = decoder.decode(Uint8Array.from(bytes));
    const isOne = [...text].length === 1 && text !== "\ufffd";
    if (isOne && !table.has(text)) table.set(text, bytes);
  };
  firstBytes.forEach(take);
  for (const [first] of firstBytes) {
    for (let second = 0x40; second < 0xff; second += 1) take([first, second]);
  }
  return table;
}

/** Translates between a host's character set and text. */
export class Charset {
  #decoder;
  #table = null;
  #encoder = new TextEncoder();
  #name;
  /** Whether the browser lacks the set: then it is UTF-8 that is spoken. */
  isMissing = false;

  /** @param {string} name as the encoding standard (encoding.spec.whatwg.org) has it, or a DOS set */
  constructor(name) {
    this.#name = name;
    this.#decoder = makeDecoder(name) ?? new WholeCharacters();
    this.isMissing = this.#decoder instanceof WholeCharacters && name !== "utf-8";
  }

  /**
   * @param {Uint8Array} bytes
   * @returns {Uint8Array | string} what the emulator takes: it reads UTF-8 by itself
   */
  decode(bytes) {
    return this.#decoder.decode(bytes, { stream: true });
  }

  /** @param {Uint8Array} bytes whole characters of the host's set @returns {string} */
  textOf(bytes) {
    const decoder = makeDecoder(this.#name);
    const text = decoder instanceof WholeCharacters ? null : decoder?.decode(bytes);
    return typeof text === "string" ? text : new TextDecoder().decode(bytes);
  }

  /**
   * A painting is UTF-8, whatever the host speaks. One that ends with the beginning of a character is gone on with by
   * output of a host's that speaks UTF-8, too.
   *
   * @param {Uint8Array} bytes
   * @returns {Uint8Array | string}
   */
  decodePainting(bytes) {
    return this.#decoder instanceof WholeCharacters ? this.#decoder.decode(bytes) : bytes;
  }

  /** Forgets the beginning of a character whose rest never came. */
  restart() {
    this.#decoder = makeDecoder(this.#name) ?? new WholeCharacters();
  }

  /**
   * @param {string} text
   * @returns {Uint8Array} a character that the host's set lacks is a question mark
   */
  encode(text) {
    if (this.#decoder instanceof WholeCharacters) return this.#encoder.encode(text);
    // Made when it is first needed: 24,000 characters take some milliseconds.
    this.#table ??= encoderTable(this.#name);
    const bytes = [];
    for (const character of text) {
      const code = character.codePointAt(0);
      if (code < 0x80) bytes.push(code);
      else bytes.push(...(this.#table.get(character) ?? [0x3f]));
    }
    return Uint8Array.from(bytes);
  }
}

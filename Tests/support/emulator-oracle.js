// What an xterm.js holds, as text: two emulators that hold the same say the same. Everything that a host can change is in it.
async ({ vendor, unicode, charset }) => {
  const { Terminal } = await import(vendor);
  const { useCurrentUnicode } = await import(unicode);
  const { Charset } = await import(charset);
  const colour = (bits) => {
    const mode = bits & 0x3000000;
    return mode === 0 ? "-" : mode === 0x3000000 ? `#${(bits & 0xffffff).toString(16)}` : `${mode >> 24}:${bits & 0xff}`;
  };
  const flags = (fg, bg) => `${((fg >>> 26) & 63).toString(32)}${((bg >>> 26) & 31).toString(32)}`;
  const basics = (attr) => `${colour(attr.fg)},${colour(attr.bg)},${flags(attr.fg, attr.bg)}`;

  const make = (cols, rows) => {
    const terminal = new Terminal({ cols, rows, scrollback: 100000, allowProposedApi: true, windowOptions: { pushTitle: true, popTitle: true } });
    useCurrentUnicode(terminal);
    const core = terminal._core;
    const link = (id) => (id ? core._oscLinkService.getLinkData(id)?.uri ?? "?" : "");
    const extras = (extended) => `${(extended._ext >>> 26) & 7},${colour(extended._ext)},${link(extended._urlId)}`;
    const rows_ = (buffer) => {
      const lines = [];
      const CellData = terminal.buffer.active.getNullCell().constructor;
      const cell = new CellData();
      for (let y = 0; y < terminal.rows; y++) {
        const line = buffer.lines.get(buffer.ybase + y);
        const words = [];
        for (let x = 0; x < terminal.cols; x++) {
          line.loadCell(x, cell);
          const more = cell.bg & 0x10000000 ? `,${extras(cell.extended)}` : "";
          words.push(`${cell.getChars()}/${cell.getWidth()}/${basics(cell)}${more}`);
        }
        lines.push(`${line.isWrapped ? "+" : " "}${words.join(" ")}`);
      }
      return lines;
    };
    const tables = new Map();
    const table = (charset) => {
      if (!charset) return "B";
      const text = JSON.stringify(charset);
      if (!tables.has(text)) tables.set(text, `set${text.length}${text.slice(0, 40)}`);
      return tables.get(text);
    };
    const buffer = (name, it) => {
      const saved = it.savedCurAttrData;
      return [
        `${name} margins ${it.scrollTop} ${it.scrollBottom}`,
        `${name} tabs ${Object.keys(it.tabs).filter((x) => it.tabs[x] && x < terminal.cols).join()}`,
        `${name} saved ${Math.min(it.savedX, terminal.cols - 1)} ${Math.max(0, Math.min(terminal.rows - 1, it.savedY - it.ybase))} ${basics(saved)} ${table(it.savedCharset)}`,
      ];
    };
    const state = () => {
      const { buffers } = core;
      const input = core._inputHandler;
      const { active } = buffers;
      const isAlternate = active === buffers.alt;
      const parser = input._parser;
      const lines = [
        ...rows_(active).map((line, y) => `row ${y}:${line}`),
        `alternate ${isAlternate}`,
        `cursor ${active.x} ${active.y}`,
        ...buffer("active", active),
        ...buffer("other", isAlternate ? buffers.normal : buffers.alt),
        `rendition ${basics(input._curAttrData)} ${extras(input._curAttrData.extended)}`,
        `sets ${table(core._charsetService.charset)} ${core._charsetService.glevel} ${[0, 1, 2, 3].map((g) => table(core._charsetService._charsets[g])).join()}`,
        `modes ${JSON.stringify(core.coreService.decPrivateModes)} ${JSON.stringify(core.coreService.modes)} ${core.coreService.isCursorHidden}`,
        `mouse ${core.coreMouseService.activeProtocol} ${core.coreMouseService.activeEncoding}`,
        `options ${terminal.options.cursorStyle} ${terminal.options.cursorBlink} ${terminal.options.convertEol}`,
        `title ${input._windowTitle} ${JSON.stringify(input._windowTitleStack)}`,
        `parser ${parser.currentState} ${parser.precedingJoinState >> 1}`,
      ];
      if (isAlternate) lines.push(...rows_(buffers.normal).map((line, y) => `normal ${y}:${line}`));
      return lines;
    };
    /** Rows in which half a wide character stands alone: not all of these can be painted. */
    const halves = (active = core.buffers.active) => {
      const found = new Set();
      for (let y = 0; y < terminal.rows; y++) {
        const line = active.lines.get(active.ybase + y);
        for (let x = 0; x < terminal.cols; x++) {
          const isSecond = x > 0 && line.getWidth(x - 1) === 2;
          const isEmptySecond = line.getWidth(x) === 0 && !line.hasContent(x);
          if (isSecond !== isEmptySecond || (x === terminal.cols - 1 && line.getWidth(x) === 2)) found.add(y);
        }
      }
      return found;
    };
    /** Whether the cursor is beyond the margin of the alternate buffer, or behind such a half. */
    const isBeyond = () => {
      const { active, alt } = core.buffers;
      return (active === alt && active.x >= terminal.cols) || halves().has(active.y);
    };
    /** Whether the cursor is where it cannot be written again: outside of origin mode's margins, where what is there would move. */
    const isOutside = () => {
      const { active, alt } = core.buffers;
      const { origin } = core.coreService.decPrivateModes;
      const { insertMode } = core.coreService.modes;
      return origin && (insertMode || active === alt) && (active.y < active.scrollTop || active.y > active.scrollBottom);
    };
    /** Whether only a restored cursor leads to what characters are drawn with: then the alternate buffer's own is given up. */
    const isRestored = () => {
      const { charset, glevel, _charsets: designated } = core._charsetService;
      const { fg, bg, extended } = core._inputHandler._curAttrData;
      const style = (extended._ext >>> 26) & 7;
      const isReachable = Boolean(bg & 0x10000000) === (style !== 0 || extended._urlId !== 0) && Boolean(fg & 0x10000000) === (style !== 0);
      return charset !== designated[glevel] || !isReachable;
    };
    const decoder = new Charset("utf-8");
    return { terminal, state, halves, isBeyond, isOutside, isRestored, feed: (bytes) => new Promise((done) => terminal.write(decoder.decode(bytes), done)) };
  };

  const bytesOf = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const difference = (one, other) => {
    const a = one.state(), b = other.state(), found = [];
    const isAlternate = a.includes("alternate true");
    const givenUp = one.isRestored() ? `${isAlternate ? "active" : "other"} saved` : "none";
    // In either: the page's emulator clears a first half where a piece of its input begins behind it, and leaves it in the midst of one.
    const both = (buffer) => new Set([one, other].flatMap((it) => [...it.halves(it.terminal._core.buffers[buffer])]));
    const halves = both("active"), normalHalves = both("normal");
    const isNamed = (line) =>
      line?.startsWith(givenUp) || normalHalves.has(Number(/^normal (\d+):/.exec(line)?.[1])) || halves.has(Number(/^row (\d+):/.exec(line)?.[1])) ||
      (/^(cursor|parser) /.test(line) && (one.isBeyond() || other.isBeyond())) || (line?.startsWith("parser ") && one.isOutside());
    // An emulator forgets a link when the line where it began is gone; one that was painted began elsewhere.
    const known = (line) => (line ?? "").replace(/,(http[^ ]*|\?)(?= |$)/g, ",link");
    for (let i = 0; i < Math.max(a.length, b.length); i++) {
      if (known(a[i]) === known(b[i]) || isNamed(a[i])) continue;
      const left = (a[i] ?? "").split(" "), right = (b[i] ?? "").split(" ");
      const at = left.findIndex((word, place) => word !== right[place]);
      found.push(`${left[0]} ${left[1]} word ${at}: fed ${left.slice(at, at + 6).join(" ")} painted ${right.slice(at, at + 6).join(" ")}`);
    }
    return found;
  };
  /**
   * Feeds a stream to one emulator; at every cut a fresh one that was painted must be in the same state, and at the end, fed
   * with the rest, still.
   */
  globalThis.compare = async ({ cols, rows, stream, cuts, fed }) => {
    const bytes = bytesOf(stream), whole = make(cols, rows), found = [];
    let at = 0;
    const follow = [];
    for (const { offset, painting } of cuts) {
      await whole.feed(bytes.subarray(at, offset));
      at = offset;
      const painted = make(cols, rows);
      await painted.feed(bytesOf(painting));
      for (const words of difference(whole, painted)) found.push(`at ${offset}: ${words}`);
      if (fed.includes(offset) && !whole.isRestored() && !whole.isBeyond() && !whole.isOutside() && whole.halves().size === 0) follow.push({ painted, offset });
      else painted.terminal.dispose();
      if (found.length > 20) break;
    }
    await whole.feed(bytes.subarray(at));
    for (const { painted, offset } of follow) {
      await painted.feed(bytes.subarray(offset));
      for (const words of difference(whole, painted)) found.push(`from ${offset} to the end: ${words}`);
      painted.terminal.dispose();
    }
    whole.terminal.dispose();
    return found;
  };
};

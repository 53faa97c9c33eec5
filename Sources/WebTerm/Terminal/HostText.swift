// Output of hosts that speak another character set, as UTF-8.

import Glibc

/// Translates a host's bytes for the screen model (iconv(3)). The log keeps them as they are: only
/// the page, and this, translate.
final class HostText {
  private let converter: iconv_t
  private let label: String
  /// The set that the text is in, where the character set has such.
  private var shift: ShiftState?

  /// Names of the encoding standard (encoding.spec.whatwg.org) that iconv knows under another one,
  /// or takes for another set.
  private static let names: [String: String] = {
    var names: [String: String] = [:]
    let groups: [(String, String)] = [
      (
        "CP1252",
        "ansi_x3.4-1968 ascii cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1"
      ),
      ("CP1252", "iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252"),
      (
        "CP1254",
        "csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 x-cp1254"
      ),
      ("CP874", "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874"),
      ("GB18030", "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk"),
      ("BIG5-HKSCS", "big5 big5-hkscs cn-big5 csbig5 x-x-big5"),
      ("CP932", "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis"),
      (
        "UHC",
        "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949"
      ),
      ("EUC-JP", "cseucpkdfmtjapanese x-euc-jp"), ("ISO-2022-JP", "csiso2022jp"),
      ("KOI8-R", "cskoi8r koi koi8 koi8_r"), ("KOI8-U", "koi8-ru"),
      ("MACINTOSH", "csmacintosh mac x-mac-roman"),
      ("MAC-CYRILLIC", "x-mac-cyrillic x-mac-ukrainian"),
      ("ISO-8859-8", "iso-8859-8-i logical csiso88598i"),
      ("CP1250", "x-cp1250"), ("CP1251", "x-cp1251"), ("CP1253", "x-cp1253"),
      ("CP1255", "x-cp1255"),
      ("CP1256", "x-cp1256"), ("CP1257", "x-cp1257"), ("CP1258", "x-cp1258"), ("CP866", "csibm866"),
    ]
    for (name, labels) in groups {
      for label in labels.split(separator: " ") { names[String(label)] = name }
    }
    return names
  }()

  /// Nil where the system does not know the set; then the model cannot know what the host has
  /// drawn.
  init?(_ label: String) {
    guard let converter = iconv_open("UTF-8", Self.names[label] ?? label),
      converter != iconv_t(bitPattern: -1)
    else { return nil }
    self.converter = converter
    self.label = label
    if ShiftState.isNeeded(for: label) { shift = ShiftState() }
  }

  /// Another one that goes on as this one would.
  func copy() -> HostText? {
    let copy = HostText(label)
    if let shift {
      Array(shift.designation.utf8).withUnsafeBufferPointer { _ = copy?.translate($0) }
    }
    return copy
  }

  deinit {
    iconv_close(converter)
  }

  /// Translates the beginning of `bytes`; what is no character of the set becomes U+FFFD.
  ///
  /// - Returns: The text, and how many bytes it is; a character that is not whole is left.
  func translate(_ bytes: UnsafeBufferPointer<UInt8>) -> (text: [UInt8], count: Int) {
    var text: [UInt8] = []
    guard let base = UnsafeMutableRawPointer(mutating: bytes.baseAddress) else { return (text, 0) }
    var input: UnsafeMutablePointer<CChar>? = base.assumingMemoryBound(to: CChar.self)
    var left = bytes.count
    var room = [CChar](repeating: 0, count: 4096)
    while left > 0 {
      let (problem, written) = room.withUnsafeMutableBufferPointer { room in
        var output = room.baseAddress
        var free = room.count
        let result = iconv(converter, &input, &left, &output, &free)
        return (result == -1 ? errno : 0, room.count - free)
      }
      text.append(contentsOf: room.prefix(written).map { UInt8(bitPattern: $0) })
      if problem == EINVAL { break }
      guard problem == EILSEQ else { continue }
      text += [0xef, 0xbf, 0xbd]
      input = input?.advanced(by: 1)
      left -= 1
    }
    let count = bytes.count - left
    _ = shift?.take(UnsafeRawBufferPointer(bytes).bytes.extracting(first: count))
    return (text, count)
  }
}

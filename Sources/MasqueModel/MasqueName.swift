import RegularLanguages

/// What a masque's name says about its file, and about other names.
public enum MasqueName {
  /// The name that a file's path suggests: `incident-commander.masque.yaml` as `Incident Commander`.
  ///
  /// - Parameter path: a path; only its last component counts.
  /// - Returns: the name, nil if the path is not that of a masque.
  public static func fromPath(_ path: String) -> String? {
    guard let stem = stem(ofPath: path) else { return nil }
    let words = stem.split(whereSeparator: { $0 == "-" || $0 == " " })
    let name = words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
    return name.isEmpty ? nil : name
  }

  /// What stands before `.masque.yaml` or `.masque.yml` in a path's last component; nil if neither does, or nothing.
  ///
  /// - Parameter path: a path, parted by slashes.
  /// - Returns: the stem.
  public static func stem(ofPath path: String) -> String? { stemBytes(ofPath: path).flatMap { String($0) } }

  private static func stemBytes(ofPath path: String) -> Substring.UTF8View? {
    let bytes = path.utf8
    for suffix: StaticString in [".masque.yaml", ".masque.yml"] {
      let count = suffix.utf8CodeUnitCount
      guard bytes.count > count, suffix.withUTF8Buffer({ bytes.suffix(count).elementsEqual($0) }) else { continue }
      let stem = bytes.dropLast(count)
      let start = stem.lastIndex(of: UInt8(ascii: "/")).map { stem.index(after: $0) } ?? stem.startIndex
      return start < stem.endIndex ? stem[start...] : nil
    }
    return nil
  }

  /// Whether a path's last component is the file name of a masque's name in the usual case: letters and digits of
  /// ASCII, single blanks and hyphens. Without an allocation; where it says no, `stem(_:isOf:)` knows more.
  ///
  /// - Parameters:
  ///   - path: a path, parted by slashes.
  ///   - name: the bytes of a name.
  /// - Returns: whether they certainly fit, or the path is none of a masque's.
  public static func isPlainly(_ path: String, theFileOf name: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let stem = stemBytes(ofPath: path) else { return true }
    guard stem.count == name.count else { return false }
    return zip(stem, name).allSatisfy { a, b in
      switch b {
      case 0x41...0x5A: a == b | 0x20
      case 0x61...0x7A, 0x30...0x39, 0x2D: a == b
      case 0x20: a == 0x2D
      default: false
      }
    }
  }

  /// What a file is called after a name: the name in lower case, its words joined by hyphens, without an ending. What
  /// no file name can hold parts words as a blank does.
  ///
  /// - Parameter name: the name.
  /// - Returns: the stem; empty for a name without a word.
  public static func stem(ofName name: String) -> String {
    if let plain = plainWords(of: name, separator: 0x2D, isOther: { $0 == 0x2F || $0 == 0x5C || $0 == 0 }) {
      return plain
    }
    let words = name.lowercased().split { character in
      character.isWhitespace || character == "/" || character == "\\" || character == "\0"
    }
    return words.joined(separator: "-")
  }

  /// Whether a file's stem is a name's, whatever either does with punctuation: `c++-guru` and `c-guru` are both what
  /// `C++ Guru` may be kept in.
  ///
  /// - Parameters:
  ///   - stem: see `stem(ofPath:)`.
  ///   - name: the name.
  /// - Returns: true, too, for a name without a letter or digit: there is nothing to compare.
  public static func stem(_ stem: String, isOf name: String) -> Bool {
    let expected = Self.stem(ofName: name)
    guard !expected.isEmpty, stem != expected else { return true }
    let wanted = words(of: expected)
    // A file name that is not in lower case, or parts its words otherwise, is another one even if it says the same.
    return wanted.isEmpty
      || stem.lowercased() == stem && !stem.contains { $0 == "_" || $0 == " " } && words(of: stem) == wanted
  }

  private static func words(of text: String) -> [String] {
    key(of: text).split { !($0.isLetter || $0.isNumber) }.map(String.init)
  }

  /// A name in the form in which names are compared: NFC, simple case folding, white space trimmed and its runs
  /// collapsed to one blank.
  ///
  /// - Parameter name: the name.
  /// - Returns: the form; two names are one if theirs are equal.
  public static func key(of name: String) -> String {
    if let plain = plainWords(of: name, separator: 0x20, isOther: { _ in false }) { return plain }
    var result = String.UnicodeScalarView()
    var isBlankDue = false
    for scalar in nfc(nfc(name.unicodeScalars).map(simpleCaseFold)) {
      if isWhiteSpace(scalar) {
        isBlankDue = !result.isEmpty
      } else {
        if isBlankDue { result.append(" ") }
        isBlankDue = false
        result.append(scalar)
      }
    }
    return String(result)
  }

  /// The words of a name of ASCII alone in lower case, parted by a separator: nearly every name is one, and they are
  /// compared by the thousand. O(n), one allocation.
  ///
  /// - Parameters:
  ///   - name: the name.
  ///   - separator: what stands between words.
  ///   - isOther: what parts words beside white space.
  /// - Returns: the words; nil for a name that has more than ASCII.
  private static func plainWords(of name: String, separator: UInt8, isOther: (UInt8) -> Bool) -> String? {
    var name = name
    return name.withUTF8 { bytes in
      guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
      return String(unsafeUninitializedCapacity: bytes.count) { result in
        var count = 0
        var isDue = false
        for byte in bytes {
          if byte == 0x20 || (0x09...0x0D).contains(byte) || isOther(byte) {
            isDue = count > 0
          } else {
            // No more separators than there are bytes that part words, so there is room.
            if isDue {
              result[count] = separator
              count += 1
            }
            isDue = false
            result[count] = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            count += 1
          }
        }
        return count
      }
    }
  }
}

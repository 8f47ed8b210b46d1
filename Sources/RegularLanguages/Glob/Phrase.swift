/// An intent as patterns see it: a text after normalisation.
///
/// Normalisation makes texts equal that people read as equal: Normalization Form C, simple case folding (and the form
/// again, where folding left it), every white-space scalar a space, runs of spaces one space, none at either end. It is
/// idempotent. Patterns are matched scalar by scalar against what remains.
///
/// ```swift
/// Phrase("  Deploy\tPRODUCTION ").text  // "deploy production"
/// ```
public struct Phrase: Hashable, Sendable, CustomStringConvertible {
  /// The scalars after normalisation.
  public let scalars: [Unicode.Scalar]

  /// Normalises `text`. Linear in the text, but for runs of combining marks, which are sorted.
  public init(_ text: String) {
    var isASCII = true
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      if scalar.value >= 0x80 { isASCII = false }
      scalars.append(scalar)
    }
    self.init(scalars: scalars, isASCII: isASCII)
  }

  init(scalars: [Unicode.Scalar], isASCII: Bool = false) {
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(scalars.count)
    for scalar in isASCII ? scalars : nfc(scalars) {
      if isWhiteSpace(scalar) {
        if let last = result.last, last != " " { result.append(" ") }
      } else {
        result.append(simpleCaseFold(scalar))
      }
    }
    if result.last == " " { result.removeLast() }
    self.scalars = isASCII ? result : nfc(result)
  }

  /// The normalised text.
  public var text: String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// The normalised text.
  public var description: String { text }
}

extension ScalarSet {
  /// The space alone, the only white space that a phrase can hold.
  static let space = ScalarSet(canonical: [0x20...0x20])
  /// Every scalar but the space.
  static let anythingButSpace = ScalarSet(canonical: [0...0x1F, 0x21...0xD7FF, 0xE000...0x10_FFFF])
  /// White space that normalisation turns into spaces.
  static let whiteSpaceButSpace = ScalarSet(
    [
      0x09...0x0D, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
      0x205F...0x205F, 0x3000...0x3000,
    ] as [ClosedRange<UInt32>])
  /// What NFC never yields.
  private static let excludedFromNFC = ScalarSet(
    (UInt32(0x300)..<0x3_0000).filter { Unicode.Scalar($0).map(isExcludedFromNFC) ?? false }.map { $0...$0 })

  /// The set without white space other than the space, and without what has no place in Normalization Form C.
  var withoutWhatPhrasesNeverHold: ScalarSet {
    guard let last = ranges.last, last.upperBound >= 0x80 else { return subtracting(.whiteSpaceButSpace) }
    return subtracting(.whiteSpaceButSpace.union(.excludedFromNFC))
  }

  /// The sets of one ASCII scalar each, made once.
  static let ofASCII = (UInt32(0)..<128).map { ScalarSet(canonical: [$0...$0]) }

  static func only(_ scalar: Unicode.Scalar) -> ScalarSet {
    scalar.value < 128 ? ofASCII[Int(scalar.value)] : ScalarSet(scalar)
  }
}

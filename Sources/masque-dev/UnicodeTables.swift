import Foundation

/// `masque-dev unicode-tables [--check]`: writes the Unicode tables of RegularLanguages from Debian's package
/// `unicode-data`, or, with `--check`, only compares them. Run it at the root of the package.
///
/// - Parameter arguments: What follows the subcommand's name.
/// - Returns: 0 when the tables are written or fresh, 1 when one is stale, 2 for a usage error, 3 when the data cannot be
///   read or a file not be written.
func unicodeTables(_ arguments: [String]) -> Int32 {
  func complain(_ message: String) { FileHandle.standardError.write(Data((message + "\n").utf8)) }
  guard arguments.isEmpty || arguments == ["--check"] else {
    complain("usage: masque-dev unicode-tables [--check]")
    return 2
  }
  do {
    var stale = false
    for (path, content) in try generatedUnicodeTables(UnicodeDatabase(folder: "/usr/share/unicode")) {
      let current = try? String(contentsOfFile: path, encoding: .utf8)
      if current == content { continue }
      if arguments.isEmpty {
        try content.write(toFile: path, atomically: true, encoding: .utf8)
      } else {
        complain("\(path) is stale: run `swift run masque-dev unicode-tables`")
        stale = true
      }
    }
    return stale ? 1 : 0
  } catch {
    complain("\(error) (the tables are made from the files of Debian's package unicode-data)")
    return 3
  }
}

/// The generated files: path from the package's root, and content.
private func generatedUnicodeTables(_ database: UnicodeDatabase) throws -> [(path: String, content: String)] {
  try [
    ("GeneralCategories", generalCategories(database)),
    ("BinaryProperties", binaryProperties(database)),
    ("Scripts", scripts(database)),
    ("CaseFolding", caseFolding(database)),
    ("Normalization", normalization(database)),
  ].map { ("Sources/RegularLanguages/Unicode/\($0.0).generated.swift", header + $0.1) }
}

private let header = """
  // swift-format-ignore-file
  // Generated from the Unicode Character Database 15.0 by `swift run masque-dev unicode-tables`. Do not edit.


  """

// MARK: The files

/// Categories in the order of their numbers in the table.
private let categories = [
  "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm",
  "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn",
]

private func generalCategories(_ database: UnicodeDatabase) throws -> String {
  var numbers = [Int](repeating: categories.count - 1, count: 0x11_0000)
  for (range, fields) in try database.rows("extracted/DerivedGeneralCategory.txt") {
    guard let number = categories.firstIndex(of: fields[0]) else { throw UnicodeDatabase.Surprise(text: fields[0]) }
    for value in range { numbers[value] = number }
  }
  var runs = Digits()
  var runCount = 0
  for value in 0..<0x11_0000 where value == 0 || numbers[value] != numbers[value - 1] {
    runs.append(value, width: 4)
    runs.append(numbers[value], width: 1)
    runCount += 1
  }
  var cases = ""
  for names in try database.valueAliases("gc") {
    let short = names[0]
    let members = categories.indices.filter { index in
      short == "LC" ? ["Lu", "Ll", "Lt"].contains(categories[index]) : categories[index].hasPrefix(short)
    }
    let mask = members.reduce(0) { $0 | 1 << $1 }
    cases += "    case \(names.map { "\"\($0)\"" }.joined(separator: ", ")): return 0x\(String(mask, radix: 16))\n"
  }
  return """
    enum GeneralCategoryTable {
      /// Runs of scalars of one category: the first value (4 digits) and the category's number (1 digit).
      static let runCount = \(runCount)
      static var runs: StaticString { \(runs.literal) }

      /// The categories that a value of General_Category stands for, one bit per number.
      static func mask(named name: String) -> UInt32? {
        switch name {
    \(cases)    default: return nil
        }
      }
    }

    """
}

/// ECMA-262's table of binary Unicode properties, but for Any, ASCII and Assigned, which need no data.
private let ecmaBinaryProperties = [
  ["ASCII_Hex_Digit", "AHex"], ["Alphabetic", "Alpha"], ["Bidi_Control", "Bidi_C"], ["Bidi_Mirrored", "Bidi_M"],
  ["Case_Ignorable", "CI"], ["Cased"], ["Changes_When_Casefolded", "CWCF"], ["Changes_When_Casemapped", "CWCM"],
  ["Changes_When_Lowercased", "CWL"], ["Changes_When_NFKC_Casefolded", "CWKCF"], ["Changes_When_Titlecased", "CWT"],
  ["Changes_When_Uppercased", "CWU"], ["Dash"], ["Default_Ignorable_Code_Point", "DI"], ["Deprecated", "Dep"],
  ["Diacritic", "Dia"], ["Emoji"], ["Emoji_Component", "EComp"], ["Emoji_Modifier", "EMod"],
  ["Emoji_Modifier_Base", "EBase"], ["Emoji_Presentation", "EPres"], ["Extended_Pictographic", "ExtPict"],
  ["Extender", "Ext"], ["Grapheme_Base", "Gr_Base"], ["Grapheme_Extend", "Gr_Ext"], ["Hex_Digit", "Hex"],
  ["IDS_Binary_Operator", "IDSB"], ["IDS_Trinary_Operator", "IDST"], ["ID_Continue", "IDC"], ["ID_Start", "IDS"],
  ["Ideographic", "Ideo"], ["Join_Control", "Join_C"], ["Logical_Order_Exception", "LOE"], ["Lowercase", "Lower"],
  ["Math"], ["Noncharacter_Code_Point", "NChar"], ["Pattern_Syntax", "Pat_Syn"], ["Pattern_White_Space", "Pat_WS"],
  ["Quotation_Mark", "QMark"], ["Radical"], ["Regional_Indicator", "RI"], ["Sentence_Terminal", "STerm"],
  ["Soft_Dotted", "SD"], ["Terminal_Punctuation", "Term"], ["Unified_Ideograph", "UIdeo"], ["Uppercase", "Upper"],
  ["Variation_Selector", "VS"], ["White_Space", "space"], ["XID_Continue", "XIDC"], ["XID_Start", "XIDS"],
]

private func binaryProperties(_ database: UnicodeDatabase) throws -> String {
  var ranges: [String: [ClosedRange<Int>]] = [:]
  let files = [
    "PropList.txt", "DerivedCoreProperties.txt", "extracted/DerivedBinaryProperties.txt", "emoji/emoji-data.txt",
    "DerivedNormalizationProps.txt",
  ]
  for file in files {
    for (range, fields) in try database.rows(file) { ranges[fields[0], default: []].append(range) }
  }
  var cases = ""
  for names in ecmaBinaryProperties {
    guard let found = ranges[names[0]] else { throw UnicodeDatabase.Surprise(text: names[0]) }
    cases += "    case \(names.map { "\"\($0)\"" }.joined(separator: ", ")): return \(encodedSet(found).literal)\n"
  }
  return """
    enum BinaryPropertyTable {
      /// The scalars with a binary property that ECMA-262 names, as an encoded set.
      static func ranges(named name: String) -> StaticString? {
        switch name {
    \(cases)    default: return nil
        }
      }
    }

    """
}

private func scripts(_ database: UnicodeDatabase) throws -> String {
  var script: [String: [ClosedRange<Int>]] = [:]
  for (range, fields) in try database.rows("Scripts.txt") { script[fields[0], default: []].append(range) }
  var extended: [String: [ClosedRange<Int>]] = [:]
  var explicit: [ClosedRange<Int>] = []
  for (range, fields) in try database.rows("ScriptExtensions.txt") {
    explicit.append(range)
    for name in fields[0].split(separator: " ") { extended[String(name), default: []].append(range) }
  }
  let isExplicit = membership(explicit)
  // Whatever no line of Scripts.txt names is of script Unknown.
  var end = 0
  for range in joined(script.values.flatMap { $0 }) {
    if range.lowerBound > end { script["Unknown", default: []].append(end...range.lowerBound - 1) }
    end = range.upperBound + 1
  }
  script["Unknown", default: []].append(end...0x10_FFFF)

  var plainCases = ""
  var extendedCases = ""
  for names in try database.valueAliases("sc") {
    // ECMA-262 leaves out Katakana_Or_Hiragana, which no scalar has.
    guard let long = names.last(where: { script[$0] != nil }), let own = script[long] else { continue }
    let label = "    case \(names.map { "\"\($0)\"" }.joined(separator: ", ")): return "
    plainCases += "\(label)\(encodedSet(own).literal)\n"
    let implicit = own.flatMap { range in range.filter { !isExplicit[$0] }.map { $0...$0 } }
    let all = encodedSet(implicit + (extended[names[0]] ?? []))
    if all.text != encodedSet(own).text { extendedCases += "\(label)\(all.literal)\n" }
  }
  return """
    enum ScriptTable {
      /// The scalars of a script, as an encoded set.
      static func ranges(named name: String) -> StaticString? {
        switch name {
    \(plainCases)    default: return nil
        }
      }

      /// The scalars whose Script_Extensions hold a script, where these are not just the scalars of the script.
      static func extendedRanges(named name: String) -> StaticString? {
        switch name {
    \(extendedCases)    default: return nil
        }
      }
    }

    """
}

private func caseFolding(_ database: UnicodeDatabase) throws -> String {
  var deltas = [0]
  var cells = [Int](repeating: 0, count: 0x11_0000)
  for (range, fields) in try database.rows("CaseFolding.txt") where fields[0] == "C" || fields[0] == "S" {
    guard let folded = Int(fields[1], radix: 16) else { throw UnicodeDatabase.Surprise(text: fields[1]) }
    let delta = folded - range.lowerBound
    let number = deltas.firstIndex(of: delta) ?? deltas.count
    if number == deltas.count { deltas.append(delta) }
    cells[range.lowerBound] = number
  }
  var encodedDeltas = Digits()
  for delta in deltas { encodedDeltas.append(delta + 0x11_0000, width: 4) }
  return """
    enum CaseFoldingTable {
      /// What to add for simple case folding, plus 0x110000; 4 digits each.
      static var deltas: StaticString { \(encodedDeltas.literal) }
    \(twoStageTable(cells, width: 2))
    }

    """
}

private func normalization(_ database: UnicodeDatabase) throws -> String {
  var combiningClass = [Int](repeating: 0, count: 0x11_0000)
  for (range, fields) in try database.rows("extracted/DerivedCombiningClass.txt") {
    for value in range { combiningClass[value] = Int(fields[0]) ?? 0 }
  }
  var quickCheck = [Int](repeating: 0, count: 0x11_0000)
  var excluded = [Bool](repeating: false, count: 0x11_0000)
  for (range, fields) in try database.rows("DerivedNormalizationProps.txt") {
    for value in range {
      if fields[0] == "NFC_QC" { quickCheck[value] = fields[1] == "M" ? 1 : 2 }
      if fields[0] == "Full_Composition_Exclusion" { excluded[value] = true }
    }
  }
  var kinds = [0]
  var cells = [Int](repeating: 0, count: 0x11_0000)
  for value in 0..<0x11_0000 where combiningClass[value] != 0 || quickCheck[value] != 0 {
    let kind = combiningClass[value] * 3 + quickCheck[value]
    let number = kinds.firstIndex(of: kind) ?? kinds.count
    if number == kinds.count { kinds.append(kind) }
    cells[value] = number
  }
  var encodedKinds = Digits()
  for kind in kinds { encodedKinds.append(kind, width: 2) }

  var decompositions = Digits()
  var pairs: [(first: Int, second: Int, composite: Int)] = []
  var count = 0
  // The file is in ascending order.
  for (range, fields) in try database.rows("UnicodeData.txt") {
    let mapping = fields[4]
    if mapping.isEmpty || mapping.hasPrefix("<") { continue }
    let parts = mapping.split(separator: " ").compactMap { Int($0, radix: 16) }
    guard let first = parts.first, parts.count <= 2 else { throw UnicodeDatabase.Surprise(text: mapping) }
    count += 1
    decompositions.append(range.lowerBound, width: 4)
    decompositions.append(first, width: 4)
    decompositions.append(parts.count == 2 ? parts[1] : 0, width: 4)
    if parts.count == 2, !excluded[range.lowerBound] { pairs.append((first, parts[1], range.lowerBound)) }
  }
  pairs.sort { ($0.first, $0.second) < ($1.first, $1.second) }
  var compositions = Digits()
  for pair in pairs {
    compositions.append(pair.first, width: 4)
    compositions.append(pair.second, width: 4)
    compositions.append(pair.composite, width: 4)
  }
  return """
    enum NormalizationTable {
      /// Three times the canonical combining class, plus NFC_Quick_Check (0 yes, 1 maybe, 2 no); 2 digits each.
      static var kinds: StaticString { \(encodedKinds.literal) }
    \(twoStageTable(cells, width: 1))

      /// Canonical decompositions by scalar: the scalar, its first and its second part (or 0), 4 digits each.
      static let decompositionCount = \(count)
      static var decompositions: StaticString { \(decompositions.literal) }

      /// Primary composites by their parts: first part, second part, composite, 4 digits each.
      static let compositionCount = \(pairs.count)
      static var compositions: StaticString { \(compositions.literal) }
    }

    """
}

// MARK: Encoding

/// Numbers written with the 91 digits `$` to `~`: printable, never a quotation mark or `#`, so that a table is a raw
/// string literal, which lies in the program's read-only data and needs no initialisation.
private struct Digits {
  private(set) var text: [UInt8] = []

  /// Appends `number` in base 91, most significant digit first.
  mutating func append(_ number: Int, width: Int) {
    var digits: [UInt8] = []
    var rest = number
    for _ in 0..<width {
      digits.append(UInt8(rest % 91 + 0x24))
      rest /= 91
    }
    precondition(rest == 0, "\(number) does not fit in \(width) digits")
    text += digits.reversed()
  }

  /// Appends `number` in base 45; digits but the last are raised by 45.
  mutating func appendVariable(_ number: Int) {
    var digits = [UInt8(number % 45 + 0x24)]
    var rest = number / 45
    while rest > 0 {
      digits.append(UInt8(rest % 45 + 45 + 0x24))
      rest /= 45
    }
    text += digits.reversed()
  }

  /// The digits as a Swift literal, in lines of 110.
  var literal: String {
    if text.count <= 60 { return "#\"\(String(decoding: text, as: UTF8.self))\"#" }
    var lines: [String] = []
    var start = 0
    while start < text.count {
      let end = min(start + 110, text.count)
      lines.append(String(decoding: text[start..<end], as: UTF8.self))
      start = end
    }
    return "#\"\"\"\n" + lines.joined(separator: "\\#\n") + "\n\"\"\"#"
  }
}

/// A set of scalars: for each range the number of values since the last range's end, and the range's length minus 1.
private func encodedSet(_ ranges: [ClosedRange<Int>]) -> Digits {
  var result = Digits()
  var end = 0
  for range in joined(ranges) {
    // Surrogates are no scalars; what spans them is two ranges.
    for part in [range.clamped(to: 0...0xD7FF), range.clamped(to: 0xE000...0x10_FFFF)] where range.overlaps(part) {
      result.appendVariable(part.lowerBound - end)
      result.appendVariable(part.upperBound - part.lowerBound)
      end = part.upperBound + 1
    }
  }
  return result
}

/// The same values in ascending ranges that do not touch.
private func joined(_ ranges: [ClosedRange<Int>]) -> [ClosedRange<Int>] {
  var result: [ClosedRange<Int>] = []
  for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
    if let last = result.last, range.lowerBound <= last.upperBound + 1 {
      result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
    } else {
      result.append(range)
    }
  }
  return result
}

private func membership(_ ranges: [ClosedRange<Int>]) -> [Bool] {
  var member = [Bool](repeating: false, count: 0x11_0000)
  for range in ranges { for value in range { member[value] = true } }
  return member
}

/// A two-stage table: 128 values share a block, equal blocks are stored once, and blocks of zeros at the end not at all.
/// Block 0 is all zeros.
private func twoStageTable(_ cells: [Int], width: Int) -> String {
  var numbers: [[Int]: Int] = [:]
  var blocks = Digits()
  func add(_ block: [Int]) {
    numbers[block] = numbers.count
    for cell in block { blocks.append(cell, width: width) }
  }
  add([Int](repeating: 0, count: 128))
  var index = Digits()
  let end = cells.lastIndex { $0 != 0 } ?? 0
  for start in stride(from: 0, through: end, by: 128) {
    let block = Array(cells[start..<start + 128])
    if numbers[block] == nil { add(block) }
    index.append(numbers[block] ?? 0, width: 2)
  }
  return """
      /// For each block of 128 values its number in `blocks`, 2 digits; what follows the last is all 0.
      static let indexCount = \(end / 128 + 1)
      static var index: StaticString { \(index.literal) }
      /// Blocks of 128 cells, \(width) digit(s) each; the first block is all 0.
      static var blocks: StaticString { \(blocks.literal) }
    """
}

// MARK: Reading

/// The text files of the Unicode Character Database.
private struct UnicodeDatabase {
  let folder: String

  /// A line that is not as the database's documentation says.
  struct Surprise: Error {
    let text: String
  }

  /// The data lines of a file: the code points of the first field, and the other fields.
  func rows(_ name: String) throws -> [(ClosedRange<Int>, [String])] {
    try fields(name).compactMap { fields in
      let bounds = fields[0].split(separator: ".").compactMap { Int($0, radix: 16) }
      guard let low = bounds.first, let high = bounds.last, fields.count > 1 else { throw Surprise(text: fields[0]) }
      return (low...high, Array(fields.dropFirst()))
    }
  }

  /// The names of each value of a property, the short one first, without repetition.
  func valueAliases(_ property: String) throws -> [[String]] {
    try fields("PropertyValueAliases.txt").filter { $0[0] == property }.map { fields in
      var names: [String] = []
      for name in fields.dropFirst() where !names.contains(name) { names.append(name) }
      return names
    }
  }

  private func fields(_ name: String) throws -> [[String]] {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
    return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let content = line.prefix { $0 != UInt8(ascii: "#") }
      if content.allSatisfy({ $0 == 0x20 }) { return nil }
      return content.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { field in
        let trimmed = field.drop { $0 == 0x20 }
        let end = trimmed.lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? trimmed.startIndex
        return String(decoding: trimmed[trimmed.startIndex..<end], as: UTF8.self)
      }
    }
  }
}

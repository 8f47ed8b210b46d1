/// A recursive-descent parser of ECMA-262's `Pattern[+UnicodeMode, +NamedCaptureGroups]` grammar.
struct ECMAParser {
  /// The pattern's UTF-8 bytes; `position` counts in them.
  let bytes: [UInt8]
  var position = 0
  private let limits: AutomatonLimits
  private var depth = 0
  /// The names of groups that a further group at this place must not take.
  private var groupNames: Set<String> = []
  private var allGroupNames: Set<String> = []
  private var captureCount = 0
  private var backReferences: [BackReference] = []
  /// Why the pattern cannot be compiled though its syntax, as far as read, is right: the first such reason.
  private var obstacle: ECMAPatternError?

  private struct BackReference {
    enum Target {
      case number(Int)
      case name(String)
    }
    var target: Target
    var offset: Int
  }

  /// The most named groups; checking their names copies sets of them.
  private static let maximumNamedGroups = 1_000

  /// The deepest nesting of groups; recursion stays within a thread's stack.
  static let maximumDepth = 200

  /// An expression with the number of automaton states that it will take.
  private struct Sized {
    var expression: RegularExpression
    var size: Int
  }

  init(_ source: String, limits: AutomatonLimits) {
    bytes = Array(source.utf8)
    self.limits = limits
  }

  mutating func parsePattern() throws(ECMAPatternError) -> RegularExpression {
    let result = try parseDisjunction()
    if position < bytes.count { throw syntax("there is no group for this ')' to close", at: position) }
    for reference in backReferences {
      switch reference.target {
      case .number(let number) where number > captureCount:
        throw syntax("there is no group \(number) to refer back to", at: reference.offset)
      case .name(let name) where !allGroupNames.contains(name):
        throw syntax("there is no group named '\(name)' to refer back to", at: reference.offset)
      default: break
      }
    }
    // A pattern that is wrong and cannot be compiled is wrong in the first place.
    if let obstacle { throw obstacle }
    return result.expression
  }

  private mutating func parseDisjunction() throws(ECMAPatternError) -> Sized {
    let outerNames = groupNames
    var seenNames = outerNames
    var members: [RegularExpression] = []
    var size = 0
    while true {
      // Two groups may share a name when they cannot both take part in a match.
      groupNames = outerNames
      let alternative = try parseAlternative()
      seenNames.formUnion(groupNames)
      members.append(alternative.expression)
      size += alternative.size + 1
      if !skip("|") { break }
    }
    groupNames = seenNames
    if members.count == 1, let only = members.first { return Sized(expression: only, size: size - 1) }
    return Sized(expression: .alternation(members), size: size - 1)
  }

  private mutating func parseAlternative() throws(ECMAPatternError) -> Sized {
    var members: [RegularExpression] = []
    var size = 0
    while let byte = peek(), byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      let start = position
      let term = try parseTerm()
      size = checked(Sized(expression: .empty, size: size + term.size), at: start).size
      if term.expression != .empty { members.append(term.expression) }
    }
    switch members.count {
    case 0: return Sized(expression: .empty, size: size)
    case 1: return Sized(expression: members[0], size: size)
    default: return Sized(expression: .concatenation(members), size: size)
    }
  }

  private mutating func parseTerm() throws(ECMAPatternError) -> Sized {
    let start = position
    switch bytes[position] {
    case UInt8(ascii: "^"):
      position += 1
      return try assertion(.start)
    case UInt8(ascii: "$"):
      position += 1
      return try assertion(.end)
    case UInt8(ascii: "("):
      guard let group = try parseGroup() else { return try assertion(nil) }
      return try parseQuantifier(of: group)
    case UInt8(ascii: "."):
      position += 1
      return try parseQuantifier(of: .scalars(Self.lineTerminators.complement))
    case UInt8(ascii: "["):
      let set = try parseClass()
      return try parseQuantifier(of: .scalars(set))
    case UInt8(ascii: "\\"):
      position += 1
      if skip("b") { return try assertion(.wordBoundary) }
      if skip("B") { return try assertion(.notWordBoundary) }
      if try parseBackReference(from: start) { return try parseQuantifier(of: Sized(expression: .empty, size: 0)) }
      return try parseQuantifier(of: .scalars(try parseAtomEscape(from: start)))
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
      throw syntax("there is nothing for this quantifier to repeat", at: start)
    case UInt8(ascii: "{"):
      throw syntax("there is nothing for '{' to repeat; a literal brace is written '\\{'", at: start)
    case UInt8(ascii: "}"):
      throw syntax("a literal '}' is written '\\}'", at: start)
    case UInt8(ascii: "]"):
      throw syntax("a literal ']' is written '\\]'", at: start)
    default:
      let value = nextScalar()
      return try parseQuantifier(of: .scalars(ScalarSet(value...value)))
    }
  }

  /// Ends an assertion; nil stands for look-around.
  private func assertion(_ assertion: RegularExpression.Assertion?) throws(ECMAPatternError) -> Sized {
    if let byte = peek(), Self.beginsQuantifier(byte) {
      throw syntax("an assertion cannot be repeated", at: position)
    }
    return Sized(expression: assertion.map { .assertion($0) } ?? .empty, size: 1)
  }

  // MARK: Groups

  /// Reads `(…)`; nil where it is look-around.
  private mutating func parseGroup() throws(ECMAPatternError) -> Sized? {
    let start = position
    var isLookaround = false
    position += 1
    if skip("?") {
      if skip("=") || skip("!") {
        isLookaround = true
        note(.notRegular, "look-ahead is not supported: matching is done by a finite automaton", at: start)
      } else if skip("<") {
        if skip("=") || skip("!") {
          isLookaround = true
          note(.notRegular, "look-behind is not supported: matching is done by a finite automaton", at: start)
        } else {
          try parseNewGroupName(ofGroupAt: start)
        }
      } else if try !parseFlags(ofGroupAt: start) {
        throw syntax("'(?' must be followed by ':', '=', '!', '<=', '<!' or '<name>'", at: start)
      }
    } else {
      captureCount += 1
    }
    if depth >= Self.maximumDepth {
      throw ECMAPatternError(
        kind: .tooLarge, message: "groups nest deeper than \(Self.maximumDepth) levels", offset: start)
    }
    depth += 1
    defer { depth -= 1 }
    let result = try parseDisjunction()
    if !skip(")") { throw syntax("this group is not closed", at: start) }
    return isLookaround ? nil : result
  }

  private mutating func parseNewGroupName(ofGroupAt start: Int) throws(ECMAPatternError) {
    let nameStart = position
    let name = try parseGroupName()
    captureCount += 1
    if !groupNames.insert(name).inserted {
      throw syntax("another group of this alternative is named '\(name)' too", at: nameStart)
    }
    if allGroupNames.insert(name).inserted, allGroupNames.count > Self.maximumNamedGroups {
      throw ECMAPatternError(
        kind: .tooLarge, message: "there are more than \(Self.maximumNamedGroups) named groups", offset: start)
    }
  }

  /// Reads the `:` of a group, and flags before it: `i`, `m` and `s`, each at most once, with at most one `-`.
  private mutating func parseFlags(ofGroupAt start: Int) throws(ECMAPatternError) -> Bool {
    var seen: [UInt8] = []
    while let byte = peek(), "ims-".utf8.contains(byte) {
      if seen.contains(byte) { throw syntax("a flag is given twice", at: position) }
      seen.append(byte)
      position += 1
    }
    if seen == [UInt8(ascii: "-")] || !skip(":") { return false }
    if !seen.isEmpty { note(.unsupported, "inline flags are not supported", at: start) }
    return true
  }

  /// Reads what follows a `\` if it refers to a group.
  private mutating func parseBackReference(from start: Int) throws(ECMAPatternError) -> Bool {
    if let byte = peek(), (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(byte) {
      backReferences.append(BackReference(target: .number(parseDigits() ?? 0), offset: start))
    } else if skip("k") {
      guard skip("<") else { throw syntax("'\\k' must be followed by '<name>'", at: start) }
      backReferences.append(BackReference(target: .name(try parseGroupName()), offset: start))
    } else {
      return false
    }
    note(.notRegular, "back references are not supported: matching is done by a finite automaton", at: start)
    return true
  }

  /// Reads `name>`.
  mutating func parseGroupName() throws(ECMAPatternError) -> String {
    let start = position
    var name = String.UnicodeScalarView()
    while let byte = peek(), byte != UInt8(ascii: ">") {
      let scalarStart = position
      var value = nextScalar()
      if value == 0x5C {
        guard skip("u") else { throw syntax("only '\\u' escapes may stand in a group's name", at: scalarStart) }
        value = try parseUnicodeEscape(from: scalarStart)
      }
      guard let scalar = Unicode.Scalar(value), Self.mayStand(scalar, inNameAtStart: name.isEmpty) else {
        throw syntax("a group's name must be an identifier", at: scalarStart)
      }
      name.append(scalar)
    }
    if name.isEmpty { throw syntax("a group's name must be an identifier", at: start) }
    if !skip(">") { throw syntax("a group's name ends with '>'", at: start) }
    return String(name)
  }

  private static func mayStand(_ scalar: Unicode.Scalar, inNameAtStart isFirst: Bool) -> Bool {
    switch scalar.value {
    case 0x24, 0x5F, 0x41...0x5A, 0x61...0x7A: return true
    case 0x30...0x39: return !isFirst
    case 0..<0x80: return false
    case 0x200C, 0x200D: return !isFirst
    default: return ScalarSet(unicodeProperty: isFirst ? "ID_Start" : "ID_Continue")?.contains(scalar) ?? false
    }
  }

  // MARK: Quantifiers

  private static func beginsQuantifier(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "*") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "{")
  }

  private mutating func parseQuantifier(of atom: RegularExpression) throws(ECMAPatternError) -> Sized {
    try parseQuantifier(of: Sized(expression: atom, size: 1))
  }

  private mutating func parseQuantifier(of atom: Sized) throws(ECMAPatternError) -> Sized {
    let quantifier = position
    var minimum = 0
    var maximum: Int?
    if skip("*") {
    } else if skip("+") {
      minimum = 1
    } else if skip("?") {
      maximum = 1
    } else if skip("{") {
      guard let low = parseDigits() else { throw syntax("'{' must be followed by a number", at: quantifier) }
      minimum = low
      maximum = low
      if skip(",") { maximum = parseDigits() }
      if !skip("}") { throw syntax("this repetition count is not closed with '}'", at: quantifier) }
      if let maximum, maximum < minimum {
        throw syntax("the numbers of this repetition count are out of order", at: quantifier)
      }
    } else {
      return atom
    }
    _ = skip("?")
    if let byte = peek(), Self.beginsQuantifier(byte) {
      throw syntax("a quantifier cannot be repeated", at: position)
    }
    if maximum == 0 || atom.expression == .empty { return Sized(expression: .empty, size: 0) }
    let result = RegularExpression.repetition(atom.expression, minimum: minimum, maximum: maximum)
    if atom.expression.isZeroWidth {
      return checked(Sized(expression: result, size: atom.size + 1), at: quantifier)
    }
    // Copies, and for each optional one, or for the loop, a state to leave by.
    let copies = maximum ?? max(minimum, 1)
    let (written, overflow) = copies.multipliedReportingOverflow(by: atom.size)
    let (size, overflow2) = written.addingReportingOverflow(maximum.map { $0 - minimum } ?? 1)
    return checked(Sized(expression: result, size: overflow || overflow2 ? .max : size), at: quantifier)
  }

  /// Notes it if an expression cannot fit into the limits, and goes on as if it took nothing.
  private mutating func checked(_ sized: Sized, at offset: Int) -> Sized {
    if sized.size < limits.states { return sized }
    note(.tooLarge, AutomatonError.tooManyStates(limit: limits.states).description, at: offset)
    return Sized(expression: .empty, size: 0)
  }

  /// Reads a run of decimal digits; too large a number reads as the largest.
  private mutating func parseDigits() -> Int? {
    var value: Int?
    while let byte = peek(), let digit = Self.digit(byte, radix: 10) {
      let (product, overflow) = (value ?? 0).multipliedReportingOverflow(by: 10)
      let (sum, overflow2) = product.addingReportingOverflow(Int(digit))
      value = overflow || overflow2 ? .max : sum
      position += 1
    }
    return value
  }

  // MARK: Primitives

  func peek() -> UInt8? {
    position < bytes.count ? bytes[position] : nil
  }

  mutating func skip(_ expected: Unicode.Scalar) -> Bool {
    guard let byte = peek(), UInt32(byte) == expected.value else { return false }
    position += 1
    return true
  }

  /// Consumes one scalar; there is one.
  mutating func nextScalar() -> UInt32 {
    if bytes[position] < 0x80 {
      position += 1
      return UInt32(bytes[position - 1])
    }
    return bytes.withUnsafeBufferPointer { decodeNonASCIIScalar($0, &position) }
  }

  static func digit(_ byte: UInt8, radix: UInt32) -> UInt32? {
    let value: UInt32
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt32(byte) - 0x30
    case UInt8(ascii: "a")...UInt8(ascii: "f"): value = UInt32(byte) - 0x61 + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): value = UInt32(byte) - 0x41 + 10
    default: return nil
    }
    return value < radix ? value : nil
  }

  func syntax(_ message: String, at offset: Int) -> ECMAPatternError {
    ECMAPatternError(kind: .syntax, message: message, offset: offset)
  }

  private mutating func note(_ kind: ECMAPatternError.Kind, _ message: String, at offset: Int) {
    if obstacle == nil { obstacle = ECMAPatternError(kind: kind, message: message, offset: offset) }
  }
}

import JSON

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the program `masque` says when it is called: lines of JSON, as `docs/calling.md` describes them.
struct SiblingOutput {
  /// A line.
  enum Line: Sendable {
    /// Who speaks: the program's version, and that of the lines. Always the first.
    case greeting(version: String, lines: Int64)
    /// What it is at.
    case progress(message: String, percentage: Int?)
    /// What came of it.
    case result(JSONValue)
    /// Why nothing came of it.
    case failure(SiblingRefusal)
  }

  /// Why what it says is of no use.
  enum Problem: Error, Hashable {
    /// A line that means nothing here; its beginning.
    case garbage(String)
    /// A line that is too long.
    case longLine
    /// Too much altogether.
    case tooMuch
  }

  /// The most bytes that a line may have.
  var maximumLine = 16 << 20
  /// The most bytes that it may say.
  var maximumTotal = 64 << 20
  /// The most lines that it may say.
  var maximumLines = 10_000
  private var line: [UInt8] = []
  private var total = 0
  private var lines = 0
  private var isGreeted = false

  /// What is said, from its first byte.
  init() {}

  /// Takes bytes.
  ///
  /// - Parameter bytes: what has come.
  /// - Returns: the lines that are complete now, up to the first problem, and that.
  mutating func read(_ bytes: [UInt8]) -> (lines: [Line], problem: Problem?) {
    var lines: [Line] = []
    do throws(Problem) {
      total += bytes.count
      guard total <= maximumTotal else { throw .tooMuch }
      var start = 0
      while start < bytes.count {
        let end = lineFeed(in: bytes, from: start)
        line += bytes[start..<(end ?? bytes.count)]
        guard line.count <= maximumLine else { throw .longLine }
        if end != nil, let complete = try takeLine() { lines.append(complete) }
        start = (end ?? bytes.count) + 1
      }
    } catch {
      return (lines, error)
    }
    return (lines, nil)
  }

  /// The last line, if nothing stands behind it.
  mutating func finish() throws(Problem) -> Line? { try takeLine() }

  private mutating func takeLine() throws(Problem) -> Line? {
    defer { line = [] }
    lines += 1
    guard lines <= maximumLines else { throw .tooMuch }
    guard !line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) else { return nil }
    let garbage = Problem.garbage(String(decoding: line.prefix(200), as: UTF8.self))
    guard let json = try? JSONValue(parsing: line), json.objectValue != nil else { throw garbage }
    if !isGreeted {
      guard let version = json["masque"]?.stringValue, let lines = json["protocol"]?.integerValue else { throw garbage }
      isGreeted = true
      return .greeting(version: version, lines: lines)
    }
    if let progress = json["progress"] {
      let percentage = progress["percentage"]?.doubleValue.map { Int(min(max($0, 0), 100)) }
      return .progress(message: progress["message"]?.stringValue ?? "", percentage: percentage)
    }
    if let result = json["result"], result.objectValue != nil { return .result(result) }
    if let error = json["error"], let reason = error["reason"]?.stringValue,
      let message = error["message"]?.stringValue
    {
      return .failure(SiblingRefusal(reason: reason, message: message, argument: error["argument"]?.stringValue))
    }
    throw garbage
  }
}

/// The place of the first line feed; nil if there is none.
private func lineFeed(in bytes: [UInt8], from start: Int) -> Int? {
  bytes.withUnsafeBytes { bytes in
    guard let base = bytes.baseAddress, let found = memchr(base + start, 0x0A, bytes.count - start) else { return nil }
    return UnsafeRawPointer(found) - base
  }
}

/// The sibling's own word on why it did not do something.
struct SiblingRefusal: Sendable, Hashable {
  /// The sort of reason, as `CommandError.Reason.code` has it.
  var reason: String
  /// What is wrong, where, and how to mend it.
  var message: String
  /// The argument that is missing.
  var argument: String?
}

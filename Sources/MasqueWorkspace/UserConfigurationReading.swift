import DocumentTree
public import JSONSchema
import MasqueModel
public import SourceText

extension UserConfiguration {
  /// The most bytes that the file may have.
  public static let maximumLength = 1 << 20

  /// Where the file is, and where paths in it that begin with `~` lead.
  public struct Place: Sendable, Hashable {
    /// The file's absolute path.
    public var path: FilePath
    /// The home folder, absolute; nil where nobody knows it.
    public var home: FilePath?

    /// A place; see the properties.
    public init(path: FilePath, home: FilePath? = nil) {
      self.path = path
      self.home = home
    }

    /// The place that a process has: `config.yaml` in `${MASQUES_HOME}`, or in `.masques` in the home folder.
    ///
    /// - Parameters:
    ///   - environment: the value of an environment variable.
    ///   - currentFolder: what relative paths are seen from; nil comes where neither variable is set.
    public init?(environment: (String) -> String?, currentFolder: FilePath) {
      guard let folder = MasquePlaces.privateFolder(environment: environment, currentFolder: currentFolder) else {
        return nil
      }
      let home = environment("HOME").flatMap { $0.isEmpty ? nil : FilePath($0).absolute(from: currentFolder) }
      self.init(path: folder.appending(UserConfiguration.fileName.utf8), home: home)
    }

    /// Whether a file is such a configuration: that of the process, or one in a folder `.masques`.
    ///
    /// - Parameters:
    ///   - path: an absolute path.
    ///   - usual: the place that the process has.
    public init?(_ path: FilePath, usual: Place?) {
      let isUsual = path == usual?.path
      guard
        isUsual
          || path.name.elementsEqual(UserConfiguration.fileName.utf8)
            && path.parent.name.elementsEqual(".masques".utf8)
      else { return nil }
      self.init(path: path, home: usual?.home ?? (isUsual ? nil : path.parent.parent))
    }
  }

  /// What a file says, and what is wrong with it.
  public struct Loaded: Sendable {
    /// What it says; what holds without it where it is not there.
    public var configuration = UserConfiguration()
    /// The file; nil where nobody knows which it is.
    public var path: FilePath?
    /// Its text; nil where it is not there.
    public var text: SourceText?
    /// What is wrong with it, in document order.
    public var problems: [DocumentProblem] = []
    /// Why it could not be read; not being there is no error.
    public var error: FileError?

    /// Why nobody may go by it, where it is and how to mend it; no final full stop, nil for a file that is right. What
    /// takes money or grants trust never guesses.
    public var refusal: String? {
      if let error { return "\(error): without it, it is not known who may wear what, and who pays" }
      let errors = problems.filter { !$0.isWarning }
      guard let first = errors.first, let path, let text else { return nil }
      let position = LineIndex(text).position(of: first.range.start, in: text, encoding: .utf32)
      let more = errors.count == 1 ? "" : " (and \(errors.count - 1) more)"
      return "\(path):\(position.line + 1):\(position.column + 1): \(first.message)\(more); mend the file first"
    }
  }

  /// Reads the file of a process.
  ///
  /// - Parameters:
  ///   - place: where it is; nil gives what holds without it.
  ///   - files: the file system.
  /// - Returns: what it says. Whoever is to do something with effects looks at `Loaded.refusal` first.
  public static func read(_ place: Place?, from files: any Files) -> Loaded {
    var result = Loaded()
    guard let place else { return result }
    result.path = place.path
    do {
      let text = SourceText(try files.read(place.path, maximumLength: maximumLength))
      result.text = text
      (result.configuration, result.problems) = read(text, place)
    } catch {
      if error.reason != .notFound { result.error = error }
    }
    return result
  }

  /// Reads the file of a private folder.
  ///
  /// - Parameters:
  ///   - files: the file system.
  ///   - privateFolder: `${MASQUES_HOME}`, absolute; nil gives what holds without the file.
  ///   - home: the home folder, absolute, for paths that begin with `~`.
  /// - Returns: see `read(_:from:)`.
  public static func read(from files: any Files, privateFolder: FilePath?, home: FilePath?) -> Loaded {
    read(privateFolder.map { Place(path: $0.appending(fileName.utf8), home: home) }, from: files)
  }

  /// Reads a configuration.
  ///
  /// - Parameters:
  ///   - text: the file's text.
  ///   - place: where it is.
  /// - Returns: the configuration, and what is wrong with it, in document order. With an error in it nothing of it holds,
  ///   and the configuration is the one without a file.
  public static func read(
    _ text: SourceText, _ place: Place
  ) -> (configuration: UserConfiguration, problems: [DocumentProblem]) {
    let document = ParsedDocument(text, place.path)
    guard document.isUsable, let root = document.tree.root else { return (UserConfiguration(), document.problems) }
    // An empty file, or one of comments, changes nothing.
    if document.tree[root].kind == .scalar, document.tree[root].type == .null {
      return (UserConfiguration(), document.problems)
    }
    // What the syntax has to say is said here again.
    var problems = MasqueWorkspace.problems(in: text, place.path, by: bundledSchema)
    var reader = UserConfigurationReader(tree: document.tree, place: place)
    reader.read(root)
    // Where the schema finds something, the rest follows from it.
    let others = reader.problems.filter { problem in !problems.contains { $0.range.overlaps(problem.range) } }
    problems = (problems + others).sorted { $0.range.start < $1.range.start }
    return (problems.allSatisfy(\.isWarning) ? reader.configuration : UserConfiguration(), problems)
  }

  /// The schema of the file, compiled at first use: `schemas/masque.config.schema.yaml`.
  public static var schema: Schema { bundledSchema.schema }

  private static let bundledSchema = LoadedSchema(EmbeddedUserConfigurationSchema.yaml)
}

/// Reads a document, and finds what the schema does not: values of the wrong type are its affair, and read as nothing.
private struct UserConfigurationReader {
  let tree: DocumentTree
  let place: UserConfiguration.Place
  var configuration = UserConfiguration()
  var problems: [DocumentProblem] = []

  init(tree: DocumentTree, place: UserConfiguration.Place) {
    self.tree = tree
    self.place = place
  }

  mutating func read(_ root: NodeID) {
    for (key, value) in entries(root) {
      switch key {
      case "operator": readOperator(value)
      case "intent_gate": configuration.intentGate = choice(value) ?? .warn
      case "guest": readGuest(value)
      case "libraries": configuration.libraries = items(value).map { library($0) }
      case "ledger": readLedger(value)
      case "rates": readRates(value)
      case "telemetry": readTelemetry(value)
      case "clickhouse": readClickHouse(value)
      default: break
      }
    }
  }

  // MARK: Parts

  private mutating func readOperator(_ node: NodeID) {
    for (key, value) in entries(node) {
      switch key {
      case "name": configuration.operator.name = text(value)
      case "ring": configuration.operator.ring = choice(value) ?? .player
      default: break
      }
    }
  }

  private mutating func readGuest(_ node: NodeID) {
    for (key, value) in entries(node) where key == "maximum_ttl" {
      // The words are kept: whoever wears a guest masque reads them.
      if milliseconds(value, from: 1_000) != nil { configuration.maximumGuestLifetime = text(value) }
    }
  }

  private mutating func library(_ node: NodeID) -> UserConfiguration.LibraryOwner {
    var result = UserConfiguration.LibraryOwner(folder: place.path.parent, owner: "")
    for (key, value) in entries(node) {
      switch key {
      case "path": result.folder = path(value)
      case "owner": result.owner = text(value)
      default: break
      }
    }
    return result
  }

  private mutating func readLedger(_ node: NodeID) {
    for (key, value) in entries(node) {
      switch key {
      case "engine": configuration.ledger.engine = choice(value) ?? .sqlite
      case "policy": configuration.ledger.policy = choice(value) ?? .require
      case "account": configuration.ledger.payment = choice(value) ?? .prepaid
      case "cluster": configuration.ledger.cluster = integer(value) ?? 0
      case "addresses":
        configuration.ledger.addresses = items(value).map { address($0) }
      case "client_library": configuration.ledger.clientLibrary = path(value)
      case "deadline":
        configuration.ledger.deadline = milliseconds(value, from: 1, to: 3_600_000).map { Int($0) } ?? 0
      case "maximum_hold":
        if let length = milliseconds(value, from: 3_600_000, to: 315_576_000_000) {
          configuration.ledger.maximumHold = UInt32(clamping: length / 1_000)
        }
      default: break
      }
    }
  }

  private mutating func readRates(_ node: NodeID) {
    configuration.rates = rates(node, .init())
    for (key, value) in entries(node) {
      switch key {
      case "fee_basis_points": configuration.feeBasisPoints = integer(value) ?? 0
      case "masques":
        var names: [String: ByteRange] = [:]
        for (name, rates) in tree.pairs(of: resolved(value)) {
          let key = MasqueName.key(of: tree.text(of: name))
          if let earlier = names.updateValue(tree[name].range, forKey: key) {
            problems.append(
              DocumentProblem(
                "duplicate-name", tree[name].range,
                "`\(tree.text(of: name))` is the same masque as above: names compare without case; keep one of them",
                related: [.init(range: earlier, message: "the first one is here")]))
          }
          configuration.masqueRates[key] = self.rates(resolved(rates), configuration.rates)
        }
      default: break
      }
    }
  }

  private mutating func rates(_ node: NodeID, _ base: UserConfiguration.Rates) -> UserConfiguration.Rates {
    var rates = base
    for (key, value) in entries(node) {
      switch key {
      case "hold": rates.hold = amount(value)
      case "per_session": rates.perSession = amount(value)
      case "per_minute": rates.perMinute = amount(value)
      case "per_tool_call": rates.perToolCall = amount(value)
      case "per_1k_tokens": rates.perThousandTokens = amount(value)
      default: break
      }
    }
    return rates
  }

  private mutating func readTelemetry(_ node: NodeID) {
    let usual = UserConfiguration.Telemetry()
    for (key, value) in entries(node) {
      switch key {
      case "port": configuration.telemetry.port = integer(value) ?? usual.port
      case "health_port": configuration.telemetry.healthPort = integer(value) ?? usual.healthPort
      case "maximum_file_size": configuration.telemetry.maximumFileSize = size(value)
      case "maximum_total_size": configuration.telemetry.maximumTotalSize = size(value)
      case "maximum_age":
        let day: Int64 = 86_400_000
        guard let age = milliseconds(value, from: day) else { break }
        if age % day != 0 { complain("duration", value, "is no whole number of days, such as `P30D`") }
        configuration.telemetry.maximumAge = Int(clamping: age / day)
      default: break
      }
    }
    if configuration.telemetry.port == configuration.telemetry.healthPort {
      let key = tree.pair(forKey: "health_port", in: node) ?? tree.pair(forKey: "port", in: node)
      complain("port", key?.value ?? node, "is the port of both; give the health check another one than telemetry")
    }
  }

  private mutating func readClickHouse(_ node: NodeID) {
    var result = UserConfiguration.ClickHouse(url: "")
    for (key, value) in entries(node) {
      switch key {
      case "url": result.url = text(value)
      case "database": result.database = text(value)
      case "user": result.user = text(value)
      case "password_variable": result.passwordVariable = text(value)
      default: break
      }
    }
    configuration.clickHouse = result
  }

  // MARK: Values

  private func resolved(_ node: NodeID) -> NodeID { tree.resolved(node) ?? node }

  private func entries(_ node: NodeID) -> [(key: String, value: NodeID)] {
    tree.pairs(of: resolved(node)).map { (tree.text(of: $0.key), resolved($0.value)) }
  }

  private func items(_ node: NodeID) -> [NodeID] { tree.children(of: resolved(node)).map { resolved($0) } }

  private func text(_ node: NodeID) -> String { tree.text(of: node) }

  private func choice<Value: RawRepresentable>(_ node: NodeID) -> Value? where Value.RawValue == String {
    Value(rawValue: text(node))
  }

  /// A whole number, from its digits: the schema has seen to it that it is one, however it is spelled.
  private mutating func integer<Value: FixedWidthInteger>(_ node: NodeID) -> Value? {
    if let value = Value(text(node)) { return value }
    complain("number", node, "must be written in decimal digits")
    return nil
  }

  /// Dollars, from their digits.
  private mutating func amount(_ node: NodeID) -> Amount {
    if let amount = Amount(text(node)) { return amount }
    complain("amount", node, "is no amount of dollars: write digits, and at most six after a full stop, such as `0.05`")
    return .zero
  }

  private mutating func address(_ node: NodeID) -> String {
    let address = text(node)
    if let port = address.split(separator: ":").last.flatMap({ Int($0) }), !(1...65_535).contains(port),
      address.contains(":") || !address.contains(".")
    {
      complain("port", node, "has no port from 1 to 65535")
    }
    return address
  }

  private mutating func milliseconds(_ node: NodeID, from minimum: Int64, to maximum: Int64 = .max) -> Int64? {
    guard let duration = MasqueDuration(text(node)) else {
      complain("duration", node, "is no ISO 8601 duration, such as `PT5S`")
      return nil
    }
    guard let milliseconds = duration.milliseconds else {
      let isLong = duration.parts.allSatisfy { $0.unit != .year && $0.unit != .month }
      complain(
        "duration", node,
        isLong ? "is too long" : "has years or months, whose length depends on the calendar: say it in days")
      return nil
    }
    if milliseconds < minimum || milliseconds > maximum {
      complain("duration", node, milliseconds < minimum ? "is too short" : "is too long")
      return nil
    }
    return milliseconds
  }

  /// Bytes, as a number or with a unit.
  private mutating func size(_ node: NodeID) -> Int {
    let text = text(node)
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let unit = text.dropFirst(digits.count).filter { $0 != " " }
    let factors = [
      "": 1, "B": 1, "kB": 1_000, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000,
      "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
    ]
    if let number = Int(digits), let factor = factors[unit] {
      let (size, isTooLarge) = number.multipliedReportingOverflow(by: factor)
      if !isTooLarge, size >= 1 << 16 { return size }
    }
    complain("size", node, "is no size from 64 KiB upwards, such as `256 MiB`")
    return 0
  }

  /// A path: absolute, from the home folder, or seen from the file's folder.
  private mutating func path(_ node: NodeID) -> FilePath {
    let text = text(node)
    if text.hasPrefix("~") {
      let rest = text.dropFirst()
      guard rest.isEmpty || rest.hasPrefix("/") else {
        complain("path", node, "names another user's home folder; write it out")
        return place.path
      }
      guard let home = place.home else {
        complain("path", node, "is in the home folder, which is not known: `HOME` is not set")
        return place.path
      }
      return rest.isEmpty ? home : FilePath(String(rest.drop { $0 == "/" })).absolute(from: home)
    }
    return FilePath(text).absolute(from: place.path.parent)
  }

  private mutating func complain(_ code: String, _ node: NodeID, _ message: String) {
    let written = tree[node].kind == .scalar ? "`\(text(node))`" : "`\(tree.authorPath(of: node))`"
    problems.append(DocumentProblem("config-" + code, tree[node].range, "\(written) \(message)"))
  }
}

import Gzip
import MasqueModel
public import MasqueWorkspace

/// Why nothing came of what the analytics server was asked.
public struct AnalyticsError: Error, Sendable, Hashable {
  /// What may help.
  public enum Kind: Sendable, Hashable {
    /// Asking again later.
    case temporary
    /// Migrating the schema.
    case schema
    /// Nothing: the same will be refused again.
    case permanent
  }

  /// What may help.
  public var kind: Kind
  /// The reason; no final full stop.
  public var message: String

  /// An error; see the properties.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}

/// A ClickHouse server by its HTTP interface.
public struct ClickHouseServer: Sendable {
  private let address: HTTPAddress
  private let database: String
  private let user: String
  private let password: String?
  /// How long an answer is waited for, in seconds.
  public var patience = 30

  /// A server.
  ///
  /// - Parameters:
  ///   - settings: what the configuration says of it.
  ///   - environment: the value of an environment variable.
  /// - Throws: what is wrong with the configuration.
  public init(
    _ settings: UserConfiguration.ClickHouse, environment: (String) -> String?
  ) throws(AnalyticsError) {
    guard let address = settings.address else {
      throw AnalyticsError(
        .permanent, "`clickhouse.url` is `\(settings.url)`, not like http://localhost:8123 or https://host:8443")
    }
    self.address = address
    database = settings.database
    user = settings.user
    if let variable = settings.passwordVariable {
      guard let value = environment(variable) else {
        throw AnalyticsError(.permanent, "the environment variable `\(variable)` with ClickHouse's password is not set")
      }
      password = value
    } else {
      password = nil
    }
  }

  /// Runs a statement.
  ///
  /// - Parameters:
  ///   - statement: the SQL.
  ///   - inDatabase: whether names are looked for in our database, which is there.
  /// - Returns: what it answers.
  /// - Throws: why it does not.
  @discardableResult
  public func run(_ statement: String, inDatabase: Bool = true) throws(AnalyticsError) -> String {
    let parameters = (inDatabase ? [("database", database)] : []) + [("wait_end_of_query", "1")]
    return try ask(parameters, Array(statement.utf8), isCompressed: false)
  }

  /// Makes our database where it is missing.
  ///
  /// - Throws: why it is not there.
  public func makeDatabase() throws(AnalyticsError) {
    try run("CREATE DATABASE IF NOT EXISTS \(quoted(database))", inDatabase: false)
  }

  /// Inserts rows, once: a block with a token that has been inserted before is passed over.
  ///
  /// - Parameters:
  ///   - rows: one JSON object a line.
  ///   - table: the table.
  ///   - token: what tells the block from all others.
  /// - Throws: why it is not known that they are there.
  public func insert(_ rows: [UInt8], into table: String, token: String) throws(AnalyticsError) {
    let parameters = [
      ("database", database), ("query", "INSERT INTO \(quoted(table)) FORMAT JSONEachRow"),
      ("insert_deduplicate", "1"), ("insert_deduplication_token", token), ("async_insert", "0"),
      ("wait_end_of_query", "1"), ("input_format_skip_unknown_fields", "0"),
      ("date_time_input_format", "best_effort"), ("deduplicate_blocks_in_dependent_materialized_views", "1"),
    ]
    guard let compressed = gzipped(rows) else { throw AnalyticsError(.temporary, "there is no memory left") }
    try ask(parameters, compressed, isCompressed: true)
  }

  private func quoted(_ name: String) -> String {
    "`" + name.replacing("\\", with: "\\\\").replacing("`", with: "\\`") + "`"
  }

  @discardableResult
  private func ask(
    _ parameters: [(String, String)], _ body: [UInt8], isCompressed: Bool
  ) throws(AnalyticsError) -> String {
    let query = parameters.map { "\($0.0)=\(percentEncoded($0.1))" }.joined(separator: "&")
    let place = "\(address.host.contains(":") ? "[\(address.host)]" : address.host):\(address.port)"
    var headers = [
      ("Host", place), ("Content-Length", String(body.count)),
      ("Connection", "close"), ("X-ClickHouse-User", user), ("User-Agent", "masque-audience/\(projectVersion)"),
    ]
    if let password { headers.append(("X-ClickHouse-Key", password)) }
    if isCompressed { headers.append(("Content-Encoding", "gzip")) }
    for (name, value) in headers where value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      throw AnalyticsError(.permanent, "the value of \(name) has a control character")
    }
    let head = "POST \(address.path)?\(query) HTTP/1.1\r\n" + headers.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n"
    let answer: HTTPAnswer
    do throws(HTTPError) {
      answer = try exchange(Array(head.utf8) + body, with: address, seconds: patience)
    } catch {
      throw AnalyticsError(.temporary, "ClickHouse at \(place) \(error.message)")
    }
    let text = String(decoding: answer.body, as: UTF8.self)
    let code = answer.headers["x-clickhouse-exception-code"].flatMap { Int($0) }
    guard answer.status == 200, code == nil else {
      let line = text.prefix { !$0.isNewline }.prefix(400)
      throw AnalyticsError(kind(answer.status, code), "ClickHouse refuses (\(answer.status)): \(line)")
    }
    return text
  }

  /// What may help against a refusal, by ClickHouse's number for it (src/Common/ErrorCodes.cpp).
  private func kind(_ status: Int, _ code: Int?) -> AnalyticsError.Kind {
    switch code {
    // NO_SUCH_COLUMN_IN_TABLE, UNKNOWN_TABLE, UNKNOWN_DATABASE
    case 16, 60, 81: .schema
    // CANNOT_PARSE_*, TYPE_MISMATCH, ARGUMENT_OUT_OF_BOUND, INCORRECT_DATA, UNKNOWN_ELEMENT_OF_ENUM …
    case 6, 25, 26, 27, 38, 41, 53, 69, 70, 72, 117, 131, 321, 376, 467, 691: .permanent
    default: .temporary
    }
  }
}

/// A text as part of a URI's query (RFC 3986, section 2).
private func percentEncoded(_ text: String) -> String {
  var result = ""
  for byte in text.utf8 {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      result.unicodeScalars.append(Unicode.Scalar(byte))
    default:
      let digits = String(byte, radix: 16, uppercase: true)
      result += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
    }
  }
  return result
}

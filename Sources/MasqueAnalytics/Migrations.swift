/// A step of the schema's way to its present form: a file of `schemas/clickhouse`.
public struct Migration: Sendable, Hashable {
  /// Its number, with which the file's name begins.
  public var version: Int
  /// The file's name without its extension.
  public var name: String
  var sql: String

  /// All of them, in their order.
  public static var all: [Migration] {
    EmbeddedMigrations.all.compactMap { file in
      let digits = file.name.prefix { $0.isNumber }
      return Int(digits).map { Migration(version: $0, name: file.name, sql: file.sql) }
    }.sorted { $0.version < $1.version }
  }

  /// The statements: each ends with a semicolon at the end of a line.
  var statements: [String] {
    (sql + "\n").split(separator: ";\n").map(String.init).filter { statement in
      statement.split(whereSeparator: \.isNewline).contains { line in
        let line = line.drop { $0 == " " }
        return !line.isEmpty && !line.hasPrefix("--")
      }
    }
  }
}

extension ClickHouseServer {
  /// Which migrations were applied; none where the database is not there.
  ///
  /// - Returns: their numbers.
  /// - Throws: why it is not known.
  public func appliedMigrations() throws(AnalyticsError) -> Set<Int> {
    do throws(AnalyticsError) {
      let text = try run("SELECT DISTINCT version FROM schema_migrations ORDER BY version FORMAT TSV")
      return Set(text.split(whereSeparator: \.isNewline).compactMap { Int($0) })
    } catch {
      if error.kind == .schema { return [] }
      throw error
    }
  }

  /// Brings the schema to its present form. What was applied is not applied again; every step may be repeated, so that
  /// one that was cut short is no harm.
  ///
  /// - Returns: what was applied now.
  /// - Throws: which step failed, and why.
  public func migrate() throws(AnalyticsError) -> [Migration] {
    try makeDatabase()
    try run(
      """
      CREATE TABLE IF NOT EXISTS schema_migrations
      (version UInt32, name String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
      ENGINE = ReplacingMergeTree(applied_at) ORDER BY version
      """)
    let applied = try appliedMigrations()
    var new: [Migration] = []
    for migration in Migration.all where !applied.contains(migration.version) {
      do throws(AnalyticsError) {
        for statement in migration.statements { try run(statement) }
        try run("INSERT INTO schema_migrations (version, name) VALUES (\(migration.version), '\(migration.name)')")
      } catch {
        throw AnalyticsError(error.kind, "\(migration.name): \(error.message)")
      }
      new.append(migration)
    }
    return new
  }
}

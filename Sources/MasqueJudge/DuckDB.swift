public import MasqueRuntime
public import MasqueWorkspace

/// The `duckdb` command: SQL goes in, text comes out.
public struct DuckDB: Sendable {
  /// What runs it.
  public let programs: any PipedPrograms
  /// Its file, absolute.
  public let program: FilePath

  /// A command.
  public init(_ program: FilePath, programs: any PipedPrograms) {
    self.programs = programs
    self.program = program
  }

  /// Looks for the command: the file that `MASQUES_DUCKDB` names, else the first of the folders of `PATH` that has one,
  /// else that which was installed with this program.
  ///
  /// - Parameters:
  ///   - environment: the value of an environment variable.
  ///   - bundled: the folder of the programs that were installed with this one.
  ///   - files: the file system; relative paths are seen from its current folder.
  ///   - programs: what runs it.
  /// - Returns: the command.
  /// - Throws: that there is none, and how to get it.
  public static func found(
    environment: (String) -> String?, bundled: FilePath?, files: any Files, programs: any PipedPrograms
  ) throws(TelemetryError) -> DuckDB {
    if let named = environment("MASQUES_DUCKDB"), !named.isEmpty {
      let path = FilePath(named).absolute(from: files.currentFolder)
      guard programs.isExecutable(path) else {
        throw TelemetryError("`MASQUES_DUCKDB` is \(path), and that is no program")
      }
      return DuckDB(path, programs: programs)
    }
    let folders = (environment("PATH") ?? "").split(separator: ":").map {
      FilePath(String($0)).absolute(from: files.currentFolder)
    }
    for folder in folders + (bundled.map { [$0] } ?? []) {
      let path = folder.appending("duckdb".utf8)
      if programs.isExecutable(path) { return DuckDB(path, programs: programs) }
    }
    throw TelemetryError(
      "scoring needs the `duckdb` command, which is not here: `pip install duckdb-cli` or https://duckdb.org/install/ "
        + "brings it; put it on PATH, or name it in MASQUES_DUCKDB")
  }

  /// Runs SQL.
  ///
  /// - Parameters:
  ///   - sql: the statements. It stops at the first that fails.
  ///   - database: the file of the database, made if it is missing, for its owner alone; nil for one in memory.
  ///   - feeds: named pipes that the statements read, in this order, two at once at the most.
  ///   - deadline: after how many milliseconds it is given up.
  /// - Returns: what was selected, a line for each row of one column.
  /// - Throws: why nothing was.
  func run(
    _ sql: String, database: FilePath? = nil, feeds: [ProgramFeed] = [], deadline: Int
  ) throws(DuckDBFailure) -> [String] {
    let arguments = ["-no-init", "-batch", "-bail", "-list", "-noheader", database?.description ?? ":memory:"]
    let result: ProgramResult
    do throws(FileError) {
      result = try programs.run(
        ProgramCall(program, arguments, input: Array(sql.utf8), feeds: feeds, deadline: deadline))
    } catch {
      throw .logs(error)
    }
    switch result.end {
    case .ended(.exited(0)):
      return String(decoding: result.output, as: UTF8.self).split(separator: "\n").map(String.init)
    case .late:
      throw .late
    case .tooMuchOutput:
      throw .failed("duckdb said more than can be understood")
    case .ended(.killed(let signal)):
      throw .failed("duckdb was ended by signal \(signal)")
    case .ended(let end):
      let said = result.errors.split(separator: "\n").first.map(String.init)
      throw .failed("duckdb: \(said ?? "ended without a word (\(end))")")
    }
  }
}

/// Why SQL was not run to its end.
enum DuckDBFailure: Error, Equatable {
  /// It took too long.
  case late
  /// A line of the telemetry is longer than was allowed for.
  case lineTooLong
  /// The files of the telemetry are not what they were a moment ago.
  case logsChanged
  /// For another reason.
  case failed(String)

  /// Why telemetry was not read.
  static func logs(_ error: FileError) -> DuckDBFailure {
    switch error.reason {
    case .tooLarge: .lineTooLong
    case .changed: .logsChanged
    default: .failed("\(error.path): \(error.message)")
    }
  }
}

/// A text as SQL writes it.
func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

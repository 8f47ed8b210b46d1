import ArgumentParser
public import MasqueWorkspace

/// What the command line needs from the world around it. All of it is handed in, so that a test can run the whole
/// program in its own process.
public struct Host: Sendable {
  /// The arguments without the program's name, as the bytes that they are.
  public var arguments: [[UInt8]]
  /// The value of an environment variable.
  public var environment: @Sendable (String) -> String?
  /// The file system.
  public var files: any Files
  /// The standard streams.
  public var streams: any Streams
  /// How many threads are worth starting.
  public var processorCount: Int
  /// Runs a closure on so many threads, the calling one included, and waits for all.
  public var onThreads: @Sendable (Int, @escaping @Sendable () -> Void) -> Void
  /// Milliseconds since some moment in the past.
  public var milliseconds: @Sendable () -> Int
  /// Waits so many milliseconds, maybe none; false if the user wants the program to end. From its first call on such a
  /// wish ends nothing else.
  public var pause: @Sendable (Int) -> Bool

  /// A host; see the properties.
  public init(
    arguments: [[UInt8]], environment: @escaping @Sendable (String) -> String?, files: any Files,
    streams: any Streams, processorCount: Int,
    onThreads: @escaping @Sendable (Int, @escaping @Sendable () -> Void) -> Void,
    milliseconds: @escaping @Sendable () -> Int = { 0 }, pause: @escaping @Sendable (Int) -> Bool = { _ in false }
  ) {
    self.arguments = arguments
    self.environment = environment
    self.files = files
    self.streams = streams
    self.processorCount = processorCount
    self.onThreads = onThreads
    self.milliseconds = milliseconds
    self.pause = pause
  }
}

/// How `masque-lint` ends.
public enum LintStatus: Int32, Sendable {
  /// No finding at or above `--fail-on`.
  case clean = 0
  /// Findings at or above `--fail-on`.
  case findings = 1
  /// Wrong usage, or a file that could not be read or written.
  case usage = 2
  /// The output could not be written, or a defect of ours.
  case failure = 3
}

/// `masque-lint`, from its arguments to its exit status.
public func lint(_ host: Host) -> LintStatus {
  // Before the parser sees it, so that a path of such a name is still one as `./explain`.
  let subcommand = host.arguments.first.flatMap { Subcommand(rawValue: String(decoding: $0, as: UTF8.self)) }
  do {
    if let subcommand { return try subcommand.run(host) }
    let options = try LintOptions(host)
    return try options.watches ? watch(options, host) : check(options, host)
  } catch let error as WriteError {
    // Nobody reads on: that is the reader's decision, and nothing to complain about.
    guard case .failed(let reason) = error else { return .clean }
    try? host.streams.write("masque-lint: cannot write the output: \(reason)\n", to: .error)
    return .failure
  } catch {
    let command: any ParsableCommand.Type = subcommand?.command ?? LintCommand.self
    let message = command.fullMessage(for: error)
    // `--help` and `--version` come as errors, too.
    let isAnswer = command.exitCode(for: error) == .success
    do {
      try host.streams.write(message + "\n", to: isAnswer ? .output : .error)
    } catch {
      return error == .closed ? .clean : .failure
    }
    return isAnswer ? .clean : .usage
  }
}

extension Streams {
  func write(_ text: String, to stream: StandardStream) throws(WriteError) {
    try write(Array(text.utf8), to: stream)
  }
}

import JSONRPC
public import MasqueWorkspace

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs the language server over standard input and output until the client ends the session.
///
/// - Parameters:
///   - arguments: the command line without the program's name.
///   - files: where the other masques of a library are read.
///   - environment: what is known of the process.
/// - Returns: the process's exit code: 0 after `shutdown` and `exit`, 1 after any other end, 2 for a command line that
///   cannot be understood.
public func runLanguageServer(
  arguments: [String], files: any Files, environment: ServerEnvironment = ServerEnvironment()
) -> Int32 {
  let options: CommandLineOptions
  switch CommandLineOptions.parse(arguments) {
  case .run(let parsed): options = parsed
  case .print(let text):
    var text = text
    return text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: 1) } == 0 ? 0 : 1
  case .fail(let message):
    Log().note("\(message); masque-lsp --help lists the options")
    return 2
  }
  var logFile: Int32?
  if let path = options.logFile {
    switch Log.open(path) {
    case .success(let file): logFile = file
    case .failure(let failure):
      Log().note("cannot write to the log file \(path): \(failure.reason)")
      return 2
    }
  }
  let log = Log(file: logFile, traces: options.traces)
  // A client that has gone is found out by the error of `write`.
  signal(SIGPIPE, SIG_IGN)
  guard let output = claim(output: 1, divertingTo: 2) else {
    log.note("standard output is closed")
    return 1
  }
  return serve(input: 0, output: output, files: files, environment: environment, log: log) { _exit(1) }
}

/// Serves one session over two descriptors.
///
/// - Parameters:
///   - input: where messages are read, by a thread that outlives the session unless the stream ends.
///   - output: where messages are written.
///   - files: where the other masques of a library are read.
///   - environment: what is known of the process.
///   - log: lines about the server's own work.
///   - abandon: ends the process when the loop does not, after the client has gone.
/// - Returns: the exit code.
func serve(
  input: Int32, output: Int32, files: any Files, environment: ServerEnvironment = ServerEnvironment(), log: Log,
  abandon: @escaping @Sendable () -> Void
) -> Int32 {
  let sibling = Sibling(files, environment, log)
  let abandon = { @Sendable in
    sibling.kill()
    abandon()
  }
  let server = Server(
    output: output, files: files, environment: environment, sibling: sibling, log: log, abandon: abandon)
  let isReading = startThread { [inbox = server.inbox] in
    readMessages(from: input) { inbox.put(.incoming($0)) }
    // Whatever the loop is at, it has had its time.
    pause(seconds: 3)
    abandon()
  }
  guard isReading else {
    log.note("no thread could be made")
    return 1
  }
  return server.run()
}

/// Other programs, as this project starts them. `SystemIO` conforms to it with system calls.
public protocol Programs: Sendable {
  /// Whether a path names a file that this user may run.
  func isExecutable(_ path: FilePath) -> Bool

  /// Starts a program. It inherits the environment and nothing else: no open file, no ignored signal; it is the first of
  /// a process group of its own.
  ///
  /// - Parameters:
  ///   - program: the file, an absolute path. It is started as it is, by no shell.
  ///   - arguments: its arguments, without its own name.
  ///   - folder: the folder that it works in.
  /// - Returns: the program; nothing of it is read before it is followed.
  /// - Throws: why it does not run; the error's path is the program's or the folder's, whichever is at fault.
  func start(
    _ program: FilePath, _ arguments: [String], in folder: FilePath
  ) throws(FileError) -> any RunningProgram
}

/// A program that was started. Any thread may use it.
public protocol RunningProgram: AnyObject, Sendable {
  /// Begins to read what the program writes, on a thread of its own.
  ///
  /// - Parameter receive: is called with one event after the other on that thread, `ended` last; as long as it does not
  ///   return the program can write only as much as a pipe holds.
  func follow(_ receive: @escaping @Sendable (ProgramEvent) -> Void)

  /// Gives the program its whole standard input. What it does not read is dropped; more than once does nothing.
  func finishInput(_ bytes: [UInt8])

  /// Asks the program, and those that it has started in its group, to end (SIGTERM).
  func terminate()

  /// Ends the program and those that it has started in its group (SIGKILL).
  func kill()
}

/// What happens with a program.
public enum ProgramEvent: Sendable, Hashable {
  /// It has written to its standard output.
  case output([UInt8])
  /// It is gone. `errors` is what it has written to its standard error; of a long text the beginning and the end.
  case ended(ProgramEnd, errors: String)
}

/// How a program has ended.
public enum ProgramEnd: Sendable, Hashable {
  /// By itself, with an exit status.
  case exited(Int32)
  /// By a signal.
  case killed(Int32)
  /// The system does not say.
  case unknown
}

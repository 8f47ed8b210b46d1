/// Runs other programs to their end, and makes what they read while they read it. `SystemIO` conforms to it.
public protocol PipedPrograms: Programs {
  /// Runs a program to its end.
  ///
  /// - Parameter call: which, and with what.
  /// - Returns: what it said, and how it ended.
  /// - Throws: why it could not be started or fed; it is not running then.
  func run(_ call: ProgramCall) throws(FileError) -> ProgramResult
}

/// A program, and what it is given.
public struct ProgramCall: Sendable {
  /// The program's file, absolute.
  public var program: FilePath
  /// Its arguments, without its name.
  public var arguments: [String]
  /// What it reads on its standard input.
  public var input: [UInt8]
  /// Named pipes that it reads in this order, two at once at the most.
  public var feeds: [ProgramFeed]
  /// After how many milliseconds it is killed.
  public var deadline: Int
  /// The most bytes that it may write; it is killed if it writes more.
  public var maximumOutput: Int

  /// A call; see the properties. Files that the program makes are its owner's alone.
  public init(
    _ program: FilePath, _ arguments: [String], input: [UInt8] = [], feeds: [ProgramFeed] = [], deadline: Int,
    maximumOutput: Int = 16 << 20
  ) {
    self.program = program
    self.arguments = arguments
    self.input = input
    self.feeds = feeds
    self.deadline = deadline
    self.maximumOutput = maximumOutput
  }
}

/// A named pipe that a program reads.
public struct ProgramFeed: Sendable {
  /// Where the pipe is. It is made before the program starts and removed when it has ended.
  public var pipe: FilePath
  /// What can be done for it before anybody reads it, a short piece at a time; false when there is no more. It is called
  /// while the program is busy otherwise, and perhaps never.
  public var prepare: (@Sendable () throws(FileError) -> Bool)?
  /// The next bytes; nil at the end.
  public var next: @Sendable () throws(FileError) -> [UInt8]?

  /// A feed; see the properties.
  public init(
    _ pipe: FilePath, prepare: (@Sendable () throws(FileError) -> Bool)? = nil,
    next: @escaping @Sendable () throws(FileError) -> [UInt8]?
  ) {
    self.pipe = pipe
    self.prepare = prepare
    self.next = next
  }
}

/// What came of a program.
public struct ProgramResult: Sendable {
  /// How a program ended.
  public enum End: Sendable, Hashable {
    /// By itself, or by somebody else.
    case ended(ProgramEnd)
    /// It took longer than its deadline.
    case late
    /// It wrote more than it may.
    case tooMuchOutput
  }

  /// How it ended.
  public var end: End
  /// What it wrote to its standard output.
  public var output: [UInt8]
  /// What it wrote to its standard error; of a long text the beginning and the end.
  public var errors: String

  /// A result; see the properties.
  public init(end: End, output: [UInt8], errors: String) {
    self.end = end
    self.output = output
    self.errors = errors
  }
}

public import MasqueModel
public import MasqueWorkspace

/// What the server knows of the process that it runs in. All of it is handed in.
public struct ServerEnvironment: Sendable {
  /// The value of an environment variable.
  public var variable: @Sendable (String) -> String?
  /// The folder of the masques that came with the program.
  public var shippedPersonas: FilePath?
  /// Other programs; nil if none may be started.
  public var programs: (any Programs)?
  /// The time.
  public var now: @Sendable () -> Timestamp

  /// An environment; see the properties.
  public init(
    variable: @escaping @Sendable (String) -> String? = { _ in nil }, shippedPersonas: FilePath? = nil,
    programs: (any Programs)? = nil, now: @escaping @Sendable () -> Timestamp = { Timestamp(seconds: 0) }
  ) {
    self.variable = variable
    self.shippedPersonas = shippedPersonas
    self.programs = programs
    self.now = now
  }
}

public import ArgumentParser
public import MasqueWorkspace

/// How text is made to stand out, if it is, and how wide it may get: SGR sequences (ECMA-48), columns of a terminal.
public struct Style: Sendable {
  /// Whether anything stands out.
  public var isColored: Bool
  /// How many columns there are; nil where text is not for a terminal, so that nothing is cut.
  public var columns: Int?

  /// A style; see the properties.
  public init(_ isColored: Bool, columns: Int? = nil) {
    self.isColored = isColored
    self.columns = columns
  }

  /// A heading, a place, a name.
  public func bold(_ text: String) -> String { sequence("1", text) }
  /// What need not be read.
  public func faint(_ text: String) -> String { sequence("2", text) }
  /// Bars and gutters.
  public func frame(_ text: String) -> String { sequence("34", text) }
  /// What helps.
  public func help(_ text: String) -> String { sequence("36", text) }
  /// What is as wanted, or new.
  public func good(_ text: String) -> String { sequence("32", text) }
  /// What was taken away.
  public func removed(_ text: String) -> String { sequence("31", text) }
  /// What is wrong.
  public func bad(_ text: String) -> String { sequence("1;31", text) }
  /// What may be wrong.
  public func doubtful(_ text: String) -> String { sequence("1;33", text) }
  /// What is worth knowing.
  public func notable(_ text: String) -> String { sequence("1;34", text) }
  /// What is a suggestion.
  public func suggested(_ text: String) -> String { sequence("1;36", text) }

  private func sequence(_ code: String, _ text: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// Whether text has colour, as an argument says it.
public enum ColorChoice: String, Sendable, CaseIterable, ExpressibleByArgument {
  /// On a terminal that shows colours, unless `NO_COLOR` is set.
  case auto
  /// Wherever it goes.
  case always
  /// Nowhere.
  case never

  /// Whether a stream is coloured.
  ///
  /// - Parameters:
  ///   - stream: the stream.
  ///   - streams: those of the process.
  ///   - environment: the value of an environment variable.
  /// - Returns: the answer.
  public func isColored(
    _ stream: StandardStream = .output, of streams: any Streams, environment: (String) -> String?
  ) -> Bool {
    switch self {
    case .always: true
    case .never: false
    case .auto:
      streams.isTerminal(stream) && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"
    }
  }

  /// How text on a stream looks.
  ///
  /// - Parameters:
  ///   - stream: the stream.
  ///   - streams: those of the process.
  ///   - environment: the value of an environment variable.
  /// - Returns: the style.
  public func style(
    for stream: StandardStream, of streams: any Streams, environment: (String) -> String?
  ) -> Style {
    Style(
      isColored(stream, of: streams, environment: environment),
      columns: streams.isTerminal(stream) ? terminalColumns(of: streams, stream) : nil)
  }
}

/// How many columns text may take where nothing says so.
public let usualColumns = 120

/// How many columns text may take on a terminal: what it says, within reason.
///
/// - Parameters:
///   - streams: those of the process.
///   - stream: the one that leads to the terminal.
/// - Returns: 40 to 240.
public func terminalColumns(of streams: any Streams, _ stream: StandardStream = .output) -> Int {
  min(max(streams.columns(of: stream) ?? usualColumns, 40), 240)
}

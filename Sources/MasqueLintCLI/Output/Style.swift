import MasqueAnalysis

/// How text is made to stand out, if it is: SGR sequences (ECMA-48).
struct Style: Sendable {
  private let isColored: Bool

  init(_ isColored: Bool) {
    self.isColored = isColored
  }

  func bold(_ text: String) -> String { sequence("1", text) }
  func frame(_ text: String) -> String { sequence("34", text) }
  func help(_ text: String) -> String { sequence("36", text) }
  func added(_ text: String) -> String { sequence("32", text) }
  func removed(_ text: String) -> String { sequence("31", text) }

  func severity(_ severity: Severity, _ text: String) -> String {
    switch severity {
    case .error: sequence("1;31", text)
    case .warning: sequence("1;33", text)
    case .information: sequence("1;34", text)
    case .hint: sequence("1;36", text)
    }
  }

  private func sequence(_ code: String, _ text: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

/// What of telemetry may leave this machine: these attributes, where their values are what they are said to be, and
/// nothing else. No prompt, no input or output of a tool, no path, no message of an error.
public enum AllowList {
  /// What a value must look like.
  public enum Form: Sendable, Hashable {
    /// A number.
    case number
    /// A name that programs give: at most 128 letters, digits and `_ . : / -` of ASCII.
    case name
  }

  /// The attributes of events.
  public static let events: [(attribute: String, form: Form)] = [
    ("attempt", .number), ("cache_creation_tokens", .number), ("cache_read_tokens", .number), ("cost_usd", .number),
    ("cost_usd_micros", .number), ("decision", .name), ("decision_source", .name), ("duration_ms", .number),
    ("error_type", .name), ("input_tokens", .number), ("model", .name), ("output_tokens", .number),
    ("prompt_length", .number), ("skill.name", .name), ("source", .name), ("status_code", .number), ("success", .name),
    ("terminal.type", .name), ("tool_name", .name),
  ]

  /// The attributes of metrics' data points. A tool is `tool_name` to Claude Code, and was `tool` once.
  public static let metrics: [(attribute: String, form: Form)] = [
    ("decision", .name), ("language", .name), ("model", .name), ("source", .name), ("terminal.type", .name),
    ("tool", .name), ("tool_name", .name), ("type", .name),
  ]

  /// Whether a text has a form.
  public static func fits(_ text: String, _ form: Form) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 128 else { return false }
    switch form {
    case .number: return Double(text)?.isFinite == true
    case .name:
      return text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "_.:/-".utf8.contains(byte)
        }
      }
    }
  }
}

/// What telemetry is about: the three kinds that OTLP has services for.
public enum Signal: Int, Sendable, Hashable, CaseIterable {
  /// What happened: log records and events.
  case logs
  /// What was counted and measured.
  case metrics
  /// What called what, and how long it took.
  case traces

  /// The name of its file and of the path that it is sent to: `logs`.
  public var name: String {
    switch self {
    case .logs: "logs"
    case .metrics: "metrics"
    case .traces: "traces"
    }
  }

  /// Where OTLP over HTTP takes it.
  public var path: String { "/v1/\(name)" }
}

/// How a request is written (OTLP 1.9, "OTLP/HTTP").
public enum OTLPEncoding: Sendable, Hashable {
  /// Binary Protobuf, `application/x-protobuf`.
  case protobuf
  /// JSON, `application/json`, with OTLP's exceptions from Protobuf's own JSON mapping.
  case json
}

/// An export request as one line of a telemetry file.
public struct TelemetryLine: Sendable, Hashable {
  /// The request in OTLP's JSON encoding, its keys spelled canonically, with a line break at its end; empty for a request
  /// without records.
  public var bytes: [UInt8]
  /// How many log records, data points or spans it has.
  public var records: Int
}

/// Why a request is not one.
public struct OTLPError: Error, Sendable, Hashable {
  /// What is wrong with it, without a final full stop.
  public var message: String

  /// An error.
  public init(_ message: String) { self.message = message }
}

/// Turns an export request into the line that is kept of it, straight from one text to the other.
///
/// Strings that are no UTF-8 are repaired with U+FFFD, so that one wrong attribute does not cost a whole batch. What the
/// format does not know is left out. Linear in the length of the request but for hostile ones, which cost at most as many
/// times as much as messages may be nested.
///
/// - Parameters:
///   - body: the request, not compressed.
///   - signal: what it is about.
///   - encoding: how it is written.
/// - Returns: the line.
/// - Throws: why it is no such request.
public func telemetryLine(
  _ body: UnsafeRawBufferPointer, _ signal: Signal, _ encoding: OTLPEncoding
) throws(OTLPError) -> TelemetryLine {
  switch encoding {
  case .protobuf: try protobufLine(body, signal)
  case .json: try jsonLine(body, signal)
  }
}

/// See `telemetryLine(_:_:_:)` above.
public func telemetryLine(
  _ body: [UInt8], _ signal: Signal, _ encoding: OTLPEncoding
) throws(OTLPError) -> TelemetryLine {
  let result: Result<TelemetryLine, OTLPError> = body.withUnsafeBytes { bytes in
    do throws(OTLPError) { return .success(try telemetryLine(bytes, signal, encoding)) } catch {
      return .failure(error)
    }
  }
  return try result.get()
}

import MasqueAnalysis
import MasqueWorkspace
import Synchronization

/// What one file adds to the output.
struct OutputPiece: Sendable {
  /// Its part of the report.
  var report: [UInt8] = []
  /// What it adds to the numbers; nil for a file about which there is nothing to say.
  var summary: Summary?
}

/// Puts the pieces of the files, which come from several threads in any order, into the order of the files. What is in
/// its turn is written soon; only pieces that wait for an earlier file are kept.
final class OrderedOutput: Sendable {
  private let report: any Report
  private let options: LintOptions
  private let streams: any Streams
  private let progress: Progress?
  private let findingsStream: StandardStream
  /// Whether somebody watches the output as it comes.
  private let isInteractive: Bool
  private let state = Mutex(State())
  private let stopped = Atomic<Bool>(false)

  private struct State {
    var summary = Summary()
    /// The first file whose piece has not come yet.
    var next = 0
    /// Runs of pieces that wait for an earlier one, by their first file.
    var waiting: [Int: [OutputPiece]] = [:]
    var buffer: [UInt8] = []
    var hasShownFile = false
    var failure: WriteError?
    /// Whether a line of progress is on the terminal.
    var showsProgress = false
  }

  /// - Parameters:
  ///   - report: the form.
  ///   - options: what was asked for.
  ///   - streams: where it goes.
  ///   - findingsTo: the stream that the report goes to.
  ///   - progress: what tells people how far the run is.
  init(
    _ report: any Report, _ options: LintOptions, _ streams: any Streams, findingsTo: StandardStream = .output,
    progress: Progress? = nil
  ) {
    self.report = report
    self.progress = progress
    self.options = options
    self.streams = streams
    findingsStream = findingsTo
    isInteractive = streams.isTerminal(findingsTo)
  }

  /// Whether nobody wants more output, so that there is no use in checking more files.
  var isStopped: Bool { stopped.load(ordering: .relaxed) }

  /// The numbers so far.
  var summary: Summary { state.withLock { $0.summary } }

  /// Begins with what could not be found.
  func begin(_ errors: [FileError]) {
    state.withLock { state in
      if !report.isHeldBack { state.buffer.append(contentsOf: report.head.utf8) }
      state.summary.errors = errors
      show(errors, &state)
    }
  }

  /// A file's piece. Any thread may make it.
  func piece(_ file: CheckedFile) -> OutputPiece {
    var piece = OutputPiece()
    report.append(file, to: &piece.report)
    if !file.findings.isEmpty || !file.errors.isEmpty || file.fixedCount > 0 {
      var summary = Summary()
      summary.add(file)
      piece.summary = summary
    }
    return piece
  }

  /// Takes the pieces of consecutive files, the first of which is number `first`.
  func submit(_ pieces: [OutputPiece], from first: Int) {
    state.withLock { state in
      guard first == state.next else {
        state.waiting[first] = pieces
        return
      }
      take(pieces, &state)
      while let waiting = state.waiting.removeValue(forKey: state.next) { take(waiting, &state) }
    }
  }

  /// Tells people, if they watch, how many files are done.
  func show(progress count: Int) {
    guard let progress else { return }
    state.withLock { state in
      guard let line = progress.line(after: count) else { return }
      // Not through `write`: a terminal that cannot be written is no reason to stop.
      try? streams.write("\r\u{1B}[K" + line, to: .error)
      state.showsProgress = true
    }
  }

  /// Writes the rest.
  ///
  /// - Returns: how the run ends.
  func end() throws(WriteError) -> LintStatus {
    let (summary, failure) = state.withLock { state in
      if report.isHeldBack { state.buffer.insert(contentsOf: report.head(for: state.summary).utf8, at: 0) }
      state.buffer.append(contentsOf: report.tail(state.summary).utf8)
      flush(&state, isLast: true)
      clearProgress(&state)
      return (state.summary, state.failure)
    }
    if let failure, case .failed = failure { throw failure }
    // The numbers of a run that was cut short would mislead.
    if report.hasSummaryLine, !options.isQuiet, failure == nil, let line = summaryLine(summary) {
      try streams.write(line + "\n", to: .error)
    }
    if !summary.errors.isEmpty { return .usage }
    return summary.filesFailing > 0 ? .findings : .clean
  }

  private func summaryLine(_ summary: Summary) -> String? {
    var parts: [String] = []
    if summary.fixed > 0 {
      let verb = options.showsDiff ? "would fix" : "fixed"
      parts.append("\(verb) \(counted(summary.fixed, "finding")) in \(counted(summary.filesFixed, "file"))")
    }
    if summary.findings > 0 {
      let places = "in \(counted(summary.filesWithFindings, "file"))"
      parts.append("\(Severity.list(summary.severities)) \(summary.fixed > 0 ? "left " : "")\(places)")
      if options.fixing == .none {
        if summary.safelyFixable > 0 {
          parts.append("\(summary.safelyFixable) can be fixed with --fix")
        } else if summary.unsafelyFixable > 0 {
          parts.append("\(summary.unsafelyFixable) can be fixed with --fix-unsafe")
        }
      }
    } else if parts.isEmpty, summary.errors.isEmpty, summary.files > 0, streams.isTerminal(.error) {
      parts.append("\(counted(summary.files, "file")) checked, nothing found")
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  // MARK: Under the lock

  private func take(_ pieces: [OutputPiece], _ state: inout State) {
    state.next += pieces.count
    for piece in pieces {
      if !piece.report.isEmpty {
        if state.hasShownFile { state.buffer.append(contentsOf: report.separator.utf8) }
        state.hasShownFile = true
        state.buffer.append(contentsOf: piece.report)
        if isInteractive || state.buffer.count >= Self.bufferSize { flush(&state) }
      }
      if let summary = piece.summary {
        state.summary.add(summary)
        show(summary.errors, &state)
      } else {
        state.summary.files += 1
      }
    }
  }

  private func show(_ errors: [FileError], _ state: inout State) {
    guard !errors.isEmpty else { return }
    // On a terminal both streams are seen together, in this order.
    flush(&state)
    for error in errors { write(Array("masque-lint: \(error)\n".utf8), to: .error, &state) }
  }

  private func flush(_ state: inout State, isLast: Bool = false) {
    guard !state.buffer.isEmpty, isLast || !report.isHeldBack else { return }
    write(state.buffer, to: findingsStream, &state)
    state.buffer.removeAll(keepingCapacity: true)
  }

  private func write(_ bytes: [UInt8], to stream: StandardStream, _ state: inout State) {
    clearProgress(&state)
    guard state.failure == nil else { return }
    do {
      try streams.write(bytes, to: stream)
    } catch {
      state.failure = error
      // Fixes are finished even if nobody reads about them.
      if options.fixing == .none || options.showsDiff { stopped.store(true, ordering: .relaxed) }
    }
  }

  private func clearProgress(_ state: inout State) {
    guard state.showsProgress else { return }
    try? streams.write("\r\u{1B}[K", to: .error)
    state.showsProgress = false
  }

  /// How many bytes are gathered before they are written.
  private static let bufferSize = 1 << 16
}

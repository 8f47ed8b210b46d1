import Foundation
import MasqueLintCLI
import MasqueWorkspace
import Synchronization
import SystemIO

/// What a run in this process wrote, and how it ended.
struct Outcome: Equatable {
  var status: LintStatus
  var output: [UInt8]
  var error: [UInt8]

  var outputText: String { String(decoding: output, as: UTF8.self) }
  var errorText: String { String(decoding: error, as: UTF8.self) }
}

/// Streams without a process.
final class TestStreams: Streams {
  struct State {
    var output: [UInt8] = []
    var error: [UInt8] = []
  }

  let state = Mutex(State())
  let input: [UInt8]
  let isTerminal: Bool
  let failure: WriteError?

  init(input: [UInt8], isTerminal: Bool, failure: WriteError?) {
    self.input = input
    self.isTerminal = isTerminal
    self.failure = failure
  }

  func readInput(maximumLength: Int) throws(FileError) -> [UInt8] {
    guard input.count <= maximumLength else {
      throw .tooLarge("standard input", length: nil, limit: maximumLength)
    }
    return input
  }

  func write(_ bytes: [UInt8], to stream: StandardStream) throws(WriteError) {
    if let failure, stream == .output { throw failure }
    state.withLock { state in
      switch stream {
      case .output: state.output += bytes
      case .error: state.error += bytes
      }
    }
  }

  func isTerminal(_ stream: StandardStream) -> Bool { isTerminal }
  func columns(of stream: StandardStream) -> Int? { isTerminal ? 80 : nil }
}

/// Runs `masque-lint` in this process.
func run(
  _ arguments: [String], in files: any Files = MemoryFiles(), input: String = "", isTerminal: Bool = false,
  environment: [String: String] = [:], failure: WriteError? = nil
) -> Outcome {
  run(
    bytes: arguments.map { Array($0.utf8) }, in: files, input: Array(input.utf8), isTerminal: isTerminal,
    environment: environment, failure: failure)
}

/// The same for arguments that need not be UTF-8.
func run(
  bytes arguments: [[UInt8]], in files: any Files, input: [UInt8] = [], isTerminal: Bool = false,
  environment: [String: String] = [:], failure: WriteError? = nil
) -> Outcome {
  let streams = TestStreams(input: input, isTerminal: isTerminal, failure: failure)
  let host = Host(
    arguments: arguments, environment: { environment[$0] }, files: files, streams: streams, processorCount: 2,
    onThreads: onThreads)
  let status = lint(host)
  return streams.state.withLock { Outcome(status: status, output: $0.output, error: $0.error) }
}

/// A new folder on disk, removed when the test is over.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("masque-lint-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

func write(_ text: String, to path: String) throws {
  try Data(text.utf8).write(to: URL(fileURLWithPath: path))
}

func read(_ path: String) throws -> String {
  String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
}

/// A masque with which nothing is wrong.
let soundMasque = """
  name: Scribe
  index: 1
  version: "1.0.0"
  ring: player
  intent:
    allowed:
      - "write *"
    denied:
      - "write * without sources"
  lens: |
    Write so that nobody has to ask twice.

  """

/// Little texts, for tests with many files: one with nothing to say about its YAML, one with a key twice.
let tinyMasque = "name: Scribe\n"
let tinyBrokenMasque = "name: Scribe\nname: Scribe\n"

/// `soundMasque` with a pattern that is not in quotes, which has a safe fix.
let fixableMasque = soundMasque.replacing("- \"write * without sources\"", with: "- * without sources")

/// `soundMasque` with a key that stands there twice, which has none.
let brokenMasque = soundMasque.replacing("ring: player", with: "ring: player\nring: guest")

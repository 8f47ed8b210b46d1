import MasqueCLI
import MasqueModel
import MasqueWorkspace
import Synchronization

/// Streams without a process.
final class TestStreams: Streams {
  let written = Mutex<(output: [UInt8], error: [UInt8])>(([], []))
  let input: [UInt8]
  let failure: WriteError?

  init(input: [UInt8] = [], failure: WriteError?) {
    self.input = input
    self.failure = failure
  }

  func readInput(maximumLength: Int) throws(FileError) -> [UInt8] { input }
  func write(_ bytes: [UInt8], to stream: StandardStream) throws(WriteError) {
    if let failure, stream == .output { throw failure }
    written.withLock { if stream == .output { $0.output += bytes } else { $0.error += bytes } }
  }
  func isTerminal(_ stream: StandardStream) -> Bool { false }
  func columns(of stream: StandardStream) -> Int? { nil }
}

/// What a run in this process wrote, and how it ended.
struct Outcome {
  var status: MasqueStatus
  var output: String
  var error: String
}

func run(_ files: any Files, _ arguments: String..., failure: WriteError? = nil) -> Outcome {
  run(files, arguments: arguments, failure: failure)
}

func run(
  _ files: any Files, arguments: [String], input: String = "", isAskedToEnd: Bool = false, failure: WriteError? = nil
) -> Outcome {
  let streams = TestStreams(input: Array(input.utf8), failure: failure)
  let host = Host(
    arguments: arguments, environment: { ["HOME": "/home/a"][$0] }, files: files, streams: streams,
    shippedPersonas: "/usr/share/masques/personas", now: { Timestamp(seconds: 1_795_262_400) },
    isAskedToEnd: { isAskedToEnd })
  let status = runMasque(host)
  return streams.written.withLock {
    Outcome(
      status: status, output: String(decoding: $0.output, as: UTF8.self),
      error: String(decoding: $0.error, as: UTF8.self))
  }
}

func masque(_ name: String, index: Int, ring: String = "player") -> String {
  """
  name: \(name)
  index: \(index)
  version: "1.0.0"
  ring: \(ring)
  attributes: {domain: prose, tagline: "Once."}
  intent:
    allowed: ["write *"]
    denied: ["write * without sources"]
  lens: |
    Write so that nobody
    has to ask twice.

  """
}

func files() -> MemoryFiles {
  MemoryFiles(texts: [
    "/work/personas/scribe.masque.yaml": masque("Scribe", index: 1),
    "/work/personas/broken.masque.yaml": "name: [",
    "/home/a/.masques/notary.masque.yaml": masque("Notary", index: 12, ring: "guest"),
    "/usr/share/masques/personas/shipped.masque.yaml": masque("scribe", index: 3),
  ])
}

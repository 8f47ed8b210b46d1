import Foundation
import JSON
import JSONRPC
import MasqueModel
import Testing

@testable import MasqueServer

/// The program, where the tests have been built with it.
private let program: URL? = {
  let folders = [
    CommandLine.arguments.first, try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
  ]
  return folders.compactMap { $0.map { URL(fileURLWithPath: $0).deletingLastPathComponent() } }
    .map { $0.appendingPathComponent("masque-lsp") }
    .first { FileManager.default.isExecutableFile(atPath: $0.path) }
}()

@Suite(patience, .enabled(if: program != nil, "masque-lsp is not built beside the tests"))
struct ProcessTests {
  /// An editor that is killed while its end of the pipe stays open in another process: only its number tells.
  @Test func theEditorIsKilled() async throws {
    let editor = Process()
    editor.executableURL = URL(fileURLWithPath: "/bin/sh")
    editor.arguments = ["-c", "exec 3<&0; \"$0\" <&3 & echo $! >&2; wait", try #require(program).path]
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    editor.standardInput = input
    editor.standardOutput = output
    editor.standardError = errors
    try editor.run()
    let words = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
    let server = try #require(pid_t(words.trimmingCharacters(in: .whitespacesAndNewlines)))
    let params: JSONValue = [
      "processId": .integer(Int64(editor.processIdentifier)), "rootUri": nil, "capabilities": [:],
    ]
    let initialize = Message.request(RequestMessage(id: 1, method: "initialize", params: params))
    input.fileHandleForWriting.write(Data(ContentLengthFramer.encode(initialize.encoded())))
    #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).hasPrefix("Content-Length: "))
    #expect(isRunning(server))
    let start = ContinuousClock.now
    kill(editor.processIdentifier, SIGKILL)
    // No suspension in between: what is measured is the server, not how soon a busy test run comes back to this task.
    while isRunning(server), ContinuousClock.now - start < .seconds(10) { usleep(20_000) }
    #expect(ContinuousClock.now - start < .seconds(5))
    try input.fileHandleForWriting.close()
  }

  @Test(
    arguments: [
      (["--version"], 0, "masque-lsp \(projectVersion)\n", ""),
      (["--help"], 0, CommandLineOptions.help, ""),
      (["--tcp"], 2, "", "masque-lsp: unknown option --tcp; masque-lsp --help lists the options\n"),
      (["--log", "/no/such/folder/log"], 2, "", "masque-lsp: cannot write to the log file /no/such/folder/log: "),
      (["--stdio"], 1, "", "masque-lsp: the client has closed the stream without shutdown\n"),
    ])
  func theCommandLine(_ arguments: [String], _ code: Int32, _ printed: String, _ said: String) throws {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let words = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == code)
    #expect(text == printed)
    #expect(said.isEmpty ? words.isEmpty : words.hasPrefix(said))
  }

  @Test func theLogFileIsAddedTo() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("masque-lsp-\(UUID()).log")
    defer { try? FileManager.default.removeItem(at: file) }
    for _ in 0..<2 {
      let process = Process()
      process.executableURL = program
      process.arguments = ["--log", file.path]
      process.standardInput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
    }
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.hasSuffix(" the client has closed the stream without shutdown") })
  }
}

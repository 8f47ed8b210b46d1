import Foundation
import MasqueModel
import Testing

private let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// What cannot ask `projectVersion` has a copy of it.
@Suite struct VersionTests {
  /// The file, and what stands around each copy in it.
  @Test(
    arguments: [
      ("pyproject.toml", "version = \"", "\""), ("pyproject.toml", "\"masque-lint==", "\""),
      ("Tests/Fixtures/lint/version.out", "\nmasque-lint ", "\n"),
    ])
  func copiesAgree(_ path: String, _ before: String, _ after: String) throws {
    let text = try String(contentsOf: repository.appendingPathComponent(path), encoding: .utf8)
    let copies = text.components(separatedBy: before).dropFirst().map { $0.components(separatedBy: after)[0] }
    #expect(copies.contains(projectVersion), "\(path) has \(copies), ProjectVersion.swift \(projectVersion)")
  }

  /// The wheel takes its version from `pyproject.toml`, and nobody keeps one of their own.
  @Test(arguments: [".ci/wheel.py", "Makefile", ".pre-commit-hooks.yaml", "editors/neovim/lua/masque.lua"])
  func othersHaveNone(_ path: String) throws {
    let text = try String(contentsOf: repository.appendingPathComponent(path), encoding: .utf8)
    #expect(!text.contains(projectVersion))
  }

  @Test func theVersionIsOneOfAMasque() {
    #expect(projectVersion.wholeMatch(of: /(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?/) != nil)
  }
}

import MasqueAnalysis
import MasqueModel
import MasqueWorkspace
import SourceText
import Synchronization
import YAMLSyntax

/// Checks the files of a plan, several at a time, and hands their pieces to the output in order.
///
/// First each file is looked at by itself, and of the other masques of its library what the library needs to know. Only
/// then is it known what masques have in common; the few files of which their library has something to say are looked at
/// once more. What is kept meanwhile is a summary of each masque, and what is to be written.
///
/// - Returns: the text that came in place of a file's own, mended.
@discardableResult
func run(_ plan: Plan, _ output: OrderedOutput, _ host: Host) -> SourceText? {
  let checker = plan.checker
  let named = plan.files.count
  let all = plan.files + plan.others
  var outcomes = parallel(all.count, checker.options, host, output) { index in
    guard index < named else { return Outcome(summary: summary(of: all[index], checker)) }
    return Outcome(checker.check(all[index]), output, keepsText: checker.input != nil)
  }

  if !plan.libraries.isEmpty {
    let positions = Dictionary(all.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var affected: Set<Int> = []
    // Fixes may change what masques have in common; more rounds would only go in circles.
    for _ in 0..<maximumRounds {
      let found = libraryFindings(plan, positions, outcomes, host)
      for index in 0..<named where found[all[index]] != nil || outcomes[index].awaitsLibrary { affected.insert(index) }
      if affected.isEmpty { break }
      let indices = affected.sorted()
      let earlier = outcomes
      let again = parallel(indices.count, checker.options, host, output) { number in
        let index = indices[number]
        var file = checker.check(all[index], library: found[all[index]] ?? [])
        let isChanged = file.original != nil
        file.fixedCount += earlier[index].fixedCount
        var outcome = Outcome(file, output, keepsText: checker.input != nil)
        outcome.isChanged = isChanged
        return outcome
      }
      for (index, outcome) in zip(indices, again) { outcomes[index] = outcome }
      if !checker.writes || !again.contains(where: \.isChanged) { break }
    }
  }

  var pieces: [(path: FilePath, piece: OutputPiece)] = zip(plan.files, outcomes).map { ($0, $1.piece) }
  let manifests = manifestPieces(plan, outcomes, output, host)
  if !manifests.isEmpty {
    pieces += manifests
    pieces.sort { $0.path < $1.path }
  }
  output.submit(pieces.map(\.piece), from: 0)
  return outcomes.first?.text
}

private let maximumRounds = 4

/// What is kept of a masque.
private struct Outcome: Sendable {
  var piece = OutputPiece()
  var summary = MasqueSummary()
  var awaitsLibrary = false
  var fixedCount = 0
  var isChanged = false
  var text: SourceText?

  init(summary: MasqueSummary) {
    self.summary = summary
  }

  init(_ file: CheckedFile, _ output: OrderedOutput, keepsText: Bool) {
    if keepsText { text = file.text }
    piece = output.piece(file)
    summary = file.summary
    awaitsLibrary = file.awaitsLibrary
    fixedCount = file.fixedCount
  }
}

/// What a library needs to know of a masque that nobody named.
private func summary(of path: FilePath, _ checker: Checker) -> MasqueSummary {
  guard let bytes = try? checker.files.read(path, maximumLength: maximumLength) else { return MasqueSummary() }
  return MasqueSummary(SyntaxTree(SourceText(bytes)))
}

/// Calls `body` for each index, on several threads.
///
/// - Returns: the results, in the order of the indices.
private func parallel<Result: Sendable>(
  _ count: Int, _ options: LintOptions, _ host: Host, _ output: OrderedOutput,
  _ body: @escaping @Sendable (Int) -> Result
) -> [Result] {
  // A thread costs about as much as checking a file does.
  let jobs = min(options.jobs, (count + 3) / 4)
  guard jobs > 1 else {
    return (0..<count).map { index in
      if index % 16 == 15 { output.show(progress: index) }
      return body(index)
    }
  }
  let chunk = max(1, min(16, count / (jobs * 16)))
  let next = Atomic<Int>(0)
  let done = Mutex<[(start: Int, results: [Result])]>([])
  host.onThreads(jobs) {
    while true {
      let start = next.add(chunk, ordering: .relaxed).oldValue
      guard start < count else { return }
      let results = (start..<min(start + chunk, count)).map(body)
      done.withLock { $0.append((start, results)) }
      output.show(progress: start)
    }
  }
  return done.withLock { $0 }.sorted { $0.start < $1.start }.flatMap(\.results)
}

// MARK: Libraries

private func members(_ library: Library, _ positions: [FilePath: Int], _ outcomes: [Outcome]) -> [LibraryMember] {
  library.members.map { path in
    LibraryMember(path: path, summary: positions[path].map { outcomes[$0].summary } ?? MasqueSummary())
  }
}

/// What the libraries say of their masques.
private func libraryFindings(_ plan: Plan, _ positions: [FilePath: Int], _ outcomes: [Outcome], _ host: Host)
  -> [FilePath: [Finding]]
{
  var result: [FilePath: [Finding]] = [:]
  for library in plan.libraries {
    result.merge(libraryFindings(of: members(library, positions, outcomes))) { first, _ in first }
  }
  return result
}

/// What there is to say about the manifests in the folders that were named.
private func manifestPieces(_ plan: Plan, _ outcomes: [Outcome], _ output: OrderedOutput, _ host: Host)
  -> [(path: FilePath, piece: OutputPiece)]
{
  guard !plan.manifests.isEmpty else { return [] }
  let all = plan.files + plan.others
  let positions = Dictionary(all.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  return plan.libraries.compactMap { library in
    guard let path = plan.manifests[library.root.folder],
      let bytes = try? host.files.read(path, maximumLength: maximumManifestLength)
    else { return nil }
    let text = SourceText(bytes)
    let found = libraryFindings(
      of: members(library, positions, outcomes), manifest: LibraryManifest(path: path, syntax: SyntaxTree(text)))
    let settings = plan.checker.settings.settings(of: path)
    let rules = settings.checks.rules(for: path.absolute(from: plan.checker.settings.currentFolder))
    var file = CheckedFile(path: path, text: text, failOn: settings.failOn)
    file.findings = (found[path] ?? []).filter { rules.wants($0.code) }
    settings.checks.applySeverities(to: &file.findings)
    if let paths = plan.checker.paths {
      file.findings = plan.checker.baseline.unknown(file.findings, paths.path(of: path), in: text)
    }
    return file.findings.isEmpty ? nil : (path, output.piece(file))
  }
}

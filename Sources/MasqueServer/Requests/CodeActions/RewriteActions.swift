import LanguageServerProtocol
import MasqueAnalysis
import SourceText

/// Other ways to write the value at the place.
let valueRewriting = CodeActionProvider(
  name: "rewrite", kinds: [.refactorRewrite],
  actions: { query in
    // Each is proved by reading the text again.
    guard !query.isAutomatic || query.only != nil else { return [] }
    return rewritings(at: query.range.start, in: query.document.snapshot).map {
      query.action($0.title, .refactorRewrite, [$0.edit])
    }
  })

/// The sections that the masque may have and has not, where the place is at its top level.
let sectionAdding = CodeActionProvider(
  name: "addSection", kinds: [.refactor],
  actions: { query in
    guard !query.isAutomatic || query.only != nil, isAtTopLevel(query) else { return [] }
    let snapshot = query.document.snapshot
    return missingSections(in: snapshot).compactMap { name in
      addingSection(name, to: snapshot).map { query.action("Add `\(name)`", .refactor, [$0]) }
    }
  })

/// Whether the place is on a line that is blank or begins in the first column.
private func isAtTopLevel(_ query: CodeActionQuery) -> Bool {
  let document = query.document
  let line = document.lines.contentRange(
    ofLine: document.lines.line(containing: query.range.start), in: document.text)
  let content = document.text.bytes[line.start..<line.end].first { $0 != 0x20 && $0 != 0x09 }
  return content == nil || document.text.bytes[line.start] == content
}

import Foundation
import MasqueAnalysis
import SourceText
import Testing
import YAMLSyntax

/// Every offer at every place of every persona, whole or cut off at the cursor, can be taken. A sample of the places by
/// default; `MASQUES_EXHAUSTIVE=1` takes all of them.
@Suite struct CompletionSweepTests {
  private static let step = ProcessInfo.processInfo.environment["MASQUES_EXHAUSTIVE"] == nil ? 61 : 1

  @Test(arguments: Persona.all.indices)
  func whatIsTakenParsesAndIsNoWorse(_ index: Int) {
    let persona = Persona.all[index]
    let whole = SourceText(persona.text)
    var count = 0
    for offset in stride(from: index % Self.step, through: whole.count, by: Self.step) {
      // In the middle of a character there is no cursor.
      if offset < whole.count, whole.bytes[offset] & 0xC0 == 0x80 { continue }
      for text in [whole, SourceText(Array(whole.bytes[..<offset]))] {
        count += take(Snapshot(path: persona.path, text: text), offset)
      }
    }
    #expect(count > 0)
  }

  /// Takes every offer at a cursor, and looks at what has become of the text. Returns how many there were.
  private func take(_ snapshot: Snapshot, _ offset: Int) -> Int {
    let before = Measure(snapshot)
    let offers = completions(in: snapshot, at: offset)
    for offer in offers {
      for inserted in Set([offer.insertText, offer.snippet.map(expanded) ?? offer.insertText]) {
        let text = snapshot.text.applying([TextEdit(offer.range, inserted)]).text
        let after = Measure(Snapshot(path: snapshot.path, text: text))
        let shown =
          "\(offer.label) at \(offset) of \(snapshot.path): \(text[ByteRange(max(0, offset - 80), offset + 80)])"
        #expect(after.problems <= before.problems, "\(after.messages) \(shown)")
        guard offer.kind == .value || offer.kind == .enumMember else { continue }
        #expect(after.errors <= before.errors, "\(after.messages) \(shown)")
      }
    }
    return offers.count
  }

  /// How bad a text is.
  private struct Measure {
    /// What its syntax has to complain about; a key that is there twice parses.
    var problems: Int
    /// The errors.
    var errors: Int
    var messages: [String]

    init(_ snapshot: Snapshot) {
      problems = snapshot.syntax.problems.count { $0.kind != .duplicateKey }
      // Another pattern means something else, and what is expected of the old ones may not hold.
      let found = findings(in: snapshot, options: RuleOptions(ignored: ["intent"])).filter { $0.severity == .error }
      errors = found.count
      messages = snapshot.syntax.problems.map(\.message) + found.map(\.message)
    }
  }

  /// A snippet as it is before anything is typed into it.
  private func expanded(_ snippet: String) -> String {
    snippet.replacing(/\$\{\d+:((?:[^}\\]|\\.)*)\}/) { $0.1 }
      .replacing(/\$\{\d+\|([^,|]*)[^|]*\|\}/) { $0.1 }
      .replacing(/\$(\d+|\{\d+\})/) { _ in "" }
      .replacing(/\\([$}\\])/) { $0.1 }
  }
}

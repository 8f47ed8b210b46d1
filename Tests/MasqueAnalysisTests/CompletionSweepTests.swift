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
    let offers = completions(in: snapshot, at: offset)
    let problems = problems(of: snapshot).count
    let areValues = offers.contains { $0.kind == .value || $0.kind == .enumMember }
    let errors = areValues ? errors(of: snapshot).count : 0
    for offer in offers {
      for inserted in Set([offer.insertText, offer.snippet.map(expanded) ?? offer.insertText]) {
        let text = snapshot.text.applying([TextEdit(offer.range, inserted)]).text
        let after = Snapshot(path: snapshot.path, text: text)
        let shown =
          "\(offer.label) at \(offset) of \(snapshot.path): \(text[ByteRange(max(0, offset - 80), offset + 80)])"
        let problemsAfter = self.problems(of: after)
        #expect(problemsAfter.count <= problems, "\(problemsAfter) \(shown)")
        guard offer.kind == .value || offer.kind == .enumMember else { continue }
        let errorsAfter = self.errors(of: after)
        #expect(errorsAfter.count <= errors, "\(errorsAfter) \(shown)")
      }
    }
    return offers.count
  }

  /// What its syntax has to complain about; a key that is there twice parses.
  private func problems(of snapshot: Snapshot) -> [String] {
    snapshot.syntax.problems.filter { $0.kind != .duplicateKey }.map(\.message)
  }

  /// The errors. Not those of intents: another pattern means something else, and what is expected of the old ones may
  /// not hold. Nor keys that are missing: a server of another type needs others.
  private func errors(of snapshot: Snapshot) -> [String] {
    findings(in: snapshot, options: RuleOptions(ignored: ["intent", "schema-required"])).filter {
      $0.severity == .error
    }.map(\.message)
  }

  /// A snippet as it is before anything is typed into it.
  private func expanded(_ snippet: String) -> String {
    snippet.replacing(/\$\{\d+:((?:[^}\\]|\\.)*)\}/) { $0.1 }
      .replacing(/\$\{\d+\|([^,|]*)[^|]*\|\}/) { $0.1 }
      .replacing(/\$(\d+|\{\d+\})/) { _ in "" }
      .replacing(/\\([$}\\])/) { $0.1 }
  }
}

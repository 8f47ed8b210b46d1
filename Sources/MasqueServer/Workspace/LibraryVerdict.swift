import LanguageServerProtocol
import MasqueAnalysis
import MasqueModel
import SourceText

/// What its library says about a masque or about its manifest.
struct LibraryVerdict: Sendable, Hashable {
  /// The findings, their ranges in the version that had `summary`.
  var findings: [Finding]
  /// What that version said of itself.
  var summary: MasqueSummary
  /// The text of that version, if it is a manifest.
  var text: SourceText?
  /// Whether a comment in the document hides what the library says, so that saying nothing matters, too.
  var isAwaited: Bool
  /// Where the places in other files are, as the client counts.
  var locations: [RelatedPlace: LSP.Location]

  /// The findings for a version that says this of itself: those about a value that is another now are gone, the others
  /// have moved with it.
  func findings(for now: MasqueSummary) -> [Finding] {
    if now == summary { return findings }
    return findings.compactMap { finding in
      for (old, new) in [(summary.name?.place, now.name?.place), (summary.index?.place, now.index?.place)] {
        guard let old, let new, old.range == finding.range, old.text == new.text else { continue }
        return finding.moved(from: old.range, to: new.range)
      }
      return nil
    }
  }
}

extension MasqueSummary.Field {
  fileprivate var place: (text: String, range: ByteRange) { ("\(value)", range) }
}

extension Finding {
  fileprivate func moved(from old: ByteRange, to new: ByteRange) -> Finding {
    var copy = self
    copy.range = new
    copy.fixes = fixes.map { fix in
      var fix = fix
      fix.edits = fix.edits.map { $0.range == old ? TextEdit(new, $0.replacement) : $0 }
      return fix
    }
    return copy
  }
}

import MasqueAnalysis
import SourceText

/// Applies the fixes that the options want, until there is none left.
///
/// - Parameters:
///   - text: the text.
///   - first: what there is to say about it, all of it.
///   - options: which fixes are wanted.
///   - isWanted: for which findings.
///   - check: what there is to say about another text, all of it.
/// - Returns: the text and what there is to say about it.
func mend(
  _ text: SourceText, _ first: [Finding], _ options: LintOptions, isWanted: (Finding) -> Bool = { _ in true },
  check: (SourceText) -> [Finding]
) -> MendedText {
  mend(text, first, wanted: { isWanted($0) ? options.wantedFix(of: $0) : nil }, check: check)
}

extension LintOptions {
  /// The fix of a finding that is to be applied, if there is one.
  func wantedFix(of finding: Finding) -> Fix? {
    finding.fixes.first { fix in
      guard !fix.edits.isEmpty else { return false }
      return fix.applicability == .safe || fix.applicability == .unsafe && fixing == .unsafe
    }
  }
}

import LanguageServerProtocol
import MasqueAnalysis
import SourceText

extension LSP.CodeActionKind {
  /// The keys of the whole file in canonical order.
  static let sortKeysMasque = LSP.CodeActionKind(rawValue: "source.sortKeys.masque")
}

/// Keys in canonical order: of the whole file, or of the map at the place.
let keySorting = CodeActionProvider(
  name: "sortKeys", kinds: [.sortKeysMasque, .refactorRewrite],
  actions: { query in
    // Not unasked, at every move of the cursor: to know whether it can be done, it is done.
    guard !query.isAutomatic || query.only != nil else { return [] }
    let snapshot = query.document.snapshot
    var actions: [LSP.CodeAction?] = []
    if query.isWanted(.sortKeysMasque) {
      switch sortKeys(in: snapshot) {
      case .sorted:
        break
      case .edits(let edits):
        actions.append(query.action(sortingTitle, .sortKeysMasque, edits))
      case .refused(let reason) where query.client.showsDisabledActions && query.only != nil:
        actions.append(
          LSP.CodeAction(
            title: sortingTitle, kind: .sortKeysMasque, disabled: LSP.CodeActionDisabled(reason: reason)))
      case .refused:
        break
      }
    }
    if query.isWanted(.refactorRewrite), let path = unsortedMapPath(around: query.range.start, in: snapshot),
      case .edits(let edits) = sortKeys(in: snapshot, around: query.range.start)
    {
      actions.append(query.action("Sort the keys of `\(path)` in canonical order", .refactorRewrite, edits))
    }
    return actions.compactMap { $0 }
  })

private let sortingTitle = "Sort the keys in canonical order"

import JSON
import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis

/// `textDocument/completion`.
func completion(_ params: LSP.CompletionParams, _ context: RequestContext) throws(ResponseError) -> LSP.CompletionList?
{
  let document = try context.documents.required(params.textDocument.uri)
  let offers = offers(in: document, at: params.position, context)
  let width = String(offers.count).utf8.count
  let items = offers.enumerated().map { index, offer in
    var item = completionItem(offer, sortText: padded(index, width), in: document, for: context.client)
    if context.client.resolvesCompletionDocumentation, item.documentation != nil {
      item.documentation = nil
      item.data = [
        "uri": .string(document.uri), "line": .integer(Int64(params.position.line)),
        "character": .integer(Int64(params.position.character)),
      ]
    }
    return item
  }
  let isIncomplete = offers.count >= maximumOfferedNames && offers.count { $0.kind == .name } >= maximumOfferedNames
  return LSP.CompletionList(isIncomplete: isIncomplete, items: items)
}

/// `completionItem/resolve`: the documentation of the item that somebody looks at. The offers are made again where they
/// were asked for, so that nothing has to be kept; what is offered no more, since the text has changed, stays as it is.
func completionItemResolve(
  _ item: LSP.CompletionItem, _ context: RequestContext
) throws(ResponseError) -> LSP.CompletionItem {
  guard let data = item.data, let document = context.documents[completedDocument(item)],
    let line = data["line"]?.integerValue, let character = data["character"]?.integerValue,
    let offer = offers(
      in: document, at: LSP.Position(line: Int(clamping: line), character: Int(clamping: character)), context
    ).first(where: { $0.label == item.label && completionItemKind($0.kind) == item.kind })
  else { return item }
  var resolved = item
  resolved.documentation = offer.documentation.map { markup($0, formats: context.client.completionFormats) }
  return resolved
}

/// The document that an item to be resolved is for.
func completedDocument(_ item: LSP.CompletionItem) -> String { item.data?["uri"]?.stringValue ?? "" }

private func offers(in document: Document, at position: LSP.Position, _ context: RequestContext) -> [Completion] {
  document.schema.map { schema in
    completions(
      in: document.snapshot, at: document.offset(of: position), schema: schema, names: context.knownNames(for: document)
    )
  } ?? []
}

func completionItem(
  _ offer: Completion, sortText: String, in document: Document, for client: ClientProfile
) -> LSP.CompletionItem {
  let snippet = client.takesSnippets ? offer.snippet : nil
  let text = snippet ?? offer.insertText
  // Further lines come with their indentation; some editors would add that of the cursor's line.
  let isIndented = client.takesTextAsIs && text.utf8.contains(0x0A)
  return LSP.CompletionItem(
    label: offer.label,
    kind: completionItemKind(offer.kind),
    detail: offer.detail,
    documentation: offer.documentation.map { markup($0, formats: client.completionFormats) },
    preselect: offer.isPreselected && client.takesPreselection ? true : nil,
    sortText: sortText,
    filterText: offer.filterText,
    insertTextFormat: snippet == nil ? nil : .snippet,
    insertTextMode: isIndented ? .asIs : nil,
    textEdit: .edit(LSP.TextEdit(range: document.range(of: offer.range), newText: text)),
    command: offer.retriggers ? client.suggestCommand.map { LSP.Command(title: "Suggest", command: $0) } : nil)
}

private func completionItemKind(_ kind: CompletionKind) -> LSP.CompletionItemKind {
  switch kind {
  case .key: .property
  case .enumMember: .enumMember
  case .value: .value
  case .snippet: .snippet
  case .name: .reference
  }
}

/// A number that sorts as text, because clients sort by text.
private func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

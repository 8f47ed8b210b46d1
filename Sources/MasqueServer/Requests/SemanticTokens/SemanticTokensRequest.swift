import JSONRPC
import LanguageServerProtocol
import MasqueAnalysis
import SourceText

/// `textDocument/semanticTokens/full`.
func semanticTokensFull(
  _ params: LSP.SemanticTokensParams, _ context: RequestContext
) throws(ResponseError) -> LSP.SemanticTokens? {
  guard let style = context.client.semanticTokens else { return nil }
  let document = try context.documents.required(params.textDocument.uri)
  return remembered(tokenNumbers(of: document, in: nil, style), of: document, context, style)
}

/// `textDocument/semanticTokens/full/delta`: what has changed, or everything if nobody knows any more what the client
/// has.
func semanticTokensDelta(
  _ params: LSP.SemanticTokensDeltaParams, _ context: RequestContext
) throws(ResponseError) -> LSP.SemanticTokensOrDelta? {
  guard let style = context.client.semanticTokens else { return nil }
  let document = try context.documents.required(params.textDocument.uri)
  let earlier = context.tokens.numbers(of: document.uri, params.previousResultId)
  let numbers =
    params.previousResultId == resultID(of: document) ? earlier : nil
  let tokens = remembered(numbers ?? tokenNumbers(of: document, in: nil, style), of: document, context, style)
  guard let earlier else { return .tokens(tokens) }
  return .delta(
    LSP.SemanticTokensDelta(resultId: tokens.resultId, edits: tokenEdits(from: earlier, to: tokens.data)))
}

/// `textDocument/semanticTokens/range`.
func semanticTokensRange(
  _ params: LSP.SemanticTokensRangeParams, _ context: RequestContext
) throws(ResponseError) -> LSP.SemanticTokens? {
  guard let style = context.client.semanticTokens else { return nil }
  let document = try context.documents.required(params.textDocument.uri)
  let window = byteRange(of: params.range, in: document.text, document.lines, document.encoding)
  return LSP.SemanticTokens(data: tokenNumbers(of: document, in: window, style))
}

private func resultID(of document: Document) -> String { String(document.revision) }

private func remembered(
  _ numbers: [UInt32], of document: Document, _ context: RequestContext, _ style: SemanticTokensStyle
) -> LSP.SemanticTokens {
  guard style.takesDeltas else { return LSP.SemanticTokens(data: numbers) }
  let id = resultID(of: document)
  context.tokens.remember(numbers, of: document.uri, id)
  return LSP.SemanticTokens(resultId: id, data: numbers)
}

/// The tokens of a document as the protocol numbers them.
///
/// - Parameters:
///   - document: the document.
///   - window: only tokens that share a byte with this stretch; all if nil.
///   - style: what the client can show.
/// - Returns: five numbers per token (LSP 3.17 § textDocument/semanticTokens).
func tokenNumbers(of document: Document, in window: ByteRange?, _ style: SemanticTokensStyle) -> [UInt32] {
  let tokens = semanticTokens(in: document.snapshot, window: window)
  var encoder = TokenEncoder(document: document)
  encoder.numbers.reserveCapacity(tokens.count * 5)
  for token in tokens {
    guard let look = style.look(of: token.kind) else { continue }
    encoder.add(token.range, look, isWhole: style.takesLineBreaks, window)
  }
  return encoder.numbers
}

private struct TokenEncoder {
  private let document: Document
  private var positions: PositionFinder
  private var last = LinePosition(line: 0, column: 0)
  var numbers: [UInt32] = []

  init(document: Document) {
    self.document = document
    positions = document.positions
  }

  mutating func add(_ range: ByteRange, _ look: SemanticTokensStyle.Look, isWhole: Bool, _ window: ByteRange?) {
    let start = positions.position(of: range.start)
    let lines = document.lines
    let isOneLine = start.line + 1 >= lines.lineCount || range.end < Int(lines.starts[start.line + 1])
    if isWhole, !isOneLine {
      put(start, length: document.text.length(of: range, in: document.encoding), look)
      return
    }
    var line = start.line
    while line < lines.lineCount, Int(lines.starts[line]) < range.end {
      let part = contents(of: range, onLine: line)
      if !part.isEmpty, window.map(part.overlaps) ?? true {
        let start = positions.position(of: part.start)
        put(start, length: positions.position(of: part.end).column - start.column, look)
      }
      line += 1
    }
  }

  /// What a token has on a line, without line break and the blanks around it.
  private func contents(of range: ByteRange, onLine line: Int) -> ByteRange {
    let bytes = document.text.bytes
    let content = document.lines.contentRange(ofLine: line, in: document.text)
    var start = max(content.start, range.start)
    var end = min(content.end, range.end)
    if start > range.start { while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 } }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    return ByteRange(start, end)
  }

  private mutating func put(_ start: LinePosition, length: Int, _ look: SemanticTokensStyle.Look) {
    guard length > 0 else { return }
    let lines = start.line - last.line
    numbers.append(UInt32(clamping: lines))
    numbers.append(UInt32(clamping: lines == 0 ? start.column - last.column : start.column))
    numbers.append(UInt32(clamping: length))
    numbers.append(look.type)
    numbers.append(look.modifiers)
    last = start
  }
}

/// One edit that makes some tokens of others: what is between the tokens that both begin with and those that both end
/// with; none if they are equal.
func tokenEdits(from old: [UInt32], to new: [UInt32]) -> [LSP.SemanticTokensEdit] {
  let shorter = min(old.count, new.count)
  var start = 0
  while start < shorter, old[start] == new[start] { start += 1 }
  if start == old.count, start == new.count { return [] }
  // Whole tokens: five numbers each.
  start -= start % 5
  var tail = 0
  while tail < shorter - start, old[old.count - 1 - tail] == new[new.count - 1 - tail] { tail += 1 }
  tail -= tail % 5
  let inserted = Array(new[start..<(new.count - tail)])
  return [
    LSP.SemanticTokensEdit(
      start: start, deleteCount: old.count - tail - start, data: inserted.isEmpty ? nil : inserted)
  ]
}

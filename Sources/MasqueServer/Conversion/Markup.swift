import LanguageServerProtocol

/// A text in Markdown as the client can show it.
///
/// - Parameters:
///   - markdown: the text.
///   - formats: what the client takes, the best first; none means plain text.
/// - Returns: the text as Markdown, or without its marks.
func markup(_ markdown: String, formats: [LSP.MarkupKind]) -> LSP.StringOrMarkup {
  formats.contains(.markdown) || formats.contains(.plaintext)
    ? .markup(markupContent(markdown, formats: formats)) : .string(plainText(markdown))
}

/// The same where the protocol takes no mere string.
func markupContent(_ markdown: String, formats: [LSP.MarkupKind]) -> LSP.MarkupContent {
  formats.contains(.markdown)
    ? LSP.MarkupContent(kind: .markdown, value: markdown)
    : LSP.MarkupContent(kind: .plaintext, value: plainText(markdown))
}

/// Markdown without its marks: code, emphasis, headings, links, fences.
func plainText(_ markdown: String) -> String {
  var lines: [String] = []
  var isCode = false
  for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
    if line.hasPrefix("```") {
      isCode.toggle()
    } else if isCode {
      lines.append(String(line))
    } else {
      let hashes = line.prefix { $0 == "#" }
      let isHeading = (1...6).contains(hashes.count) && line.dropFirst(hashes.count).first == " "
      lines.append(plainLine(isHeading ? line.dropFirst(hashes.count + 1) : line))
    }
  }
  return lines.joined(separator: "\n")
}

private func plainLine(_ line: Substring) -> String {
  var result = ""
  var rest = line
  var isCode = false
  while let character = rest.first {
    rest = rest.dropFirst()
    switch character {
    case "`":
      isCode.toggle()
    case _ where isCode:
      result.append(character)
    case "\\":
      if let escaped = rest.first, escaped.isASCII, escaped.isPunctuation || escaped.isSymbol {
        result.append(escaped)
        rest = rest.dropFirst()
      } else {
        result.append(character)
      }
    case "*" where rest.first == "*":
      rest = rest.dropFirst()
    case "*" where isText(result.last) != isText(rest.first):
      break
    case "[":
      if let close = rest.firstIndex(of: "]"), rest[close...].hasPrefix("]("),
        let end = rest[close...].firstIndex(of: ")")
      {
        result += plainLine(rest[..<close])
        rest = rest[rest.index(after: end)...]
      } else {
        result.append(character)
      }
    default:
      result.append(character)
    }
  }
  return result
}

private func isText(_ character: Character?) -> Bool { character.map { !$0.isWhitespace } ?? false }

import DocumentTree
import MasqueModel
public import SourceText
import YAMLSyntax

/// A stretch of a masque that leads to something outside it.
public struct DocumentLink: Sendable, Hashable {
  /// Where a link leads.
  public enum Target: Sendable, Hashable {
    /// To a URI (RFC 3986), of the scheme `http`, `https` or `file`.
    case uri(String)
    /// To a file, by a path that is seen from the masque's folder.
    case path(String)
  }

  /// The bytes that are underlined.
  public var range: ByteRange
  /// Where it leads.
  public var target: Target

  /// A link; see the properties.
  public init(range: ByteRange, target: Target) {
    self.range = range
    self.target = target
  }
}

/// The links of a masque: URLs in its values and comments, and in what starts its servers, what it declares to know and
/// its attributes also paths that begin with `./` or `../`. Patterns, names and verbs have none. O(n).
///
/// - Parameter snapshot: the masque.
/// - Returns: the links in document order, apart from each other.
public func documentLinks(in snapshot: Snapshot) -> [DocumentLink] {
  let scanner = LinkScanner(snapshot.syntax)
  return (scanner.urls() + scanner.paths()).sorted { $0.range.start < $1.range.start }
}

private struct LinkScanner {
  let syntax: SyntaxTree
  let tree: DocumentTree
  let sections: MasqueSections
  /// What is matched or shown as it stands.
  let patterns: [ByteRange]

  init(_ syntax: SyntaxTree) {
    self.syntax = syntax
    tree = syntax.tree
    let sections = MasqueSections(syntax.tree)
    self.sections = sections
    let tree = syntax.tree
    patterns = [sections.intent, sections.spinnerVerbs, sections.name].compactMap { $0.map { tree[$0].range } }
  }

  // MARK: URLs

  func urls() -> [DocumentLink] {
    let bytes = tree.source
    var links: [DocumentLink] = []
    var position = 0
    while let colon = bytes.withUnsafeBufferPointer({ firstIndex(of: UInt8(ascii: ":"), in: $0, from: position) }) {
      position = colon + 1
      guard colon + 3 < bytes.count, bytes[colon + 1] == UInt8(ascii: "/"), bytes[colon + 2] == UInt8(ascii: "/"),
        let start = schemeStart(before: colon), let limit = textEnd(around: start)
      else { continue }
      let end = urlEnd(from: colon + 3, limit: limit)
      position = max(position, end)
      // A placeholder makes it a pattern of URLs.
      let isWhole = end >= limit || bytes[end] != UInt8(ascii: "{")
      guard isWhole, end > colon + 3, !bytes[start..<end].contains(UInt8(ascii: "$")),
        bytes[colon + 3] != UInt8(ascii: "/") || bytes[start] == UInt8(ascii: "f") && end > colon + 4
      else { continue }
      let range = ByteRange(start, end)
      links.append(DocumentLink(range: range, target: .uri(encoded(bytes[start..<end]))))
    }
    return links
  }

  private func schemeStart(before colon: Int) -> Int? {
    var start = colon
    while start > 0, colon - start < 6, (tree.source[start - 1] | 0x20) &- 0x61 < 26 { start -= 1 }
    for scheme in ["https", "http", "file"] where tree.source[start..<colon].elementsEqual(scheme.utf8) {
      return start
    }
    return nil
  }

  /// Where the value or comment around an offset ends; nil where links mean nothing.
  private func textEnd(around offset: Int) -> Int? {
    if let comment = syntax.comment(at: offset) { return comment.end }
    guard let node = tree.leaf(at: offset), tree[node].kind == .scalar, !tree[node].flags.contains(.key),
      !patterns.contains(where: { $0.contains(offset) })
    else { return nil }
    return tree[node].range.end
  }

  private func urlEnd(from start: Int, limit: Int) -> Int {
    let bytes = tree.source
    var end = start
    var depth = 0
    while end < limit {
      if bytes[end] == UInt8(ascii: "(") {
        depth += 1
      } else if bytes[end] == UInt8(ascii: ")"), depth > 0 {
        depth -= 1
      } else if endsToken(bytes, at: end), bytes[end] != UInt8(ascii: ",") {
        break
      }
      end += 1
    }
    while end > start, isSentenceMark(bytes[end - 1]) || bytes[end - 1] == UInt8(ascii: ",") { end -= 1 }
    return end
  }

  /// Bytes beyond ASCII as `%HH`: a URI has none.
  private func encoded(_ bytes: ArraySlice<UInt8>) -> String {
    var result = ""
    for byte in bytes {
      if byte < 0x80 {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        result += "%" + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }

  // MARK: Paths

  func paths() -> [DocumentLink] {
    var links: [DocumentLink] = []
    for section in [sections.attributes, sections.knowledge, sections.mcp] {
      guard let section else { continue }
      let first = Int(section.index)
      for index in first..<min(first + Int(tree[section].subtree), tree.nodes.count) {
        let node = tree.nodes[index]
        guard node.kind == .scalar, !node.flags.contains(.key), node.flags.contains(.textInSource) else { continue }
        let id = NodeID(index)
        let isPath = tree.withText(of: id) { text in
          (text.starts(with: "./".utf8) && text.count > 2 || text.starts(with: "../".utf8) && text.count > 3)
            && text.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "*") && $0 != UInt8(ascii: "$") }
        }
        if isPath { links.append(DocumentLink(range: tree.innerRange(of: id), target: .path(tree.text(of: id)))) }
      }
    }
    return links
  }
}

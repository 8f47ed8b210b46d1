import DocumentTree
import MasqueModel
public import SourceText
import YAMLSyntax

/// What an author may want to select around a cursor, from the inside out: the word, the text, the token, the entry, the
/// block it is in, and so on to the whole document.
///
/// - Parameters:
///   - snapshot: the masque.
///   - offset: the cursor, in bytes.
/// - Returns: the ranges, never empty; each touches the cursor and is larger than the one before it.
public func selectionRanges(in snapshot: Snapshot, at offset: Int) -> [ByteRange] {
  let offset = min(max(offset, 0), snapshot.text.count)
  let tree = snapshot.syntax.tree
  var candidates: [ByteRange] = []
  if let comment = snapshot.syntax.comment(at: offset) {
    candidates = [word(around: offset, in: comment, of: tree.source), comment]
  }
  if let id = tree.node(at: offset) {
    let chain = Array(tree.ancestry(of: id).reversed())
    for id in chain {
      let node = tree[id]
      if node.kind == .scalar {
        let isQuoted = (node.style == .singleQuoted || node.style == .doubleQuoted) && node.range.count >= 2
        let content = isQuoted ? ByteRange(node.range.start + 1, node.range.end - 1) : node.range
        candidates += [
          word(around: offset, in: content, of: tree.source), line(around: offset, in: content, of: tree.source),
        ]
        if isQuoted { candidates.append(content) }
      }
      candidates += [node.range, tree.fullRange(of: id)]
      // The whole entry: a key with its value.
      if node.flags.contains(.key), let parent = tree.parent(of: id),
        let pair = tree.pairs(of: parent).first(where: { $0.key == id })
      {
        candidates.append(ByteRange(tree.fullRange(of: id).start, max(node.range.end, tree[pair.value].range.end)))
      } else if let key = tree.key(of: id) {
        candidates.append(ByteRange(tree.fullRange(of: key).start, max(tree[key].range.end, node.range.end)))
      }
    }
  }
  candidates.append(ByteRange(0, snapshot.text.count))
  var result: [ByteRange] = []
  for candidate in candidates where candidate.touches(offset) && !candidate.isEmpty {
    guard let last = result.last else {
      result.append(candidate)
      continue
    }
    if candidate.encloses(last), candidate != last { result.append(candidate) }
  }
  return result.isEmpty ? [ByteRange(at: offset)] : result
}

/// The letters and digits around an offset; any byte beyond ASCII counts as one.
private func word(around offset: Int, in range: ByteRange, of bytes: [UInt8]) -> ByteRange {
  func isWord(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte >= 0x80 || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
      || (0x61...0x7A).contains(byte)
  }
  return stretch(around: offset, in: range, of: bytes, while: isWord)
}

private func line(around offset: Int, in range: ByteRange, of bytes: [UInt8]) -> ByteRange {
  let line = stretch(around: offset, in: range, of: bytes) { $0 != 0x0A && $0 != 0x0D }
  var start = line.start
  while start < min(line.end, offset), bytes[start] == 0x20 { start += 1 }
  return ByteRange(start, line.end)
}

private func stretch(
  around offset: Int, in range: ByteRange, of bytes: [UInt8], while holds: (UInt8) -> Bool
) -> ByteRange {
  guard range.touches(offset), range.start >= 0, range.end <= bytes.count else { return ByteRange(at: offset) }
  var start = offset
  while start > range.start, holds(bytes[start - 1]) { start -= 1 }
  var end = offset
  while end < range.end, holds(bytes[end]) { end += 1 }
  return ByteRange(start, end)
}

import DocumentTree
import SourceText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The comments of a stretch: libyaml drops them, so they are found between the scalars of its tree.
///
/// - Parameters:
///   - tree: the tree whose scalars hide `#` characters.
///   - source: the document's bytes.
///   - range: the stretch.
///   - firstNode: the first node of the tree that can lie in the stretch.
/// - Returns: the comments in document order.
func scanComments(in tree: DocumentTree, source: [UInt8], range: ByteRange, firstNode: Int = 0) -> [ByteRange] {
  var comments: [ByteRange] = []
  source.withUnsafeBufferPointer { bytes in
    guard let base = bytes.baseAddress else { return }
    var position = range.start
    var node = firstNode
    while position < range.end, let found = memchr(base + position, 0x23, range.end - position) {
      let hash = UnsafeRawPointer(found) - UnsafeRawPointer(base)
      // The scalar that the `#` lies in, if any. Leaves come in document order.
      while node < tree.nodes.count, tree.nodes[node].kind != .scalar || Int(tree.nodes[node].end) <= hash { node += 1 }
      if node < tree.nodes.count, Int(tree.nodes[node].start) <= hash {
        let scalar = tree.nodes[node]
        let isHeader =
          (scalar.style == .literal || scalar.style == .folded) && !hasBreak(bytes, Int(scalar.start), hash)
        if !isHeader {
          position = Int(scalar.end)
          continue
        }
      }
      let isComment = hash == range.start || isBlank(bytes[hash - 1])
      guard isComment else {
        position = hash + 1
        continue
      }
      var end = hash
      while end < range.end, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
      comments.append(ByteRange(hash, end))
      position = end
    }
  }
  return comments
}

private func hasBreak(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
  bytes[start..<end].contains { $0 == 0x0A || $0 == 0x0D }
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

import DocumentTree
import SourceText

extension Scanner {
  /// A key of an open object.
  struct Key {
    var node: NodeID
    /// Length and first bytes: keys that differ here differ.
    var fingerprint: UInt64
  }

  /// Notes a key of the innermost object.
  mutating func remember(key node: NodeID, _ text: UnsafeBufferPointer<UInt8>) {
    var fingerprint = UInt64(truncatingIfNeeded: text.count)
    for index in 0..<min(text.count, 7) { fingerprint = fingerprint << 8 | UInt64(text[index]) }
    keys.append(Key(node: node, fingerprint: fingerprint))
  }

  /// Reports the keys, from an index of `keys` on, that an earlier one equals.
  mutating func reportDuplicateKeys(from base: Int) {
    let count = keys.count - base
    guard count > 1 else { return }
    // Few keys are compared pairwise; many are sorted by a seeded hash first, which no document can foresee.
    if count <= 12 {
      for later in (base + 1)..<keys.count {
        for earlier in base..<later where keys[earlier].fingerprint == keys[later].fingerprint {
          if builder.tree.sameText(keys[earlier].node, keys[later].node) {
            reportDuplicate(keys[later].node, of: keys[earlier].node)
            break
          }
        }
      }
      return
    }
    var hashes: [(hash: Int, node: NodeID)] = keys[base...].map { key in
      var hasher = Hasher()
      builder.tree.withText(of: key.node) { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
      return (hasher.finalize(), key.node)
    }
    hashes.sort { ($0.hash, $0.node) < ($1.hash, $1.node) }
    var first = 0
    for index in 1..<hashes.count {
      if hashes[index].hash != hashes[first].hash {
        first = index
      } else if builder.tree.sameText(hashes[first].node, hashes[index].node) {
        reportDuplicate(hashes[index].node, of: hashes[first].node)
      }
    }
  }

  private mutating func reportDuplicate(_ later: NodeID, of first: NodeID) {
    let firstRange = builder.tree[first].range
    let text = builder.tree.text(of: later)
    let name = text.count > 40 ? text.prefix(40) + "…" : text[...]
    let line = lineIndex.line(containing: firstRange.start) + 1
    diagnostics.append(
      JSONDiagnostic(
        range: builder.tree[later].range,
        message: "duplicate key \"\(name)\": the object already has it on line \(line)",
        kind: .duplicateKey, related: firstRange))
  }
}

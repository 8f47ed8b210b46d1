import MasqueAnalysis
import MasqueWorkspace
import SourceText
import TerminalOutput

/// Numbers that stand for the findings of a file wherever their lines move to. They are made from the code, the file's
/// path, the text of the line without the blanks around it, and which of several equal ones it is, so that an edit
/// elsewhere in the file changes none.
///
/// - Parameters:
///   - findings: the findings of one file, in document order.
///   - path: the file as the project names it.
///   - lines: the file's text.
/// - Returns: 32 hexadecimal digits per finding, different from each other.
func fingerprints(of findings: [Finding], _ path: FilePath, in lines: SourceLines) -> [String] {
  var seen: [UInt128: Int] = [:]
  return findings.map { finding in
    var hash = FNV()
    hash.combine(finding.code.utf8)
    hash.combine(path.bytes)
    hash.combine(trimmed(lines, around: finding.range))
    let number = seen[hash.value, default: 0]
    seen[hash.value] = number + 1
    hash.combine(String(number).utf8)
    let digits = String(hash.value, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }
}

private func trimmed(_ lines: SourceLines, around range: ByteRange) -> ArraySlice<UInt8> {
  let line = lines.content(ofLine: lines.index.line(containing: min(range.start, lines.text.count)) + 1)
  var bytes = lines.text.bytes[line.start..<line.end]
  // A line of megabytes is known by its start.
  if bytes.count > 4_096 { bytes = bytes.prefix(4_096) }
  while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
  return bytes.drop { $0 == 0x20 || $0 == 0x09 }
}

/// FNV-1a of 128 bits (draft-eastlake-fnv). Not for secrets: for telling findings apart.
private struct FNV {
  var value: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d

  mutating func combine(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { add(byte) }
    // A byte that no text has, so that parts do not run into each other.
    add(0xFF)
  }

  private mutating func add(_ byte: UInt8) {
    value ^= UInt128(byte)
    value &*= 0x0000_0000_0100_0000_0000_0000_0000_013b
  }
}

import DocumentTree
public import SourceText
import YAMLSyntax

/// Why something can't be renamed, in a sentence for people.
public struct RenameRefusal: Error, Sendable, Hashable {
  /// The sentence; no final full stop.
  public var reason: String

  /// A refusal.
  public init(_ reason: String) { self.reason = reason }
}

/// Whether what a cursor points at can be renamed.
///
/// - Parameters:
///   - snapshot: the masque.
///   - offset: the cursor, in bytes.
/// - Returns: the mention, whose range holds the old name; nil where nothing is named; a refusal where the text is too
///   broken to rename in it.
public func renameTarget(in snapshot: Snapshot, at offset: Int) -> Result<Mention, RenameRefusal>? {
  guard let mention = mentions(in: snapshot).mention(at: offset) else { return nil }
  if let refusal = brokenSection(of: mention.range, in: snapshot.syntax) { return .failure(refusal) }
  return .success(mention)
}

/// The edits of one masque that give a subject another name wherever it stands there. Outside them not one byte
/// differs. The text after them has been read: it means what it meant but for the name.
///
/// - Parameters:
///   - subject: what is renamed; nothing is done where the masque does not name it.
///   - newName: its new name; for a skill or a resource its whole URI.
///   - snapshot: the masque.
/// - Returns: the edits in document order, quotes added where the new name needs them; a refusal if the name is not
///   allowed, is taken, or the text is too broken.
public func renamingEdits(
  of subject: Subject, to newName: String, in snapshot: Snapshot
) -> Result<[TextEdit], RenameRefusal> {
  let syntax = snapshot.syntax
  let all = locatedMentions(in: syntax)
  let places = all.filter { $0.mention.subject == subject && $0.mention.name != newName }
  if places.isEmpty { return .success([]) }
  if let refusal = invalidity(of: newName, for: subject) ?? clash(of: newName, for: subject, among: all) {
    return .failure(refusal)
  }
  for place in places {
    if let refusal = brokenSection(of: place.mention.range, in: syntax) { return .failure(refusal) }
  }
  var edits: [TextEdit] = []
  var texts: [NodeID: [UInt8]] = [:]
  var index = 0
  while index < places.count {
    let node = places[index].node
    var ranges: [ByteRange] = []
    while index < places.count, places[index].node == node {
      ranges.append(places[index].mention.range)
      index += 1
    }
    guard let rewritten = rewrite(ranges, of: node, to: newName, in: syntax) else {
      return .failure(impossible(at: ranges[0], newName, syntax))
    }
    edits += rewritten.edits
    if let text = rewritten.text { texts[node] = text }
  }
  guard let renamed = reread(syntax, after: edits, but: texts),
    isRenamed(all, locatedMentions(in: renamed), subject, newName)
  else { return .failure(impossible(at: edits[0].range, newName, syntax)) }
  return .success(edits)
}

private func impossible(at range: ByteRange, _ newName: String, _ syntax: SyntaxTree) -> RenameRefusal {
  RenameRefusal(
    "`\(newName)` can't be written in place of `\(syntax.text[range])` on line \(syntax.lineNumber(of: range.start)) "
      + "without changing what the text means")
}

extension SyntaxTree {
  /// The line of an offset, from 1. O(n).
  fileprivate func lineNumber(of offset: Int) -> Int {
    LineIndex(text).line(containing: offset) + 1
  }
}

// MARK: What stands in the way

/// A refusal if the section around a range has an error of syntax, so that nobody knows what its names mean.
private func brokenSection(of range: ByteRange, in syntax: SyntaxTree) -> RenameRefusal? {
  if syntax.isWellFormed { return nil }
  var section = ByteRange(0, syntax.text.count)
  for pair in syntax.topLevelPairs {
    let start = syntax.tree.fullRange(of: pair.key).start
    if start > range.start {
      section = ByteRange(section.start, start)
      break
    }
    section = ByteRange(start, section.end)
  }
  let problem = syntax.problems.first { problem in
    switch problem.kind {
    case .duplicateKey, .unknownTag, .aliasBudget, .multipleDocuments: false
    default: problem.range.start < section.end && section.start <= problem.range.end
    }
  }
  return problem.map {
    RenameRefusal(
      "the text around line \(syntax.lineNumber(of: range.start)) can't be read: \($0.message). Mend that first")
  }
}

/// A refusal if a name is none: the format itself is asked, by a masque that has the name and nothing else of interest.
private func invalidity(of newName: String, for subject: Subject) -> RenameRefusal? {
  let written = ScalarWriting.doubleQuoted(newName)
  switch subject {
  case .anchor:
    let isName = !newName.isEmpty && newName.utf8.allSatisfy(isAnchorByte)
    return isName
      ? nil
      : RenameRefusal("`\(newName)` is no name for an anchor: use letters and digits of ASCII, `_` and `-`")
  case .masque:
    if newName.contains(where: \.isNewline) { return RenameRefusal("a masque's name stands on one line") }
    if newName.first?.isWhitespace == true || newName.last?.isWhitespace == true {
      return RenameRefusal("`\(newName)` begins or ends with a blank: leave it out")
    }
    return complaint(about: "name: \(written)\n", at: 6)
  case .skill:
    let prefix = "skills:\n  - uri: "
    return complaint(about: "\(prefix)\(written)\n    level: novice\n", at: prefix.utf8.count)
  case .resource:
    let prefix = "knowledge:\n  - "
    return complaint(about: "\(prefix)\(written)\n", at: prefix.utf8.count)
  case .server:
    let name = "mcp:\n  servers:\n    - name: "
    if let complaint = complaint(about: "\(name)\(written)\n      type: stdio\n      command: x\n", at: name.utf8.count) {
      return complaint
    }
    // It has to be a server in URIs, too.
    let uri = "mcp://\(newName)/x"
    let prefix = "knowledge:\n  - "
    let isHost =
      !newName.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
      && complaint(about: "\(prefix)\(ScalarWriting.doubleQuoted(uri))\n", at: prefix.utf8.count) == nil
    return isHost
      ? nil
      : RenameRefusal(
        "`\(newName)` is no name for a server: `mcp://` URIs name it, so it has no blank and none of `/`, `?`, `#`")
  }
}

private func isAnchorByte(_ byte: UInt8) -> Bool {
  byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
}

/// What the linter has against the value at an offset.
private func complaint(about text: String, at offset: Int) -> RenameRefusal? {
  let found = findings(in: Snapshot(path: "", text: SourceText(text)))
  return found.first { $0.severity == .error && $0.range.start == offset && !$0.range.isEmpty }
    .map { RenameRefusal($0.message) }
}

/// A refusal if the masque has something else by this name.
private func clash(of newName: String, for subject: Subject, among all: [LocatedMention]) -> RenameRefusal? {
  func isTaken(_ other: Subject) -> Bool {
    other != subject && all.contains { $0.mention.role == .definition && $0.mention.subject == other }
  }
  switch subject {
  case .masque:
    return nil
  case .anchor:
    let isTaken = all.contains { place in
      if case .anchor = place.mention.subject { place.mention.name == newName } else { false }
    }
    return isTaken ? RenameRefusal("there is an anchor `&\(newName)` in this file already") : nil
  case .server:
    return isTaken(.server(newName.lowercased()))
      ? RenameRefusal("this masque has a server `\(newName)` already") : nil
  case .skill:
    return isTaken(.skill(newName)) ? RenameRefusal("this masque claims the skill `\(newName)` already") : nil
  case .resource:
    return isTaken(.resource(newName)) ? RenameRefusal("this masque names `\(newName)` already") : nil
  }
}

// MARK: Writing

/// The edits that put a name into stretches of one scalar, and the scalar's text after them; for anchors and aliases no
/// text. Nil where the scalar can't hold the name.
private func rewrite(
  _ ranges: [ByteRange], of node: NodeID, to newName: String, in syntax: SyntaxTree
) -> (edits: [TextEdit], text: [UInt8]?)? {
  let tree = syntax.tree
  let scalar = tree[node]
  let isAnchor =
    scalar.kind != .scalar || tree.properties(of: node)?.anchor.map { ranges == [$0] } ?? false
  if isAnchor { return (ranges.map { TextEdit($0, newName) }, nil) }
  if ranges == [scalar.range], !scalar.flags.contains(.textInSource) {
    // Several lines, or nothing known of its inside.
    guard scalar.style == .plain else { return nil }
    return ([TextEdit(scalar.range, ScalarWriting.scalar(newName, inFlow: syntax.isInFlow(node)))], Array(newName.utf8))
  }
  guard let text = text(of: node, tree, replacing: ranges, by: newName) else { return nil }
  func inside(_ quoted: String) -> (edits: [TextEdit], text: [UInt8]?) {
    let inner = String(quoted.dropFirst().dropLast())
    return (ranges.map { TextEdit($0, inner) }, text)
  }
  func whole() -> (edits: [TextEdit], text: [UInt8]?)? {
    syntax.replacing(node, withText: String(decoding: text, as: UTF8.self)).map { ([$0], text) }
  }
  switch scalar.style {
  case .doubleQuoted:
    return inside(ScalarWriting.doubleQuoted(newName))
  case .singleQuoted:
    if let quoted = ScalarWriting.singleQuoted(newName) { return inside(quoted) }
    return scalar.flags.contains(.textInSource) ? whole() : nil
  case .literal, .folded:
    return newName.unicodeScalars.contains { $0.value < 0x20 } ? nil : (ranges.map { TextEdit($0, newName) }, text)
  case .plain, .block, .flow:
    let isPlain =
      !scalar.flags.contains(.textInSource)
      || ScalarWriting.isSafePlain(String(decoding: text, as: UTF8.self), inFlow: syntax.isInFlow(node))
    return isPlain ? (ranges.map { TextEdit($0, newName) }, text) : whole()
  }
}

/// A scalar's text with stretches of its source replaced. Where text and source differ, by line breaks and indentation
/// for instance, the n-th place of a name in the one is its n-th in the other; nil if there are not as many.
private func text(
  of node: NodeID, _ tree: DocumentTree, replacing ranges: [ByteRange], by newName: String
) -> [UInt8]? {
  let inner = tree.innerRange(of: node)
  let isSlice = tree[node].flags.contains(.textInSource)
  let old = tree.withText(of: node) { Array($0) }
  if !isSlice, ranges == [inner] { return Array(newName.utf8) }
  var places: [ByteRange] = []
  if isSlice {
    places = ranges.map { $0.shifted(by: -inner.start) }
  } else {
    var start = inner.start
    if tree[node].style == .literal || tree[node].style == .folded {
      // Behind the header, which may have a comment.
      while start < inner.end, tree.source[start] != 0x0A, tree.source[start] != 0x0D { start += 1 }
    }
    for range in ranges {
      let name = Array(tree.source[range.start..<range.end])
      let written = occurrences(of: name, in: tree.source[start..<inner.end])
      let read = occurrences(of: name, in: old[...])
      guard written.count == read.count, let ordinal = written.firstIndex(of: range.start) else { return nil }
      places.append(ByteRange(read[ordinal], read[ordinal] + name.count))
    }
  }
  var result: [UInt8] = []
  var position = 0
  for place in places {
    guard place.start >= position, place.end <= old.count else { return nil }
    result += old[position..<place.start]
    result += newName.utf8
    position = place.end
  }
  return result + old[position...]
}

private func occurrences(of name: [UInt8], in bytes: ArraySlice<UInt8>) -> [Int] {
  guard let first = name.first, bytes.count >= name.count else { return [] }
  var result: [Int] = []
  for start in bytes.startIndex...(bytes.endIndex - name.count)
  where bytes[start] == first && bytes[start..<(start + name.count)].elementsEqual(name) {
    result.append(start)
  }
  return result
}

// MARK: Proof

/// Whether the same places name the same sort of thing as before, and those of a subject have its new name.
private func isRenamed(
  _ old: [LocatedMention], _ new: [LocatedMention], _ subject: Subject, _ newName: String
) -> Bool {
  old.count == new.count
    && zip(old, new).allSatisfy { old, new in
      old.node == new.node && old.mention.role == new.mention.role
        && old.mention.subject.isAlike(new.mention.subject)
        && (old.mention.subject != subject || new.mention.name == newName)
    }
}

extension Subject {
  fileprivate func isAlike(_ other: Subject) -> Bool {
    switch (self, other) {
    case (.masque, .masque), (.skill, .skill), (.resource, .resource), (.server, .server), (.anchor, .anchor): true
    default: false
    }
  }
}

/// A document after some edits; nil unless it is the same tree, but for the texts of some scalars, which are these.
private func reread(_ syntax: SyntaxTree, after edits: [TextEdit], but texts: [NodeID: [UInt8]]) -> SyntaxTree? {
  let (newText, dropped) = syntax.text.applying(edits)
  guard dropped.isEmpty, let first = edits.first, let last = edits.last else { return nil }
  // One edit from the first to the last, so that the sections between them are read once.
  let end = last.range.end + newText.count - syntax.text.count
  let hull = TextEdit(ByteRange(first.range.start, last.range.end), newText[ByteRange(first.range.start, end)])
  let result = syntax.replacing(hull, newText: newText)
  guard result.isWellFormed == syntax.isWellFormed, result.problems.count == syntax.problems.count,
    isSame(syntax.tree, result.tree, but: texts)
  else { return nil }
  return result
}

private func isSame(_ old: DocumentTree, _ new: DocumentTree, but texts: [NodeID: [UInt8]]) -> Bool {
  guard old.nodes.count == new.nodes.count, old.properties.count == new.properties.count,
    zip(old.properties, new.properties).allSatisfy({ a, b in
      a.node == b.node && a.resolvedTag == b.resolvedTag && (a.anchor == nil) == (b.anchor == nil)
    })
  else { return false }
  let marks = NodeFlags([.key, .merge, .absent, .isTrue, .repaired])
  for index in old.nodes.indices {
    let (a, b) = (old.nodes[index], new.nodes[index])
    guard a.kind == b.kind, a.type == b.type, a.subtree == b.subtree, a.parent == b.parent,
      a.flags.intersection(marks) == b.flags.intersection(marks)
    else { return false }
    switch a.kind {
    case .alias:
      if a.payload != b.payload { return false }
    case .sequence, .mapping:
      if a.count != b.count { return false }
    case .scalar:
      let id = NodeID(index)
      let isExpected = new.withText(of: id) { now in
        if let text = texts[id] { return now.elementsEqual(text) }
        return a.count == b.count && old.withText(of: id) { $0.elementsEqual(now) }
      }
      if !isExpected { return false }
    }
  }
  return true
}

public import DocumentTree
public import SourceText

/// A YAML document as it was read: its nodes, its comments, and what is wrong with it.
///
/// Reading never fails. A document that libyaml refuses is read section by section, a section being a top-level key
/// with all that belongs to it, and only the section with the error is mended in thought; the others are intact.
/// Equal bytes give equal trees, however they were edited together.
public struct SyntaxTree: Sendable {
  /// The document.
  public internal(set) var text: SourceText
  /// Its nodes. Their ranges lie in `text`.
  public internal(set) var tree: DocumentTree
  /// Its comments in document order, each from its `#` to the end of its line.
  public internal(set) var comments: [ByteRange]
  /// What YAML does not allow, in document order.
  public internal(set) var problems: [SyntaxProblem]
  /// Whether libyaml accepted the document as it stands.
  public internal(set) var isWellFormed: Bool
  /// Whether the top level may be read again one section at a time; nil as long as nobody asked.
  var isSectioned: Bool?

  /// Documents beyond this many bytes are not read: see `problems`.
  public static let maximumLength = 16 << 20

  /// Reads a document. O(n) for a well-formed one; a broken one costs a bounded number of readings of the sections
  /// that are broken.
  public init(_ text: SourceText) {
    self = Self.read(text)
  }

  private init(
    text: SourceText, tree: DocumentTree, problems: [SyntaxProblem], isWellFormed: Bool, isSectioned: Bool?
  ) {
    self.text = text
    self.tree = tree
    self.problems = problems
    self.isWellFormed = isWellFormed
    self.isSectioned = isSectioned
    comments = []
  }

  private static func read(_ text: SourceText) -> SyntaxTree {
    guard text.count <= maximumLength else {
      let problem = SyntaxProblem(
        .encoding, ByteRange(at: 0),
        "this file has \(text.count) bytes; files beyond \(maximumLength >> 20) MiB are not read")
      return SyntaxTree(
        text: text, tree: DocumentTree(source: text.bytes), problems: [problem], isWellFormed: false,
        isSectioned: false)
    }
    let start = text.byteOrderMarkLength
    let range = ByteRange(start, text.count)
    let encoding = checkEncoding(of: text.bytes, in: range)
    if encoding.isHopeless {
      return SyntaxTree(
        text: text, tree: DocumentTree(source: text.bytes), problems: encoding.problems, isWellFormed: false,
        isSectioned: false)
    }
    let source = encoding.cleaned ?? text.bytes
    let whole = readEvents(source: source, range: range)
    var result: SyntaxTree
    if let failure = whole.failure {
      let repaired = readSections(source: source, range: range, failure: failure)
      result = SyntaxTree(
        text: text, tree: repaired.tree, problems: repaired.problems, isWellFormed: false, isSectioned: false)
    } else {
      result = SyntaxTree(
        text: text, tree: whole.tree, problems: [], isWellFormed: encoding.problems.isEmpty, isSectioned: nil)
      if let second = whole.secondDocument {
        result.isWellFormed = false
        result.problems.append(
          SyntaxProblem(
            .multipleDocuments, ByteRange(second, Swift.min(second + 3, text.count)),
            "a second document begins here: a file holds one masque, and nothing below this line is read"))
      }
    }
    if encoding.cleaned != nil { result.tree.replaceSource(text.bytes) }
    result.problems += encoding.problems
    result.finish(comments: scanComments(in: result.tree, source: source, range: range))
    return result
  }

  /// The checks that need the whole tree, and the comments.
  mutating func finish(comments: [ByteRange]) {
    problems.removeAll { $0.isFromTree }
    checkTree(tree, into: &problems)
    problems.sort {
      ($0.range.start, $0.range.end, $0.message) < ($1.range.start, $1.range.end, $1.message)
    }
    self.comments = comments
  }

  /// The pairs of the top-level mapping, if there is one.
  public var topLevelPairs: [(key: NodeID, value: NodeID)] {
    tree.root.map { Array(tree.pairs(of: $0)) } ?? []
  }

  /// The comment that touches an offset.
  public func comment(at offset: Int) -> ByteRange? {
    var low = 0
    var high = comments.count
    while low < high {
      let middle = (low + high) / 2
      if comments[middle].end < offset { low = middle + 1 } else { high = middle }
    }
    return low < comments.count && comments[low].touches(offset) ? comments[low] : nil
  }
}

extension SyntaxProblem {
  /// Whether the problem was found by looking over the whole tree, and not while reading a section.
  var isFromTree: Bool {
    switch kind {
    case .duplicateKey, .unknownTag, .aliasBudget: true
    case .syntax: message.hasPrefix(undefinedAliasPrefix)
    default: false
    }
  }
}

private let undefinedAliasPrefix = "no anchor"

/// Duplicate keys, unknown tags, aliases without anchor or without bound.
private func checkTree(_ tree: DocumentTree, into problems: inout [SyntaxProblem]) {
  var hasAliases = false
  for index in tree.nodes.indices {
    switch tree.nodes[index].kind {
    case .mapping:
      checkDuplicates(in: tree, mapping: NodeID(index), into: &problems)
    case .alias:
      hasAliases = true
      if tree.nodes[index].payload < 0 {
        let range = tree.nodes[index].range
        let name = SourceText.slice(tree.source, range.start + 1, range.end)
        problems.append(
          SyntaxProblem(
            .syntax, range,
            "\(undefinedAliasPrefix) `&\(name)` stands before this alias: define it above, or put `*\(name)` in quotes "
              + "if it is text"))
      }
    case .scalar, .sequence:
      break
    }
  }
  for properties in tree.properties {
    if let tag = properties.tag, let name = properties.resolvedTag, !isCoreTag(name) {
      problems.append(
        SyntaxProblem(
          .unknownTag, tag,
          "the tag `\(SourceText.slice(tree.source, tag.start, tag.end))` means nothing in a masque: remove it, or put "
            + "the text in quotes if the `!` belongs to it"))
    }
  }
  if hasAliases { checkAliasBudget(tree, into: &problems) }
}

private func isCoreTag(_ tag: String) -> Bool {
  switch tag {
  case "!", "tag:yaml.org,2002:null", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float",
    "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map", "tag:yaml.org,2002:merge":
    true
  default:
    false
  }
}

/// How many nodes a document may have once its aliases are followed.
let aliasBudget = 100_000

private func checkAliasBudget(_ tree: DocumentTree, into problems: inout [SyntaxProblem]) {
  guard let sizes = tree.expandedSizes(limit: aliasBudget), let total = sizes.first, total >= aliasBudget,
    tree.nodes.count < aliasBudget
  else { return }
  // Blame the first alias whose own expansion is as large as it gets.
  let culprit =
    tree.nodes.indices.filter { tree.nodes[$0].kind == .alias }.max { a, b in
      (sizes[a], b) < (sizes[b], a)
    } ?? 0
  problems.append(
    SyntaxProblem(
      .aliasBudget, tree.nodes[culprit].range,
      "following the aliases gives more than \(aliasBudget) values: write them out, or use fewer"))
}

private func checkDuplicates(in tree: DocumentTree, mapping: NodeID, into problems: inout [SyntaxProblem]) {
  let count = Int(tree[mapping].count)
  guard count > 1 else { return }
  func report(_ key: NodeID, first: NodeID) {
    // A key that is still being typed has a problem already, and may become another one.
    if tree[key].flags.contains(.repaired) || tree[first].flags.contains(.repaired) { return }
    problems.append(
      SyntaxProblem(
        .duplicateKey, tree[key].range, "`\(tree.text(of: key))` stands here a second time: keep one of the two",
        related: tree[first].range))
  }
  if count <= 24 {
    var earlier: [NodeID] = []
    earlier.reserveCapacity(count)
    for (key, _) in tree.pairs(of: mapping) where tree[key].kind == .scalar && !tree[key].flags.contains(.merge) {
      let length = tree[key].count
      for other in earlier where tree[other].count == length && tree.sameText(other, key) {
        report(key, first: other)
        break
      }
      earlier.append(key)
    }
  } else {
    var earlier: [String: NodeID] = [:]
    for (key, _) in tree.pairs(of: mapping) where tree[key].kind == .scalar && !tree[key].flags.contains(.merge) {
      let text = tree.text(of: key)
      if let first = earlier[text] { report(key, first: first) } else { earlier[text] = key }
    }
  }
}

import DocumentTree
import FuzzSupport
import SourceText
import YAMLSyntax

/// The first field is a document. Each further one is an edit: two bytes for the place, one for the length, and the
/// replacement.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzYAML(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let input = FuzzInput(start, count)
  var text = SourceText(input[0])
  var tree = SyntaxTree(text)
  checkTree(tree)
  checkPositions(text)
  checkFormatting(tree)
  checkRewriting(tree)
  checkScalars(input.text(0))
  for field in input.fields.dropFirst().prefix(6) {
    var numbers = FuzzNumbers(field)
    let place = numbers.below(text.count + 1)
    let end = min(place + numbers.byte() % 24, text.count)
    let edit = TextEdit(ByteRange(place, end), String(decoding: numbers.rest, as: UTF8.self))
    var newText = text
    newText.replace(edit.range, with: edit.replacement)
    let next = tree.replacing(edit, newText: newText)
    let fresh = SyntaxTree(newText)
    require(next.text == newText, "an edited tree has another text")
    require(next.tree.isIdentical(to: fresh.tree), "an edited tree is not a fresh one: \(edit)")
    require(next.problems == fresh.problems, "an edited tree has other problems: \(edit)")
    require(next.comments == fresh.comments, "an edited tree has other comments: \(edit)")
    require(next.isWellFormed == fresh.isWellFormed, "an edited tree is not as well-formed: \(edit)")
    checkTree(next)
    checkLines(text, edit, newText)
    (text, tree) = (newText, next)
  }
  return 0
}

/// Every range lies in the text and in its parent's, and siblings follow each other.
private func checkTree(_ syntax: SyntaxTree) {
  let count = Int32(syntax.text.count)
  let nodes = syntax.tree.nodes
  for (index, node) in nodes.enumerated() {
    require(0 <= node.start && node.start <= node.end && node.end <= count, "a range outside the text: \(node)")
    require(Int(node.subtree) >= 1 && index + Int(node.subtree) <= nodes.count, "a subtree outside the tree: \(node)")
    guard node.parent >= 0 else { continue }
    let parent = nodes[Int(node.parent)]
    require(parent.start <= node.start && node.end <= parent.end, "a node outside its parent: \(node) in \(parent)")
    require(index < Int(node.parent) + Int(parent.subtree), "a node outside its parent's subtree")
  }
  for problem in syntax.problems {
    require(problem.range.start >= 0 && problem.range.end <= Int(count), "a problem outside the text: \(problem)")
    require(!problem.message.isEmpty, "a problem without words")
  }
  var last = 0
  for comment in syntax.comments {
    require(last <= comment.start && comment.end <= Int(count), "comments out of order, or outside the text")
    last = comment.end
  }
  if !syntax.isWellFormed { require(!syntax.problems.isEmpty, "not well-formed, and nobody says why") }
}

/// Offsets become positions and come back, in every encoding.
private func checkPositions(_ text: SourceText) {
  guard text.count <= 2_048 else { return }
  let lines = LineIndex(text)
  for encoding in PositionEncoding.allCases {
    var finder = PositionFinder(text, lines, encoding)
    var last = LinePosition(line: 0, column: 0)
    for offset in 0...text.count {
      let position = lines.position(of: offset, in: text, encoding: encoding)
      require(finder.position(of: offset) == position, "two ways to count columns differ at \(offset)")
      require(last <= position, "positions go back at \(offset)")
      last = position
      let back = lines.offset(of: position, in: text, encoding: encoding)
      require(back <= offset, "a position's offset lies behind it: \(back), \(offset)")
      let again = lines.position(of: back, in: text, encoding: encoding)
      // Inside a line break the column is the line's end.
      require(again <= position, "a position does not come back: \(position), \(again)")
    }
  }
}

/// An index that was told of an edit is a fresh one.
private func checkLines(_ text: SourceText, _ edit: TextEdit, _ newText: SourceText) {
  var lines = LineIndex(text)
  lines.update(replacing: edit.range, in: newText)
  require(lines == LineIndex(newText), "lines after an edit are not fresh ones")
}

/// Formatting keeps the meaning, and a second time there is nothing left to do.
private func checkFormatting(_ tree: SyntaxTree) {
  let formatting = tree.formatted()
  let (text, dropped) = tree.text.applying(formatting.edits)
  require(dropped.isEmpty && text == formatting.text, "the formatter's edits do not give its text")
  if formatting.edits.isEmpty { return }
  let again = SyntaxTree(text)
  require(tree.hasSameMeaning(as: again), "formatting changes what a document says")
  require(again.formatted().edits.isEmpty, "formatting twice is not formatting once")
}

/// A text or list in another style is the same text or list.
private func checkRewriting(_ tree: SyntaxTree) {
  guard tree.isWellFormed, tree.tree.nodes.count <= 60 else { return }
  for index in tree.tree.nodes.indices {
    for style in [NodeStyle.plain, .doubleQuoted, .literal, .folded, .flow, .block] {
      let id = NodeID(index)
      guard let edit = tree.rewriting(id, as: style) ?? tree.rewriting(collection: id, as: style) else { continue }
      let text = tree.text.applying([edit]).text
      let again = SyntaxTree(text)
      require(again.isWellFormed, "a node in another style is no YAML: \(edit)")
      require(tree.tree.hasSameMeaning(as: again.tree), "a node in another style says something else: \(edit)")
    }
  }
}

/// What is written as a scalar is read as the same text.
private func checkScalars(_ text: String) {
  guard text.utf8.count <= 200 else { return }
  for (before, after, inFlow) in [("k: ", "\n", false), ("[", "]", true), ("{k: ", "}", true), ("- ", " # c\n", false)]
  {
    for written in [
      ScalarWriting.scalar(text, inFlow: inFlow), ScalarWriting.doubleQuoted(text), ScalarWriting.singleQuoted(text),
    ] {
      guard let written else { continue }
      let syntax = SyntaxTree(SourceText(before + written + after))
      require(syntax.isWellFormed, "a written scalar is no YAML: \(written.debugDescription)")
      let scalars = syntax.tree.nodes.indices.map { NodeID($0) }.filter { syntax.tree[$0].kind == .scalar }
      guard let last = scalars.last else { return require(false, "a written scalar is not there") }
      require(syntax.tree[last].type == .string, "a written text is no text: \(written.debugDescription)")
      require(
        syntax.tree.text(of: last).unicodeScalars.elementsEqual(text.unicodeScalars),
        "a written scalar reads as another: \(written.debugDescription)")
    }
  }
}

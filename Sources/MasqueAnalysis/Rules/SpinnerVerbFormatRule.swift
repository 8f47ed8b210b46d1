import DocumentTree
import MasqueModel
import SourceText
import YAMLSyntax

enum SpinnerVerbFormatRule: Rule {
  static let description = RuleDescription(
    "spinner-verb-format", .hint, fix: .safe,
    summary: "A spinner verb has not the usual form: the masque's name, a colon and a verb.",
    reason: """
      The spinner is where one sees which masque is worn while the agent works. `Tester:Probing...` says so, and
      `Tester:Probing` does; a verb without the name, or with that of another masque, does not.
      """,
    bad: """
      spinnerVerbs:
        verbs:
          - "Probing..."
          - "Tester: Doubting..."
      """,
    good: """
      spinnerVerbs:
        verbs:
          - "Tester:Probing..."
          - "Tester:Doubting"
      """)

  static func check(_ context: inout RuleContext) {
    let tree = context.tree
    guard let verbs = tree.member("verbs", of: context.sections.spinnerVerbs), tree[verbs].kind == .sequence,
      let name = context.sections.name, tree.isText(name), tree[name].count > 0
    else { return }
    // Verbs of a masque that was renamed are one mistake.
    var strangers: [(name: String, verbs: [NodeID])] = []
    for verb in tree.children(of: verbs) where tree.isText(verb) && tree[verb].count > 0 {
      // Its quotes or its name have to be mended first.
      if tree[verb].flags.contains(.repaired) || tree[name].flags.contains(.repaired) { continue }
      if tree.withText(of: verb, { text in tree.withText(of: name) { isUsual(text, $0) } }) { continue }
      let text = tree.text(of: verb)
      let own = tree.text(of: name)
      switch mistake(in: text, name: own) {
      case nil:
        continue
      case .stranger(let other):
        if let index = strangers.firstIndex(where: { $0.name == other }) {
          strangers[index].verbs.append(verb)
        } else {
          strangers.append((other, [verb]))
        }
      case .other(let reason, let better):
        let fix = better.flatMap { better in
          context.syntax.replacing(verb, withText: better).map { Fix("Write `\(better)`", [$0]) }
        }
        context.report(
          self, context.firstLine(of: verb), "\(context.quote(verb)) \(reason)", fixes: fix.map { [$0] } ?? [])
      }
    }
    for (other, verbs) in strangers { report(verbs, of: other, name: tree.text(of: name), &context) }
  }

  private static func report(_ verbs: [NodeID], of other: String, name: String, _ context: inout RuleContext) {
    let tree = context.tree
    let edits = verbs.compactMap { verb in
      context.syntax.replacing(verb, withText: name + tree.text(of: verb).dropFirst(other.count))
    }
    let rest = verbs.dropFirst()
    context.report(
      self, context.firstLine(of: verbs[0]),
      "\(context.quote(verbs[0])) begins with `\(other)`, and this masque is called `\(name)`: write `\(name):` "
        + "before the verb" + (rest.isEmpty ? "" : ", and before \(rest.count) more"),
      related: rest.prefix(5).map { RelatedPlace(range: context.firstLine(of: $0), message: "likewise") },
      fixes: edits.count == verbs.count ? [Fix("Write `\(name):` before \(rest.isEmpty ? "it" : "them")", edits)] : [])
  }

  /// Whether a verb is the name, a colon, and a verb that ends in dots or `ing`: most are.
  private static func isUsual(_ text: UnsafeBufferPointer<UInt8>, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = name.count + 1
    guard text.count > start + 3, text[name.count] == UInt8(ascii: ":"), text[start] > 0x20,
      text[..<name.count].elementsEqual(name)
    else { return false }
    let end = text[(text.count - 3)...]
    return end.elementsEqual("...".utf8) || end.elementsEqual("ing".utf8)
  }

  private enum Mistake {
    /// The verb is another masque's.
    case stranger(String)
    /// Something else is wrong with it, and this would be better.
    case other(String, better: String?)
  }

  private static func mistake(in text: String, name: String) -> Mistake? {
    guard let colon = text.firstIndex(of: ":") else {
      return .other(
        "does not say whose it is: write the masque's name and a colon before it",
        better: name + ":" + finished(trimmed(text[...])))
    }
    let prefix = trimmed(text[..<colon])
    let rest = text[text.index(after: colon)...]
    let verb = trimmed(rest)
    if verb.isEmpty { return .other("has no verb behind the colon: add one", better: nil) }
    // `Masque` is what the format's own examples begin with.
    let isOwn = MasqueName.key(of: prefix) == MasqueName.key(of: name) || prefix == "Masque"
    if !isOwn, rest.first?.isWhitespace == true || prefix.isEmpty {
      return .other(
        "does not begin with the masque's name: write it like `\(name):\(finished(verb))`", better: nil)
    }
    let better = prefix + ":" + finished(verb)
    if isOwn {
      if better == text { return nil }
      let reason =
        verb != String(rest) || prefix != String(text[..<colon])
        ? "has blanks around the colon or at its end: remove them" : "ends abruptly: add `...`"
      return .other(reason, better: better)
    }
    return .stranger(String(text[..<colon]))
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  /// A verb with dots at its end, unless it has some or is a participle.
  private static func finished(_ verb: String) -> String {
    if verb.hasSuffix("...") || verb.hasSuffix("…") || verb.hasSuffix("ing") { return verb }
    var stem = verb[...]
    while stem.last == "." { stem.removeLast() }
    return stem + "..."
  }
}

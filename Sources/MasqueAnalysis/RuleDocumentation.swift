/// A rule's page in Markdown: what it finds and why that matters, an example with what to write instead, whether its fix
/// is safe, and how to hide it. `docs/rules/` and `masque-lint explain` are made from it.
///
/// - Parameter rule: the rule.
/// - Returns: the page, with LF line breaks and one at its end.
public func ruleDocumentation(_ rule: RuleDescription) -> String {
  var page =
    "# \(rule.code)\n\n\(facts(rule))\n\n## What it does\n\n\(rule.summary)\n\n## Why it matters\n\n\(rule.reason)\n"
  page += "\n## Example\n\n```yaml\n\(visible(rule.bad))\n```\n\nUse instead:\n\n```yaml\n\(visible(rule.good))\n```\n"
  page += "\n## Fix\n\n\(fixSafety(rule))\n"
  page += "\n## How to hide it\n\n\(hiding(rule))\n"
  return page
}

/// The table of rules in Markdown, each code a link to its page.
///
/// - Parameter rules: the rules, in the order of the table.
/// - Returns: the page, with LF line breaks and one at its end.
public func ruleIndex(_ rules: [RuleDescription]) -> String {
  var page = """
    # Rules

    Every finding has a code, and every code a page. A code never changes its meaning.

    | Code | Severity | Fix | What it finds |
    |---|---|---|---|

    """
  for rule in rules {
    let fix = rule.fix.map { "\($0.rawValue)" } ?? ""
    let summary = rule.summary.replacing("|", with: "\\|")
    page +=
      "| [`\(rule.code)`](\(rule.code).md) | \(rule.severity.rawValue) | \(fix) | \(summary)\(rule.isOnByDefault ? "" : " Off by default.") |\n"
  }
  page += """

    A fix is *safe* where what the author meant is certain: `masque-lint --fix` applies it. An *unsafe* one decides
    something for the author: `masque-lint --fix-unsafe` applies it, or the author in an editor.

    Each other keyword of JSON Schema that an extended schema uses has a code as well: `schema-` and the keyword in
    kebab-case, such as `schema-max-length`. Those findings are errors.

    A comment hides findings: `# masque-lint: disable-next-line CODE[, CODE] -- reason`, or `disable-line` at the end of
    the line itself, or `disable-file` anywhere in the file.

    """
  return page
}

private func facts(_ rule: RuleDescription) -> String {
  var facts = ["**\(rule.severity.rawValue.prefix(1).uppercased() + rule.severity.rawValue.dropFirst())**"]
  switch rule.fix {
  case .safe: facts.append("safe fix")
  case .unsafe: facts.append("unsafe fix")
  case .displayOnly: facts.append("suggestion")
  case nil: break
  }
  if rule.isAboutLibrary { facts.append("looks at the whole library") }
  if !rule.isOnByDefault { facts.append("off by default") }
  return facts.joined(separator: " · ")
}

private func fixSafety(_ rule: RuleDescription) -> String {
  switch rule.fix {
  case .safe:
    """
    Safe where the finding offers one: what was meant is certain. `masque-lint --fix` applies it, and every other byte
    of the file stays as it is.
    """
  case .unsafe:
    """
    Unsafe: it decides something for you. `masque-lint --fix-unsafe` applies it, or you do in an editor; look at the
    result.
    """
  case .displayOnly: "The finding shows what to do and leaves a gap to fill in."
  case nil: "None: what to write instead only the author knows."
  }
}

private func hiding(_ rule: RuleDescription) -> String {
  if rule.code == manifestStale.code {
    return """
      Leave the code out of a run:

      ```sh
      masque-lint --ignore \(rule.code)
      ```
      """
  }
  let choice =
    rule.isOnByDefault
    ? "Or leave the code out of a run, `masque-lint --ignore \(rule.code)`."
    : "It runs only when its code is asked for, `masque-lint --select \(rule.code)`."
  return """
    In the line above the finding, with a reason for whoever reads it next:

    ```yaml
    # masque-lint: disable-next-line \(rule.code) -- why this is right here
    ```

    `disable-line` does the same at the end of the line itself, and `disable-file` anywhere for the whole file. \(choice)
    """
}

/// An example as it can be shown: control characters by their names.
private func visible(_ example: String) -> String {
  var result = ""
  for scalar in example.unicodeScalars {
    switch scalar.value {
    case 0x09: result += "→"
    case 0x00..<0x20 where scalar != "\n", 0x7F:
      // The symbols for control characters stand in their order.
      result.unicodeScalars.append(Unicode.Scalar(scalar.value == 0x7F ? 0x2421 : 0x2400 + scalar.value) ?? " ")
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

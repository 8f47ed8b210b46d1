import JSON
import TerminalOutput

/// An amount as a table shows it: with a point, and as many places as it has, at least two.
func money(_ value: JSONValue?) -> String { value.map { $0.isNull ? "" : shown($0) } ?? "" }

func movementText(_ result: JSONValue, _ verb: String, _ style: Style) -> String {
  var text = ""
  if let claimed = result["claimed"]?.stringValue, claimed != "0.00" {
    text += "\(style.good("✓")) \(claimed) USD of a library without an owner came to \(shown(result["account"]))\n"
  }
  let reference = result["reference"].map { $0.isNull ? "" : " (\(shown($0)))" } ?? ""
  text +=
    result["changed"] == true
    ? "\(style.good("✓")) \(shown(result["amount"])) USD \(verb) \(shown(result["account"]))\(reference)\n"
    : "\(shown(result["amount"])) USD were \(verb) \(shown(result["account"])) before\(reference); nothing has moved\n"
  return text + "balance: \(shown(result["balance"])) USD\n"
}

func deferredText(_ result: JSONValue, _ style: Style) -> String {
  let deferred = result["deferred"]?.arrayValue ?? []
  return deferred.map { "\(style.doubtful("!")) waits to be posted: \(shown($0))\n" }.joined()
}

/// A count with its noun.
func counted(_ value: JSONValue?, _ noun: String) -> String {
  "\(shown(value)) \(noun)\(value?.integerValue == 1 ? "" : "s")"
}

/// The lines of a statement: a table with how each came about in its last column or, where that does not fit, below.
func statementText(_ lines: [JSONValue], _ style: Style) -> String {
  func explanation(_ line: JSONValue) -> String {
    let masque = line["masque"].map { "\(shown($0)): " } ?? ""
    let reference = line["reference"].map { " (\(shown($0)))" } ?? ""
    return masque + shown(line["explanation"]) + reference
  }
  func time(_ line: JSONValue, _ length: Int) -> String {
    String(shown(line["at"]).prefix(length)).replacing("T", with: " ")
  }
  let whole = MoneyTable(
    ["time (UTC)", "kind", "amount", "balance", "held", "with", "how it came about"], numbers: 2...4,
    rows: lines.map { line in
      [
        time(line, 19), shown(line["kind"]), money(line["amount"]), money(line["balance"]), money(line["held"]),
        shown(line["counterparty"]), explanation(line),
      ]
    })
  guard let columns = style.columns, whole.width > columns else { return whole.text(style) }
  let middle = MoneyTable(
    ["time (UTC)", "kind", "amount", "balance", "held"], numbers: 2...4,
    rows: lines.map { line in
      [time(line, 19), shown(line["kind"]), money(line["amount"]), money(line["balance"]), money(line["held"])]
    })
  let isNarrow = middle.width > columns
  let table =
    isNarrow
    ? MoneyTable(
      ["time (UTC)", "amount", "balance"], numbers: 1...2,
      rows: lines.map { line in [time(line, 16), money(line["amount"]), money(line["balance"])] }) : middle
  let rows = table.text(style).split(separator: "\n", omittingEmptySubsequences: false)
  var text = rows.first.map { "\($0)\n" } ?? ""
  for (row, line) in zip(rows.dropFirst(), lines) {
    let kind = isNarrow ? "\(shown(line["kind"])), " : ""
    text += "\(row)\n"
    for part in wrapped("\(kind)\(shown(line["counterparty"])): \(explanation(line))", columns - 4).split(
      separator: "\n")
    {
      text += "    \(shortened(String(part), to: columns - 4))\n"
    }
  }
  return text
}

/// A table with amounts, whose decimal points stand below each other.
struct MoneyTable {
  private let columns: [TextTable.Column]
  private let rows: [[String]]
  private let widths: [Int]

  init(_ columns: [String], numbers: ClosedRange<Int>, rows: [[String]]) {
    self.columns = columns.enumerated().map { column, title in
      TextTable.Column(column == numbers.lowerBound ? "\(title) (USD)" : title, isNumeric: numbers.contains(column))
    }
    func places(_ cell: String) -> Int { cell.split(separator: ".").dropFirst().first?.count ?? -1 }
    // Each amount gets blanks behind it, as many as it has places fewer than the longest of its column.
    let longest = columns.indices.map { column in rows.map { places($0[column]) }.max() ?? -1 }
    self.rows = rows.map { row in
      row.enumerated().map { column, cell in
        guard numbers.contains(column), cell.last?.isNumber == true else { return cell }
        return cell + String(repeating: " ", count: max(longest[column] - places(cell), 0))
      }
    }
    widths = zip(self.columns, columns.indices).map { [rows = self.rows] column, index in
      ([column.title] + rows.map { $0[index] }).map { terminalWidth(of: $0) }.max() ?? 0
    }
  }

  /// How many columns of a terminal it takes.
  var width: Int { widths.reduce(0, +) + 2 * (widths.count - 1) }

  /// The table. Where it does not fit, the middle of its longest words is left out; amounts are never cut.
  func text(_ style: Style) -> String {
    var limits = widths
    if let room = style.columns {
      while limits.reduce(0, +) + 2 * (limits.count - 1) > room,
        let widest = columns.indices.filter({ !columns[$0].isNumeric && limits[$0] > 12 }).max(by: {
          limits[$0] < limits[$1]
        })
      { limits[widest] -= 1 }
    }
    var table = TextTable(columns)
    for row in rows {
      table.add(row.enumerated().map { column, cell in clipped(cell, to: limits[column]) })
    }
    return table.text(style)
  }

  /// A word without its middle.
  private func clipped(_ cell: String, to width: Int) -> String {
    guard terminalWidth(of: cell) > width else { return cell }
    let head = shortened(cell, to: (width + 1) / 2)
    var tail = ""
    for character in cell.reversed() {
      if terminalWidth(of: head) + terminalWidth(of: tail + String(character)) > width { break }
      tail = String(character) + tail
    }
    return head + tail
  }
}

/// A table in columns of a terminal. What does not fit is cut in the last column.
public struct TextTable: Sendable {
  /// A column.
  public struct Column: Sendable {
    /// What stands above it.
    public var title: String
    /// Whether its cells stand to the right, as numbers do.
    public var isNumeric: Bool

    /// A column; see the properties.
    public init(_ title: String, isNumeric: Bool = false) {
      self.title = title
      self.isNumeric = isNumeric
    }
  }

  /// The columns.
  public var columns: [Column]
  /// The rows: what stands before each, and its cells.
  public private(set) var rows: [(mark: String, cells: [String])] = []

  /// A table without rows.
  public init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row.
  ///
  /// - Parameters:
  ///   - mark: what stands before it, as wide as in all other rows.
  ///   - cells: a cell for each column; those that are missing are empty.
  public mutating func add(mark: String = "", _ cells: [String]) { rows.append((mark, cells)) }

  /// The table.
  ///
  /// - Parameters:
  ///   - style: how it looks, and how wide it may get.
  ///   - hasTitles: whether the titles stand above it.
  /// - Returns: its lines, each with a line break; nothing for a table without rows.
  public func text(_ style: Style, hasTitles: Bool = true) -> String {
    guard let first = rows.first else { return "" }
    var widths = columns.map { hasTitles ? terminalWidth(of: $0.title) : 0 }
    var widthOfCell: [Int] = []
    widthOfCell.reserveCapacity(rows.count * columns.count)
    for row in rows {
      for column in columns.indices {
        let width = column < row.cells.count ? terminalWidth(of: row.cells[column]) : 0
        widthOfCell.append(width)
        widths[column] = max(widths[column], width)
      }
    }
    // Bytes, since a table may have thousands of rows.
    var text: [UInt8] = []
    func add(_ mark: String, _ cells: [String], _ widthOfCell: ArraySlice<Int>) {
      let start = text.count
      text += mark.utf8
      var used = terminalWidth(of: mark)
      for (column, cellWidth) in zip(columns.indices, widthOfCell) {
        let cell = column < cells.count ? cells[column] : ""
        if column + 1 == columns.count {
          let room = style.columns.map { max($0 - used, 8) } ?? cellWidth
          if columns[column].isNumeric { text += repeatElement(0x20, count: max(widths[column] - cellWidth, 0)) }
          text += (cellWidth > room ? shortened(cell, to: room) : cell).utf8
        } else {
          let gap = widths[column] - cellWidth
          let isNumeric = columns[column].isNumeric
          text += repeatElement(0x20, count: isNumeric ? gap : 0)
          text += cell.utf8
          text += repeatElement(0x20, count: (isNumeric ? 0 : gap) + 2)
          used += widths[column] + 2
        }
      }
      while text.count > start, text.last == 0x20 { text.removeLast() }
      text.append(0x0A)
    }
    if hasTitles {
      let titles = columns.map(\.title)
      add(
        String(repeating: " ", count: terminalWidth(of: first.mark)), titles, titles.map { terminalWidth(of: $0) }[...])
      text = Array(style.faint(String(decoding: text, as: UTF8.self)).utf8)
    }
    for (number, row) in rows.enumerated() {
      add(row.mark, row.cells, widthOfCell[number * columns.count..<(number + 1) * columns.count])
    }
    return String(decoding: text, as: UTF8.self)
  }
}

/// How many columns a text takes on a terminal.
///
/// - Parameter text: one line without control characters; sequences that colour take none.
/// - Returns: the count, by UAX #11.
public func terminalWidth(of text: String) -> Int {
  if isPrintableASCII(text) { return text.utf8.count }
  var width = 0
  var isJoined = false
  var isEscape = false
  for scalar in text.unicodeScalars {
    if isEscape {
      isEscape = scalar != "m"
    } else if scalar == "\u{1B}" {
      isEscape = true
    } else {
      if !isJoined { width += terminalWidth(scalar) }
      isJoined = scalar == "\u{200D}"
    }
  }
  return width
}

/// A text cut so that it fits, `…` at its end.
///
/// - Parameters:
///   - text: one line without sequences that colour.
///   - columns: how many there are, at least 1.
/// - Returns: the text, or its beginning.
public func shortened(_ text: String, to columns: Int) -> String {
  guard terminalWidth(of: text) > columns else { return text }
  var result = ""
  var width = 0
  for character in text {
    let next = terminalWidth(of: String(character))
    if width + next > columns - 1 { break }
    width += next
    result.append(character)
  }
  return result + "…"
}

/// A text with its paragraphs broken into lines. A line that is indented, or an item of a list, begins a new one.
///
/// - Parameters:
///   - text: the text.
///   - columns: how many columns a line has.
/// - Returns: the lines.
public func wrapped(_ text: String, _ columns: Int) -> String {
  var lines: [String] = []
  var line = ""
  func finish() {
    if !line.isEmpty { lines.append(line) }
    line = ""
  }
  for source in text.split(separator: "\n", omittingEmptySubsequences: false) {
    if source.isEmpty || source.first == " " || source.hasPrefix("- ") {
      finish()
      if source.isEmpty || source.first == " " {
        lines.append(String(source))
        continue
      }
    }
    for word in source.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > columns { finish() }
      line += line.isEmpty ? String(word) : " \(word)"
    }
  }
  finish()
  return lines.joined(separator: "\n")
}

import LanguageServerProtocol
import MasqueAnalysis
import MasqueWorkspace
import SourceText
import Synchronization

/// What a masque names that other masques may name, too, with its places in every encoding that a client may want, so
/// that nobody has to read the file again to tell one.
struct MasqueNames: Sendable {
  /// The mentions, in document order.
  let mentions: [Mention]
  private let places: [(range: Stretch, extent: Stretch)]

  /// The names in a masque.
  init(_ snapshot: Snapshot) {
    mentions = MasqueAnalysis.mentions(in: snapshot).filter(\.subject.isShared)
    let lines = LineIndex(snapshot.text)
    places = mentions.map { mention in
      (Stretch(mention.range, snapshot.text, lines), Stretch(mention.extent, snapshot.text, lines))
    }
  }

  /// The place of a mention's name.
  func range(of index: Int, _ encoding: PositionEncoding) -> LSP.Range { places[index].range.range(encoding) }

  /// The place of all that a mention defines.
  func extent(of index: Int, _ encoding: PositionEncoding) -> LSP.Range { places[index].extent.range(encoding) }
}

private struct Stretch: Sendable {
  private var start: Place
  private var end: Place

  init(_ bytes: ByteRange, _ text: SourceText, _ lines: LineIndex) {
    start = Place(bytes.start, text, lines)
    end = Place(bytes.end, text, lines)
  }

  func range(_ encoding: PositionEncoding) -> LSP.Range {
    LSP.Range(start: start.position(encoding), end: end.position(encoding))
  }
}

private struct Place: Sendable {
  private var line: Int32
  private var utf8: Int32
  private var utf16: Int32
  private var utf32: Int32

  init(_ offset: Int, _ text: SourceText, _ lines: LineIndex) {
    func column(_ encoding: PositionEncoding) -> Int32 {
      Int32(truncatingIfNeeded: lines.position(of: offset, in: text, encoding: encoding).column)
    }
    line = Int32(truncatingIfNeeded: lines.line(containing: offset))
    utf8 = column(.utf8)
    utf32 = column(.utf32)
    utf16 = utf32 == utf8 ? utf8 : column(.utf16)
  }

  func position(_ encoding: PositionEncoding) -> LSP.Position {
    let column =
      switch encoding {
      case .utf8: utf8
      case .utf16: utf16
      case .utf32: utf32
      }
    return LSP.Position(line: Int(line), character: Int(column))
  }
}

/// The skills and resources that the masques of an index name, found out when somebody first asks.
final class CommonNames: Sendable {
  private let known = Mutex<(skills: [String], resources: [String])?>(nil)

  /// The names, those that most masques have first. Waits if another thread is at it.
  ///
  /// - Parameter files: the masques of the index that this belongs to.
  /// - Returns: the URIs, each once.
  func value(of files: [WorkspaceIndex.File]) -> (skills: [String], resources: [String]) {
    known.withLock { known in
      if let known { return known }
      var skills: [String: Int] = [:]
      var resources: [String: Int] = [:]
      // What an open masque names, it may name no more; its text is asked.
      for file in files where !file.isOpen {
        for mention in file.facts?.names.mentions ?? [] {
          switch mention.subject {
          case .skill(let uri): skills[uri, default: 0] += 1
          case .resource(let uri): resources[uri, default: 0] += 1
          case .masque, .server, .anchor: break
          }
        }
      }
      let value = (byCount(skills), byCount(resources))
      known = value
      return value
    }
  }

  private func byCount(_ counts: [String: Int]) -> [String] {
    counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
  }
}

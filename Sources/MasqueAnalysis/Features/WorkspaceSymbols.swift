/// A name that a query has found among the masques of a workspace.
public struct WorkspaceSymbol: Sendable, Hashable {
  /// Which masque: its position among those that were searched.
  public var masque: Int
  /// Which of its mentions: its position among them.
  public var mention: Int

  /// A found name; see the properties.
  public init(masque: Int, mention: Int) {
    self.masque = masque
    self.mention = mention
  }
}

/// The names, servers and skills that fit a query, the best first; for an empty query the masques by name. What many
/// masques have does not crowd out the rest: after a few places of one skill or server come others.
///
/// - Parameters:
///   - text: what was typed.
///   - masques: the mentions of each masque.
///   - limit: the most names to return.
/// - Returns: the names. O(mentions), and O(m log m) in those that fit.
public func workspaceSymbols(
  matching text: String, in masques: [[Mention]], limit: Int = 256
) -> [WorkspaceSymbol] {
  let query = FuzzyQuery(text)
  if query.isEmpty { return masquesByName(masques, limit) }
  var found: [Candidate] = []
  for (masque, mentions) in masques.enumerated() {
    for (index, mention) in mentions.enumerated() where mention.role == .definition {
      guard let kind = rank(of: mention.subject), let score = query.score(mention.name) else { continue }
      found.append(
        Candidate(
          key: score << 2 | kind, masque: Int32(truncatingIfNeeded: masque), mention: Int32(truncatingIfNeeded: index)))
    }
  }
  found.sort { ($1.key, $0.masque, $0.mention) < ($0.key, $1.masque, $1.mention) }
  var counts: [Subject: Int] = [:]
  var result: [WorkspaceSymbol] = []
  var repeated: [WorkspaceSymbol] = []
  for candidate in found {
    if result.count == limit { break }
    let symbol = WorkspaceSymbol(masque: Int(candidate.masque), mention: Int(candidate.mention))
    let count = counts[masques[symbol.masque][symbol.mention].subject, default: 0]
    counts[masques[symbol.masque][symbol.mention].subject] = count + 1
    if count < fewPlaces { result.append(symbol) } else if repeated.count < limit { repeated.append(symbol) }
  }
  return Array((result + repeated).prefix(limit))
}

/// How many places of one subject come before others.
private let fewPlaces = 8

private struct Candidate {
  var key: Int
  var masque: Int32
  var mention: Int32
}

/// Of equal scores a masque comes first. Anchors are no symbols, and resources somebody else's.
private func rank(of subject: Subject) -> Int? {
  switch subject {
  case .masque: 3
  case .server: 2
  case .skill: 1
  case .resource, .anchor: nil
  }
}

private func masquesByName(_ masques: [[Mention]], _ limit: Int) -> [WorkspaceSymbol] {
  var found: [(key: String, symbol: WorkspaceSymbol)] = []
  for (masque, mentions) in masques.enumerated() {
    for (index, mention) in mentions.enumerated() {
      guard mention.role == .definition, case .masque(let key) = mention.subject else { continue }
      found.append((key, WorkspaceSymbol(masque: masque, mention: index)))
    }
  }
  found.sort { ($0.key, $0.symbol.masque) < ($1.key, $1.symbol.masque) }
  return found.prefix(limit).map(\.symbol)
}

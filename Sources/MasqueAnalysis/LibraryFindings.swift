public import MasqueModel
public import MasqueWorkspace
import SourceText
public import YAMLSyntax

/// A masque of a library.
public struct LibraryMember: Sendable {
  /// The file as it is shown to people.
  public var path: FilePath
  /// What it says: `FileAnalysis.summary`, or `MasqueSummary(_:)` of its syntax tree.
  public var summary: MasqueSummary

  /// A member; see the properties.
  public init(path: FilePath, summary: MasqueSummary) {
    self.path = path
    self.summary = summary
  }
}

/// A library's manifest.
public struct LibraryManifest: Sendable {
  /// The file as it is shown to people.
  public var path: FilePath
  /// Its text.
  public var syntax: SyntaxTree

  /// A manifest; see the properties.
  public init(path: FilePath, syntax: SyntaxTree) {
    self.path = path
    self.syntax = syntax
  }
}

/// What is wrong between the masques of one library. Pure: who calls it decides whether a text comes from a disk or from
/// an editor's buffer. O(n log n), and without a copy of any text.
///
/// - Parameters:
///   - members: all masques of the library, in the order of `Library.members`: of two that share a name or an index, the
///     later one is reported. Those that could not be read belong to it, with an empty summary.
///   - manifest: the manifest, if the library has one.
/// - Returns: the findings of each file that has some, by its path as it was given. Hand a masque's to
///   `FileAnalysis.findings(with:)`, so that comments in it are heeded.
public func libraryFindings(
  of members: [LibraryMember], manifest: LibraryManifest? = nil
) -> [FilePath: [Finding]] {
  var result: [FilePath: [Finding]] = [:]
  reportDuplicateNames(members, into: &result)
  reportDuplicateIndices(members, into: &result)
  if result.isEmpty, let manifest, let finding = staleness(of: manifest, members) {
    result[manifest.path] = [finding]
  }
  return result
}

private func reportDuplicateNames(_ members: [LibraryMember], into result: inout [FilePath: [Finding]]) {
  var first: [String: Int] = [:]
  first.reserveCapacity(members.count)
  for (position, member) in members.enumerated() {
    guard let name = member.summary.name else { continue }
    let key = MasqueName.key(of: name.value)
    guard let other = first[key] else {
      first[key] = position
      continue
    }
    let otherName = members[other].summary.name
    let spelling = otherName?.value == name.value ? "" : ", as `\(otherName?.value ?? "")`: names compare without case"
    result[member.path, default: []].append(
      Finding(
        duplicateName.code, duplicateName.severity, name.range,
        "`\(name.value)` is the name of `\(members[other].path)`, too\(spelling); give one of the two another name",
        related: otherName.map {
          [RelatedPlace(path: members[other].path.description, range: $0.range, message: "the first one is here")]
        } ?? []))
  }
}

private func reportDuplicateIndices(_ members: [LibraryMember], into result: inout [FilePath: [Finding]]) {
  var first: [Int: Int] = [:]
  first.reserveCapacity(members.count)
  var free: FreeIndices?
  for (position, member) in members.enumerated() {
    guard let index = member.summary.index else { continue }
    guard let other = first[index.value] else {
      first[index.value] = position
      continue
    }
    var indices = free ?? FreeIndices(members.lazy.compactMap { $0.summary.index?.value })
    let next = indices.next()
    free = indices
    let owner = members[other].summary.name.map { "`\($0.value)`" } ?? "`\(members[other].path)`"
    result[member.path, default: []].append(
      Finding(
        duplicateIndex.code, duplicateIndex.severity, index.range,
        "`\(index.value)` is the index of \(owner), too: the next free one is `\(next)`",
        related: members[other].summary.index.map {
          [RelatedPlace(path: members[other].path.description, range: $0.range, message: "the first one is here")]
        } ?? [],
        fixes: [Fix("Change the index to `\(next)`", [TextEdit(index.range, "\(next)")])]))
  }
}

// MARK: Manifest

private let remedy = "make it anew with `masque sync-manifest`"

private func staleness(of manifest: LibraryManifest, _ members: [LibraryMember]) -> Finding? {
  let file = ManifestFile(manifest.syntax)
  func finding(_ range: ByteRange, _ message: String, _ related: [RelatedPlace] = []) -> Finding {
    Finding(manifestStale.code, manifestStale.severity, range, "\(message): \(remedy)", related: related)
  }
  guard file.isWellFormed else {
    return finding(manifest.syntax.problems.first?.range ?? ByteRange(at: 0), "this manifest can't be read")
  }
  guard let entries = file.entries else { return finding(file.listRange, "this manifest has no list `masques`") }

  var differences: [(range: ByteRange, message: String, related: [RelatedPlace])] = []
  var unlisted: [String: LibraryMember] = [:]
  for member in members where member.summary.isWhole {
    if let name = member.summary.name { unlisted[MasqueName.key(of: name.value)] = member }
  }
  // An entry without a masque may be that of one that can't be read, which has findings of its own.
  let isComplete = members.allSatisfy { $0.summary.isWhole }
  var previous: String?
  for entry in entries {
    let key = MasqueName.key(of: entry.name?.value ?? "")
    defer { previous = key }
    guard let member = unlisted.removeValue(forKey: key) else {
      if isComplete {
        differences.append(
          (entry.range, "it lists `\(entry.name?.value ?? "")`, and no masque of that name is left", []))
      }
      continue
    }
    if let difference = difference(entry, member) {
      differences.append(difference)
    } else if let previous, isBefore(key, previous) {
      differences.append((entry.range, "`\(entry.name?.value ?? "")` is not in its place by name", []))
    }
  }
  // By name, so that the message does not depend on a hash.
  for (_, member) in unlisted.sorted(by: { isBefore($0.key, $1.key) }) {
    guard let name = member.summary.name else { continue }
    differences.append(
      (
        file.listRange, "it does not list `\(name.value)`",
        [RelatedPlace(path: member.path.description, range: name.range, message: "the masque is here")]
      ))
  }
  guard let first = differences.first else {
    return file.generatedAt.flatMap { Timestamp($0) } == nil
      ? finding(file.listRange, "this manifest does not say when it was made, in `generated_at`") : nil
  }
  let rest = differences.count - 1
  return finding(
    first.range,
    "this manifest is out of date: \(first.message)\(rest == 0 ? "" : ", and \(rest) more \(rest == 1 ? "difference" : "differences")")",
    first.related)
}

private func isBefore(_ a: String, _ b: String) -> Bool {
  a.unicodeScalars.lexicographicallyPrecedes(b.unicodeScalars)
}

/// The first field in which an entry differs from its masque.
private func difference(
  _ entry: ManifestFile.Entry, _ member: LibraryMember
) -> (range: ByteRange, message: String, related: [RelatedPlace])? {
  let summary = member.summary
  let name = summary.name?.value ?? ""
  func compare(
    _ field: String, _ listed: MasqueSummary.Field<String>?, _ actual: MasqueSummary.Field<String>?
  ) -> (range: ByteRange, message: String, related: [RelatedPlace])? {
    guard listed?.value != actual?.value else { return nil }
    let message =
      switch (listed, actual) {
      case (let listed?, let actual?):
        "\(field) of `\(name)` is `\(listed.value)` here and `\(actual.value)` in its file"
      case (let listed?, nil): "\(field) of `\(name)` is `\(listed.value)` here, and its file has none"
      case (nil, let actual): "\(field) of `\(name)` is missing, and `\(actual?.value ?? "")` in its file"
      }
    let place = actual?.range ?? summary.name?.range
    return (
      listed?.range ?? entry.range, "the \(message)",
      place.map { [RelatedPlace(path: member.path.description, range: $0, message: "the masque says it here")] } ?? []
    )
  }
  return compare("name", entry.name, summary.name)
    ?? compare(
      "index", entry.index.map { .init("\($0.value)", $0.range) }, summary.index.map { .init("\($0.value)", $0.range) })
    ?? compare("version", entry.version, summary.version)
    ?? compare("ring", entry.ring, summary.ring.map { .init($0.value.rawValue, $0.range) })
    ?? compare("domain", entry.domain, summary.domain) ?? compare("tagline", entry.tagline, summary.tagline)
}

/// A glob over paths, for when no shell has expanded it: `*` and `?` within a name, `[a-z]` and `[!a-z]`, `**` for any
/// number of folders, `{a,b}` for alternatives, `\` to take the next character as it is. A name that begins with a dot
/// is matched only by a pattern that begins with one.
public struct PathGlob: Sendable {
  /// Names and wildcards, outermost folder first, per alternative.
  private let alternatives: [Alternative]
  /// Whether the last name may be any: such a glob means the masques among what it matches.
  public let takesAnyName: Bool

  private struct Alternative {
    var base: FilePath
    var components: [[UInt8]]
  }

  /// A path with a wildcard in it; nil if it has none.
  public init?(_ path: FilePath) {
    guard path.bytes.contains(where: { "*?[{".utf8.contains($0) }) else { return nil }
    alternatives = expandBraces(path.bytes).map { bytes in
      let path = FilePath(bytes: bytes)
      return Alternative(base: FilePath(path.isAbsolute ? "/" : "."), components: path.components.map { Array($0) })
    }
    takesAnyName = alternatives.contains { $0.components.last?.allSatisfy { $0 == star } ?? true }
  }

  /// The folder that a path with wildcards names before its first one.
  static func folder(before path: FilePath) -> FilePath {
    let names = path.components.prefix { name in !name.contains { "*?[{\\".utf8.contains($0) } }
    var folder = FilePath(path.isAbsolute ? "/" : ".")
    for name in names.prefix(max(path.components.count - 1, 0)) { folder = folder.appending(name) }
    return folder
  }

  /// What matches, each path once and in order, and the folders that could not be searched.
  public func expand(in files: any Files) -> (matches: [(path: FilePath, kind: FileKind)], errors: [FileError]) {
    var matches: [FilePath: FileKind] = [:]
    var errors: [FileError] = []
    for alternative in alternatives {
      // Places still to be looked at: a folder, and how many components of the pattern are behind it.
      var stack: [(folder: FilePath, position: Int)] = [(alternative.base, 0)]
      var visited: Set<FilePath> = []
      while let (folder, position) = stack.popLast() {
        guard position < alternative.components.count else { continue }
        let component = alternative.components[position]
        let isLast = position + 1 == alternative.components.count
        let isDeep = component == [star, star]
        if isDeep {
          guard visited.insert(folder.appending([UInt8(ascii: "\u{1}")] + String(position).utf8)).inserted else {
            continue
          }
          if !isLast { stack.append((folder, position + 1)) }
        } else if !component.contains(where: { "*?[\\".utf8.contains($0) }) {
          // A plain name needs no look at what else is there.
          let path = folder.appending(component)
          guard let kind = try? files.kind(of: path, followingLinks: true) else { continue }
          if isLast { matches[path] = kind } else if kind == .folder { stack.append((path, position + 1)) }
          continue
        }
        let entries: [FolderEntry]
        do { entries = try files.entries(of: folder) } catch {
          errors.append(error)
          continue
        }
        for entry in entries {
          let path = folder.appending(entry.name)
          if isDeep {
            if entry.name.first == dot { continue }
            if entry.kind == .folder, !skippedFolders.contains(String(decoding: entry.name, as: UTF8.self)) {
              stack.append((path, position))
            } else if isLast, entry.kind != .folder {
              matches[path] = entry.kind
            }
          } else if nameMatches(entry.name, component) {
            let kind = entry.kind == .link ? (try? files.kind(of: path, followingLinks: true)) ?? .link : entry.kind
            if isLast { matches[path] = kind } else if kind == .folder { stack.append((path, position + 1)) }
          }
        }
      }
    }
    return (matches.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, errors)
  }
}

private let star = UInt8(ascii: "*")

/// The texts that `{a,b}` stands for. Groups may be nested; one that is never closed is text. At most 1,024.
private func expandBraces(_ pattern: [UInt8]) -> [[UInt8]] {
  var done: [[UInt8]] = []
  var open = [pattern]
  while let next = open.popLast() {
    guard done.count + open.count < 1_024, let group = firstGroup(next) else {
      done.append(next)
      continue
    }
    for option in group.options.reversed() {
      open.append(next[..<group.start] + option + next[group.end...])
    }
  }
  return done
}

private func firstGroup(_ pattern: [UInt8]) -> (start: Int, end: Int, options: [[UInt8]])? {
  guard let start = pattern.firstIndex(of: UInt8(ascii: "{")) else { return nil }
  var depth = 0
  var options: [[UInt8]] = []
  var from = start + 1
  for index in start..<pattern.count {
    switch pattern[index] {
    case UInt8(ascii: "{"):
      depth += 1
    case UInt8(ascii: ",") where depth == 1:
      options.append(Array(pattern[from..<index]))
      from = index + 1
    case UInt8(ascii: "}"):
      depth -= 1
      if depth == 0 { return (start, index + 1, options + [Array(pattern[from..<index])]) }
    default:
      break
    }
  }
  return nil
}

/// Whether a name matches a pattern without slashes. O(name × pattern) at worst, since only the last `*` is retried.
func nameMatches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
  if name.first == dot, pattern.first != dot { return false }
  var nameIndex = 0
  var patternIndex = 0
  var retry: (name: Int, pattern: Int)?
  while nameIndex < name.count {
    if patternIndex < pattern.count, pattern[patternIndex] == star {
      retry = (nameIndex, patternIndex + 1)
      patternIndex += 1
    } else if let step = matchOne(name, nameIndex, pattern, patternIndex) {
      nameIndex += step.name
      patternIndex += step.pattern
    } else if let last = retry {
      retry = (last.name + 1, last.pattern)
      nameIndex = last.name + 1
      patternIndex = last.pattern
    } else {
      return false
    }
  }
  return pattern[patternIndex...].allSatisfy { $0 == star }
}

/// How many bytes of the name and of the pattern one character takes, if it matches.
private func matchOne(_ name: [UInt8], _ nameIndex: Int, _ pattern: [UInt8], _ patternIndex: Int)
  -> (name: Int, pattern: Int)?
{
  guard patternIndex < pattern.count else { return nil }
  switch pattern[patternIndex] {
  case UInt8(ascii: "?"):
    return (scalarLength(name, nameIndex), 1)
  case UInt8(ascii: "["):
    // A bracket right behind the opening one is a member.
    guard
      let close = pattern[(patternIndex + 1)...].dropFirst(pattern[(patternIndex + 1)...].first == bang ? 2 : 1)
        .firstIndex(of: UInt8(ascii: "]"))
    else { return name[nameIndex] == pattern[patternIndex] ? (1, 1) : nil }
    var members = pattern[(patternIndex + 1)..<close]
    let isNegated = members.first == bang
    if isNegated { members = members.dropFirst() }
    let length = scalarLength(name, nameIndex)
    let isMember = contains(members, name[nameIndex..<(nameIndex + length)])
    return isMember != isNegated ? (length, close + 1 - patternIndex) : nil
  case UInt8(ascii: "\\") where patternIndex + 1 < pattern.count:
    return name[nameIndex] == pattern[patternIndex + 1] ? (1, 2) : nil
  default:
    return name[nameIndex] == pattern[patternIndex] ? (1, 1) : nil
  }
}

private let bang = UInt8(ascii: "!")

private func contains(_ members: ArraySlice<UInt8>, _ scalar: ArraySlice<UInt8>) -> Bool {
  let members = Array(String(decoding: members, as: UTF8.self).unicodeScalars)
  guard let scalar = String(decoding: scalar, as: UTF8.self).unicodeScalars.first else { return false }
  var index = 0
  while index < members.count {
    if index + 2 < members.count, members[index + 1] == "-" {
      if members[index] <= scalar, scalar <= members[index + 2] { return true }
      index += 3
    } else {
      if members[index] == scalar { return true }
      index += 1
    }
  }
  return false
}

private func scalarLength(_ bytes: [UInt8], _ index: Int) -> Int {
  var end = index + 1
  while end < bytes.count, bytes[end] & 0xC0 == 0x80, end - index < 4 { end += 1 }
  return end - index
}

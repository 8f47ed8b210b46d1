import MasqueCommands
import MasqueModel
import MasqueWorkspace
import RegularLanguages
import SourceText
import YAMLSyntax

/// What a masque is worn by, once every gate has let it through.
struct Passage {
  /// The masque, as it was read and judged: these bytes are worn.
  var masque: LoadedMasque
  var name: String
  var version: String
  var ring: Ring
  /// How long it may be worn; nil for as long as the session is.
  var lifetime: MasqueDuration?
  /// What there is to say although it may be worn.
  var warnings: [String] = []
}

/// Why an intent is refused, and whose masque's.
struct IntentRefusal: Error {
  var masque: String
  var error: CommandError
}

/// Lets a masque through, or says what is in its way and how to mend it.
func passage(
  of masque: LoadedMasque, version: String?, intent: String?, _ configuration: UserConfiguration,
  _ context: CommandContext
) throws(CommandError) -> Result<Passage, IntentRefusal> {
  let file = masque.identity.file
  let summary = MasqueSummary(masque.syntax)
  let problems = masque.problems
  guard problems.isEmpty, let name = summary.name?.value, let found = summary.version?.value,
    let ring = summary.ring?.value
  else { throw CommandError(.unfitMasque, "\(file) can't be put on: \(masque.words(for: problems))") }
  if let version, version != found {
    throw CommandError(
      .refused,
      "`\(name)` is at version \(found), not \(version) (\(file)); leave `@\(version)` out to wear it as it is")
  }
  var passage = Passage(masque: masque, name: name, version: found, ring: ring)
  let operatorRing = configuration.operator.ring
  guard operatorRing <= ring else {
    throw CommandError(
      .refused,
      "`\(name)` is for the ring `\(ring.rawValue)`, and you are in `\(operatorRing.rawValue)`: whoever runs this "
        + "machine may set `operator: {ring: \(ring.rawValue)}` in \(UserConfiguration.fileName) of MASQUES_HOME")
  }
  passage.lifetime = MasqueLifetime(masque.syntax).duration
  if ring == .guest, passage.lifetime == nil {
    guard let maximum = configuration.maximumGuestLifetime.flatMap({ MasqueDuration($0) }) else {
      throw CommandError(
        .refused,
        "`\(name)` is a guest's masque, which needs an end: give it `access: {ttl: PT8H}`, or set "
          + "`guest: {maximum_ttl: PT8H}` in \(UserConfiguration.fileName) of MASQUES_HOME")
    }
    passage.lifetime = maximum
  }
  guard let intent, !intent.allSatisfy(\.isWhitespace) else { return .success(passage) }
  // A masque without an intent has no boundary to hold it to.
  guard MasqueIntent(masque.syntax.tree) != nil else { return .success(passage) }
  let verdict = try masque.wholeIntent().verdict(for: intent)
  func place(_ pattern: PlacedPattern) -> String {
    "`\(pattern.text)` (\(file), line \(masque.place(of: pattern.place.itemRange.start).line))"
  }
  switch verdict.kind {
  case .allowed:
    break
  case .denied:
    let pattern = verdict.decidingPattern.map { " by \(place($0))" } ?? ""
    return .failure(
      IntentRefusal(
        masque: name,
        error: CommandError(.refused, "`\(name)` may not \(quoted(intent)): it is denied\(pattern)")))
  case .notAllowed:
    let nearest = verdict.nearestPattern.map { "; the nearest pattern is \(place($0))" } ?? ""
    let message = "no pattern of `\(name)` allows \(quoted(intent))\(nearest)"
    if configuration.intentGate == .enforce {
      return .failure(
        IntentRefusal(
          masque: name,
          error: CommandError(
            .refused,
            message + "; `intent_gate: enforce` in \(UserConfiguration.fileName) of MASQUES_HOME wants one")))
    }
    passage.warnings.append(message)
  }
  return .success(passage)
}

/// A text of somebody's in a message: on one line and not too long.
private func quoted(_ text: String) -> String {
  let line = FilePath(text.split(whereSeparator: \.isWhitespace).joined(separator: " ")).description
  return line.count > 120 ? "“\(line.prefix(119))…”" : "“\(line)”"
}

/// A reference and the version that it demands: `codesmith@1.2.0`.
func splitVersion(_ reference: MasqueReference) -> (reference: MasqueReference, version: String?) {
  guard let at = reference.text.lastIndex(of: "@") else { return (reference, nil) }
  let version = reference.text[reference.text.index(after: at)...]
  guard version.utf8.first.map({ (0x30...0x39).contains($0) }) == true,
    version.split(separator: ".", omittingEmptySubsequences: false).count >= 3, !version.utf8.contains(0x2F)
  else { return (reference, nil) }
  return (MasqueReference(String(reference.text[..<at])), String(version))
}

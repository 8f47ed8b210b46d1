import JSON
import MasqueCommands

/// What the sibling has done, in a sentence for whoever wanted it; nil for a command whose result is more than that.
///
/// - Parameters:
///   - command: the command.
///   - result: its result.
/// - Returns: the sentence, or a few.
func sentence(about command: CommandDescription, _ result: JSONValue) -> String? {
  switch command.name {
  case DonCommand.description.name:
    let worn = result["active"].map { wearing($0) }
    let ended = result["ended"].flatMap { sentence(about: $0) }
    return worn.map { "You wear \($0)." + (ended.map { " \($0)" } ?? "") }
  case DoffCommand.description.name:
    return result["ended"].flatMap { sentence(about: $0) } ?? "No masque was worn."
  case IDCommand.description.name:
    let ended = result["ended"].flatMap { sentence(about: $0) }.map { " \($0)" } ?? ""
    if let active = result["active"], !active.isNull { return "You wear \(wearing(active)).\(ended)" }
    let previous = result["previous"]?["name"]?.stringValue
    return (previous.map { "No masque is worn; the last one was \($0)." } ?? "No masque is worn.") + ended
  case NewCommand.description.name:
    return result["masque"]?["file"]?.stringValue.map { "\($0) was written." }
  case SyncManifestCommand.description.name:
    let manifests = result["manifests"]?.arrayValue ?? []
    let lines = manifests.map { manifest in
      let (file, count) = (manifest["file"]?.stringValue ?? "", manifest["masques"]?.integerValue ?? 0)
      let skipped = manifest["skipped"]?.arrayValue?.compactMap { $0["file"]?.stringValue } ?? []
      return "\(file) lists \(count) \(count == 1 ? "masque" : "masques")"
        + (manifest["changed"] == true ? "." : ", as before.")
        + (skipped.isEmpty ? "" : " Left out: \(skipped.joined(separator: ", ")).")
    }
    return lines.isEmpty ? "There is no library to list." : lines.joined(separator: " ")
  case PinCommand.description.name:
    return "\(identity(result)) is pinned\(result["changed"] == true ? "" : ", as before")."
  case UpgradeCommand.description.name:
    guard result["changed"] == true else { return "\(identity(result)) is pinned as it is; nothing has changed." }
    let changes = result["changes"]?.arrayValue?.compactMap(\.stringValue) ?? []
    return "\(identity(result)) is pinned now, instead of \(result["before"]?.stringValue ?? "")."
      + changes.map { " \(punctuated($0))" }.joined()
  case PerformanceCommand.description.name:
    let name = result["masque"]?.stringValue ?? "The session"
    guard let composite = result["composite"]?.doubleValue else { return "There is no telemetry of \(name)." }
    let advice = result["recommendation"]?.stringValue.map { " (\($0))" } ?? ""
    return "\(name) scores \(composite)\(advice)."
  default:
    return nil
  }
}

/// How a wearing has ended, and what it cost; nil for null.
func sentence(about ended: JSONValue) -> String? {
  guard let name = ended["name"]?.stringValue else { return nil }
  var text = ended["end"] == "expired" ? "The lifetime of \(name) is over" : "\(name) is off"
  if let seconds = ended["seconds"]?.integerValue { text += " after \(duration(seconds))" }
  if let price = ended["price"]?.stringValue, let amount = Double(price), amount > 0 {
    text += ended["paid"]?.stringValue.map { "; it cost \($0) USD" } ?? "; it cost \(price) USD, paid later"
  }
  if let score = ended["score"], let composite = score["composite"]?.doubleValue {
    let tenths = (composite * 10).rounded() / 10
    text += "; it scored \(tenths) (\(score["recommendation"]?.stringValue ?? ""))"
  }
  return text + "."
}

private func wearing(_ worn: JSONValue) -> String {
  var text = "\(worn["name"]?.stringValue ?? "") \(worn["version"]?.stringValue ?? "")"
  if let ring = worn["ring"]?.stringValue { text += " (\(ring))" }
  if let expiry = worn["expiresAt"]?.stringValue { text += " until \(expiry)" }
  return text
}

private func identity(_ result: JSONValue) -> String {
  let masque = result["masque"]
  return [masque?["name"]?.stringValue ?? masque?["file"]?.stringValue, masque?["version"]?.stringValue]
    .compactMap { $0 }.joined(separator: " ")
}

private func duration(_ seconds: Int64) -> String {
  switch seconds {
  case ..<60: "\(seconds) s"
  case ..<3_600: "\(seconds / 60) min"
  default: "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
  }
}

/// What else a result has to say, as sentences.
func warnings(of result: JSONValue) -> [String] {
  (result["warnings"]?.arrayValue ?? []).compactMap(\.stringValue).map(punctuated)
}

private func punctuated(_ words: String) -> String { words.last?.isPunctuation == true ? words : words + "." }

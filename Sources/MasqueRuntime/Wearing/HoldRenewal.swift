import MasqueCommands
import MasqueModel
import MasqueWorkspace

/// After how many seconds a hold falls back by itself. Past the end of the wearing it waits for a day for whoever settles it.
///
/// - Parameters:
///   - now: when it is placed, in seconds since 1970.
///   - end: when the wearing is over by itself, in seconds since 1970; nil if it is not.
///   - configuration: says how long a hold may be at the most.
/// - Returns: the seconds.
func holdTimeout(from now: Int64, until end: Int64?, _ configuration: UserConfiguration) -> UInt32 {
  let maximum = configuration.ledger.maximumHold
  guard let end else { return maximum }
  let (length, isTooLong) = max(end - now, 0).addingReportingOverflow(86_400)
  return isTooLong ? maximum : min(UInt32(clamping: length), maximum)
}

extension Wearing {
  /// Whether the hold is to be renewed: half of its time is over, and it ends before the wearing is settled by itself.
  func isHoldDue(at moment: Timestamp) -> Bool {
    if isOver(at: moment) { return false }
    let now = moment.seconds
    if let nextRenewal, now < nextRenewal { return false }
    if isRenewing == true { return true }
    let since = heldSince ?? hold.at
    let (length, half) = (Int64(hold.timeout), Int64(hold.timeout / 2))
    if hold.timeout == 0 || now - since < half { return false }
    return expiresAt.map { $0.seconds - since > length - 86_400 } ?? true
  }
}

extension Wearer {
  /// How long a renewal that did not come about is left alone, in seconds: whoever only looks is not to wait for the ledger
  /// each time.
  private static let pause: Int64 = 3_600

  /// Renews the hold of a wearing that takes longer than a hold lasts. The next hold is written down before it is asked for,
  /// so that a crash in between asks for the same one again, and who settles it knows of it.
  mutating func renewHold() throws(CommandError) {
    guard let active = state.active, active.isHoldDue(at: now) else { return }
    let configuration = try runtime.configuration()
    let time = now.seconds
    try commit { state in
      if state.active?.isRenewing != true {
        state.active?.hold.renewal += 1
        state.active?.hold.timeout = holdTimeout(from: time, until: active.expiresAt?.seconds, configuration)
      }
      state.active?.isRenewing = true
      state.active?.nextRenewal = time + Self.pause
    }
    guard let hold = state.active?.hold else { return }
    do throws(LedgerError) {
      _ = try ledger.place(hold)
      try? commit { state in
        state.active?.heldSince = time
        state.active?.isRenewing = nil
        state.active?.nextRenewal = nil
      }
    } catch {
      warnings.append(
        "\(words(error)); the \(hold.amount.text) USD that are set aside for `\(active.name)` could not be set aside anew"
      )
      // What was refused is not asked for again, but another one later.
      if case .unavailable = error { return }
      try? commit { $0.active?.isRenewing = nil }
    }
  }
}

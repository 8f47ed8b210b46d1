public import MasqueModel

/// A wearing that has ended: all that analytics is told of it. No prompt, no intent, no text of a masque.
public struct SessionRecord: Sendable, Hashable, Codable {
  /// The wearing.
  public var session: SessionID
  /// The agent's own session, where a hook has told it.
  public var agentSession: String?
  /// The masque's name.
  public var masque: String
  /// Its version.
  public var masqueVersion: String
  /// Its ring.
  public var ring: String
  /// Who wore it.
  public var payer: String
  /// Who is paid.
  public var payee: Payee
  /// When it was put on, to the millisecond.
  public var donnedAt: Timestamp
  /// When it was taken off or expired, to the millisecond.
  public var doffedAt: Timestamp
  /// Why it ended.
  public var end: SessionEnd
  /// What was set aside.
  public var held: Amount
  /// What it cost.
  public var price: Price
  /// What was paid; nil if the ledger has not been reached yet.
  public var paid: Amount?
  /// The platform's share.
  public var fee: Amount?
  /// What was used; nil without telemetry.
  public var usage: Usage?
  /// How well it went; nil without telemetry.
  public var score: SessionScore?
  /// How many intents were refused to this operator for this masque since the last record.
  public var refusedIntents: Int
}

/// Why a wearing ended.
public enum SessionEnd: String, Sendable, Hashable, Codable, CaseIterable {
  /// The masque was taken off.
  case doffed
  /// Another masque was put on.
  case replaced
  /// Its lifetime was over.
  case expired
}

/// Where records of wearings go. It is told of each at least once, of the same one with the same content.
public protocol Analytics: Sendable {
  /// Writes a record down durably, to be sent later.
  ///
  /// - Parameter record: the record.
  /// - Throws: why it is not written down; no final full stop.
  func enqueue(_ record: SessionRecord) throws(TelemetryError)
}

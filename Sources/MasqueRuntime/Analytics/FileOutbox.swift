import JSON
import MasqueModel
public import MasqueWorkspace

/// Writes each wearing that has ended into a file of its own, as the rows that analytics gets of it. `masque-audience`
/// sends the files; nothing here knows of a network.
///
/// A file is named after its wearing, and a row's key derives from it: who is told of a wearing twice writes the same
/// file, and who sends it twice sends the same rows.
public struct FileOutbox: Analytics {
  private let folder: FilePath
  private let files: any Files
  private let ledger: any Ledger

  /// An outbox.
  ///
  /// - Parameters:
  ///   - home: `${MASQUES_HOME}`.
  ///   - files: the file system.
  ///   - ledger: the ledger, which says what accounts hold when a wearing was paid.
  public init(home: FilePath, files: any Files, ledger: any Ledger) {
    folder = home.appending("analytics/outbox".utf8)
    self.files = files
    self.ledger = ledger
  }

  public func enqueue(_ record: SessionRecord) throws(TelemetryError) {
    let path = folder.appending("\(record.session).json".utf8)
    // Where the ledger does not answer, the record goes without: the next wearing has a newer snapshot.
    let parties: [AccountParty] = [.payer(record.payer), .payee(record.payee)]
    let accounts = (try? ledger.accounts(of: parties)) ?? []
    let text = JSONValue.object(outboxEntry(record, accounts)).text(.compact) + "\n"
    do throws(FileError) {
      try files.makeFolder(folder, isPrivate: true)
      try files.writePrivate(path, Array(text.utf8))
    } catch {
      throw TelemetryError("the record for analytics is not written: \(error)")
    }
  }

  /// Somebody who pays or is paid.
  enum Identity: Sendable, Hashable {
    /// Who wears masques.
    case `operator`(String)
    /// Whose masques are worn.
    case author(String)
    /// A library without an owner.
    case library(String)

    init(_ payee: Payee) {
      self =
        switch payee {
        case .owner(let name): .author(name)
        case .unclaimed(let library): .library(library)
        }
    }

    var kind: String {
      switch self {
      case .operator: "operator"
      case .author: "author"
      case .library: "library"
      }
    }

    var name: String {
      switch self {
      case .operator(let name), .author(let name), .library(let name): name
      }
    }

    /// Its key.
    var id: String { derivedUUID("identity", kind, name) }
  }
}

/// A UUID of names (RFC 9562, version 8): the first bits of their SHA-256.
func derivedUUID(_ names: String...) -> String {
  var digits = Array(sha256(Array(names.joined(separator: "\0").utf8)).prefix(32))
  digits[12] = "8"
  digits[16] = "a"
  return grouped(String(digits))
}

/// 32 hexadecimal digits as a UUID is written.
private func grouped(_ digits: String) -> String {
  var result = ""
  for (place, digit) in digits.enumerated() {
    if [8, 12, 16, 20].contains(place) { result += "-" }
    result.append(digit)
  }
  return result
}

/// What a wearing's file says: the rows of each table, and what the sender needs to add the requests to models.
private func outboxEntry(_ record: SessionRecord, _ accounts: [AccountSnapshot?]) -> JSONObject {
  let rows = SessionRows(record)
  var tables: [(String, [JSONObject])] = [
    ("identities", rows.identities), ("masque_sessions", [rows.session]), ("transactions", rows.transactions),
    ("settlements", rows.settlements), ("reputation_events", rows.reputationEvents),
  ]
  let snapshots = zip([rows.payer, rows.payee], accounts).compactMap { identity, account in
    account.map { rows.account(identity, $0) }
  }
  if !snapshots.isEmpty { tables.append(("accounts", snapshots)) }
  return [
    "version": 1,
    "session": .string(record.session.description),
    "agentSession": record.agentSession.map { .string($0) } ?? .null,
    "from": .string(record.donnedAt.text),
    "to": .string(record.doffedAt.text),
    "tokenRate": .string(record.price.lines.first { $0.unit == "1,000 tokens" }?.rate.text ?? "0.00"),
    "request": .object([
      "session_id": .string(rows.sessionID), "masque": .string(record.masque), "payer_id": .string(rows.payer.id),
      "payee_id": .string(rows.payee.id), "payment_status": .string(rows.paymentStatus),
    ]),
    "tables": .array(
      tables.map { table, rows in
        ["table": .string(table), "rows": .array(rows.map { .object($0) })]
      }),
  ]
}

/// A wearing as rows of tables.
private struct SessionRows {
  let record: SessionRecord
  let payer: FileOutbox.Identity
  let payee: FileOutbox.Identity
  let sessionID: String

  init(_ record: SessionRecord) {
    self.record = record
    payer = .operator(record.payer)
    payee = FileOutbox.Identity(record.payee)
    sessionID = grouped(record.session.description)
  }

  private func time(_ moment: Timestamp) -> JSONValue { .string(moment.text) }
  private func money(_ amount: Amount) -> JSONValue { .string(amount.text) }
  private func count(_ value: UInt64) -> JSONValue { .integer(Int64(clamping: value)) }
  private func key(_ what: String) -> JSONValue { .string(derivedUUID("session", sessionID, what)) }

  /// `paid`, or why not all of it is.
  var paymentStatus: String {
    guard let paid = record.paid else { return "unsettled" }
    if record.end == .expired { return "expired" }
    if record.price.total == .zero { return "free" }
    return paid < record.price.total ? "capped" : "paid"
  }

  var identities: [JSONObject] {
    [payer, payee].map { identity in
      [
        "identity_id": .string(identity.id), "kind": .string(identity.kind), "name": .string(identity.name),
        "seen_at": time(record.doffedAt),
      ]
    }
  }

  var session: JSONObject {
    let usage = record.usage ?? Usage()
    return [
      "session_id": .string(sessionID), "agent_session": .string(record.agentSession ?? ""),
      "masque": .string(record.masque), "masque_version": .string(record.masqueVersion), "ring": .string(record.ring),
      "payer_id": .string(payer.id), "payee_id": .string(payee.id), "donned_at": time(record.donnedAt),
      "doffed_at": time(record.doffedAt), "end_reason": .string(record.end.rawValue), "held": money(record.held),
      "price": money(record.price.total), "paid": record.paid.map(money) ?? .null,
      "fee": record.fee.map(money) ?? .null,
      "has_usage": .bool(record.usage != nil), "tool_calls": count(usage.toolCalls),
      "model_requests": count(usage.requests), "input_tokens": count(usage.inputTokens),
      "output_tokens": count(usage.outputTokens), "cache_read_tokens": count(usage.cacheReadTokens),
      "cache_creation_tokens": count(usage.cacheCreationTokens), "model_cost": money(usage.cost),
      "composite": record.score.map { .number($0.composite) } ?? .null,
      "recommendation": .string(record.score?.recommendation ?? ""),
      "dimensions": .object(JSONObject((record.score?.dimensions ?? []).map { ($0.name, .number($0.score)) })),
      "refused_intents": .integer(Int64(max(record.refusedIntents, 0))),
    ]
  }

  /// What was set aside, what was paid of it, and what was given back.
  var transactions: [JSONObject] {
    func transaction(_ what: String, _ amount: Amount, _ state: String, _ at: Timestamp) -> JSONObject {
      [
        "transaction_id": key(what), "session_id": .string(sessionID), "payer_id": .string(payer.id),
        "payee_id": .string(payee.id), "amount": money(amount), "state": .string(state),
        "resource": .string("masque:\(record.masque)"),
        "attributes": ["version": .string(record.masqueVersion), "end": .string(record.end.rawValue)],
        "trace_id": "", "span_id": "", "created_at": time(at),
      ]
    }
    var result = [transaction("hold", record.held, "pending", record.donnedAt)]
    guard let paid = record.paid else { return result }
    result.append(transaction("payment", paid, "posted", record.doffedAt))
    if record.held > paid {
      let rest = Amount(micros: record.held.micros - paid.micros)
      result.append(transaction("release", rest, "voided", record.doffedAt))
    }
    return result
  }

  var settlements: [JSONObject] {
    guard let paid = record.paid else { return [] }
    return [
      [
        "settlement_id": key("settlement"), "session_id": .string(sessionID), "payer_id": .string(payer.id),
        "payee_id": .string(payee.id), "masque": .string(record.masque), "gross": money(paid),
        "fee": money(record.fee ?? .zero), "state": .string(paymentStatus), "settled_at": time(record.doffedAt),
      ]
    ]
  }

  func account(_ identity: FileOutbox.Identity, _ account: AccountSnapshot) -> JSONObject {
    let moment = Timestamp(nanoseconds: Int64(clamping: Int128(account.milliseconds) * 1_000_000))
    return [
      "account_id": .string(derivedUUID("account", identity.kind, identity.name)), "identity_id": .string(identity.id),
      "kind": .string(identity.kind), "debits_pending": money(account.debitsPending),
      "debits_posted": money(account.debitsPosted), "credits_pending": money(account.creditsPending),
      "credits_posted": money(account.creditsPosted),
      "snapshot_at": time(moment),
    ]
  }

  /// What the wearing says about who wore the masque; the formula stands in `schemas/clickhouse/005_reputation.sql`.
  var reputationEvents: [JSONObject] {
    func event(_ category: String, _ delta: Double, _ confidence: Double) -> JSONObject {
      [
        "event_id": key(category), "identity_id": .string(payer.id), "session_id": .string(sessionID),
        "masque": .string(record.masque), "category": .string(category), "score_delta": .number(delta),
        "confidence": .number(confidence), "occurred_at": time(record.doffedAt),
      ]
    }
    let composite = record.score.map { min(max($0.composite, 0), 10) }
    let economic: (delta: Double, confidence: Double) =
      switch paymentStatus {
      case "unsettled": (0, 0)
      case "expired": (-1, 1)
      case "capped": (0, 1)
      case "free": (1, 0.25)
      default: (1, 1)
      }
    let refused = record.refusedIntents
    return [
      event("task_quality", composite.map { ($0 - 5) / 5 } ?? 0, composite == nil ? 0 : 1),
      event("economic", economic.delta, economic.confidence),
      event("identity_hygiene", refused > 0 ? -min(1, Double(refused) / 5) : 1, 1),
    ]
  }
}

import MasqueRuntime

/// What the holder of an account is to the ledger. Each kind has a code of its own.
public enum AccountKind: String, Sendable, Hashable, CaseIterable, Codable {
  /// Wears masques and has paid beforehand: what is spent was deposited.
  case `operator`
  /// Wears masques and pays afterwards: the account may be overdrawn.
  case postpaid
  /// Wrote masques and is paid for them.
  case author
  /// The earnings of a library without an owner.
  case unclaimed
  /// Where deposits come from and settlements go to: what the world outside has put in and taken out.
  case treasury
  /// The platform's share.
  case fees
  /// Where the balances come from that a ledger began with.
  case opening

  /// The account's `code`.
  var code: UInt16 {
    switch self {
    case .operator: 1
    case .author: 2
    case .unclaimed: 3
    case .treasury: 4
    case .fees: 5
    case .postpaid: 6
    case .opening: 7
    }
  }

  var flags: AccountFlags {
    switch self {
    case .operator, .author, .unclaimed: [.debitsMustNotExceedCredits, .history]
    case .postpaid: .history
    case .treasury, .fees, .opening: []
    }
  }
}

/// Whose account is meant: a kind and a name.
public struct Holder: Sendable, Hashable, CustomStringConvertible {
  /// What the holder is to the ledger.
  public var kind: AccountKind
  /// The holder's name; empty for those that there is one of.
  public var name: String

  /// A holder.
  public init(_ kind: AccountKind, _ name: String = "") {
    self.kind = kind
    self.name = name
  }

  /// Reads `KIND:NAME`, or the kind alone where there is one of it.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let kind = parts.first.flatMap({ AccountKind(rawValue: String($0)) }) else { return nil }
    let name = parts.count > 1 ? String(parts[1]) : ""
    guard name.isEmpty == [.treasury, .fees, .opening].contains(kind) else { return nil }
    self.init(kind, name)
  }

  /// Who is paid.
  init(_ payee: Payee) {
    switch payee {
    case .owner(let name): self.init(.author, name)
    case .unclaimed(let library): self.init(.unclaimed, library)
    }
  }

  /// The kind and the name.
  public var description: String { name.isEmpty ? kind.rawValue : "\(kind.rawValue):\(name)" }

  /// The account's identifier: the same for the same holder, on every engine and every machine.
  var id: UInt128 { identifier("account", description) }

  /// The account as it is created.
  var account: Account { Account(id: id, ledger: ledgerCode, code: kind.code, flags: kind.flags) }

  var accountName: AccountName { AccountName(account: id, kind: kind, name: name) }
}

/// The ledger of millionths of a US dollar.
let ledgerCode: UInt32 = 1

/// What a transfer is for: its `code`.
enum TransferKind: UInt16 {
  /// Money comes in: treasury to operator.
  case deposit = 1
  /// A masque is worn: operator to author, held and then posted or voided.
  case wearing = 2
  /// The platform's share: author to fees.
  case fee = 3
  /// An author is paid out: author to treasury.
  case settlement = 4
  /// Earnings find their owner: unclaimed to author.
  case claim = 5
  /// A balance that another engine had before.
  case opening = 6
}

/// An identifier that follows from words: the first 128 bits of their SHA-256.
func identifier(_ words: String...) -> UInt128 {
  let digest = sha256(Array("masques-ledger-1\n\(words.joined(separator: "\n"))".utf8))
  let value = UInt128(digest.prefix(32), radix: 16) ?? 1
  return value == 0 || value == .max ? 1 : value
}

/// The identifiers of the transfers of a wearing. They follow from the session, so that a repeated request changes nothing,
/// and begin with its time, so that they come in order.
struct WearingIDs {
  var session: SessionID
  /// How often the hold was renewed.
  var renewal: UInt32

  init(_ hold: HoldRequest) {
    session = hold.session
    renewal = hold.renewal
  }

  /// The hold.
  var hold: UInt128 { renewal == 0 ? session.value : derived("hold \(renewal)") }
  /// The hold that a renewal takes the place of.
  var renewed: UInt128 { renewal <= 1 ? session.value : derived("hold \(renewal - 1)") }
  /// What gives that one back.
  var renewing: UInt128 { derived("renewal \(renewal)") }
  /// What gives it back.
  var void: UInt128 { derived("void") }
  /// What pays out of it; a repetition counts up when an identifier was burned before there was a hold.
  func post(_ attempt: Int) -> UInt128 { derived("post \(attempt)") }
  /// The platform's share.
  func fee(_ attempt: Int) -> UInt128 { derived("fee \(attempt)") }
  /// What pays when the hold is gone.
  func late(_ attempt: Int) -> UInt128 { derived("late \(attempt)") }
  /// The platform's share of that.
  func lateFee(_ attempt: Int) -> UInt128 { derived("late fee \(attempt)") }

  private func derived(_ word: String) -> UInt128 {
    let low = identifier(word, session.description) & (1 << 80 - 1)
    let value = (session.value >> 80) << 80 | low
    return value == 0 || value == .max ? identifier(word, session.description, "again") : value
  }
}

/// A new identifier that comes behind the earlier ones: 48 bits of milliseconds, 80 random bits.
func freshIdentifier(nanoseconds: UInt64) -> UInt128 {
  SessionID(milliseconds: Int64(clamping: nanoseconds / 1_000_000)).value
}

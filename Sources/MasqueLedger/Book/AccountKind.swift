/// What the holder of an account is to the ledger. Each kind has a code of its own.
public enum AccountKind: String, Sendable, Hashable, CaseIterable, Codable {
  /// Wears masques and pays for it.
  case `operator`
  /// Wrote masques and is paid for them.
  case author
  /// The earnings of a library without an owner.
  case unclaimed
  /// Where deposits come from and settlements go to: what the world outside has put in and taken out.
  case treasury
  /// The platform's share.
  case fees

  /// The account's `code`.
  var code: UInt16 {
    switch self {
    case .operator: 1
    case .author: 2
    case .unclaimed: 3
    case .treasury: 4
    case .fees: 5
    }
  }
}

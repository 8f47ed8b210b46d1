/// What came of an account that was to be created. Names, numbers and their precedence are TigerBeetle's.
///
/// A status that an engine gives and that is not named here keeps its number.
public struct AccountStatus: RawRepresentable, Sendable, Hashable, BitwiseCopyable, CustomStringConvertible {
  /// The number.
  public var rawValue: UInt32

  /// A status by its number.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The account was created.
  public static let created = AccountStatus(rawValue: .max)
  /// `linked_event_failed`.
  public static let linkedEventFailed = AccountStatus(rawValue: 1)
  /// `linked_event_chain_open`.
  public static let linkedEventChainOpen = AccountStatus(rawValue: 2)
  /// `timestamp_must_be_zero`.
  public static let timestampMustBeZero = AccountStatus(rawValue: 3)
  /// `reserved_field`.
  public static let reservedField = AccountStatus(rawValue: 4)
  /// `reserved_flag`.
  public static let reservedFlag = AccountStatus(rawValue: 5)
  /// `id_must_not_be_zero`.
  public static let idMustNotBeZero = AccountStatus(rawValue: 6)
  /// `id_must_not_be_int_max`.
  public static let idMustNotBeIntMax = AccountStatus(rawValue: 7)
  /// `flags_are_mutually_exclusive`.
  public static let flagsAreMutuallyExclusive = AccountStatus(rawValue: 8)
  /// `debits_pending_must_be_zero`.
  public static let debitsPendingMustBeZero = AccountStatus(rawValue: 9)
  /// `debits_posted_must_be_zero`.
  public static let debitsPostedMustBeZero = AccountStatus(rawValue: 10)
  /// `credits_pending_must_be_zero`.
  public static let creditsPendingMustBeZero = AccountStatus(rawValue: 11)
  /// `credits_posted_must_be_zero`.
  public static let creditsPostedMustBeZero = AccountStatus(rawValue: 12)
  /// `ledger_must_not_be_zero`.
  public static let ledgerMustNotBeZero = AccountStatus(rawValue: 13)
  /// `code_must_not_be_zero`.
  public static let codeMustNotBeZero = AccountStatus(rawValue: 14)
  /// `exists_with_different_flags`.
  public static let existsWithDifferentFlags = AccountStatus(rawValue: 15)
  /// `exists_with_different_user_data_128`.
  public static let existsWithDifferentUserData128 = AccountStatus(rawValue: 16)
  /// `exists_with_different_user_data_64`.
  public static let existsWithDifferentUserData64 = AccountStatus(rawValue: 17)
  /// `exists_with_different_user_data_32`.
  public static let existsWithDifferentUserData32 = AccountStatus(rawValue: 18)
  /// `exists_with_different_ledger`.
  public static let existsWithDifferentLedger = AccountStatus(rawValue: 19)
  /// `exists_with_different_code`.
  public static let existsWithDifferentCode = AccountStatus(rawValue: 20)
  /// `exists`.
  public static let exists = AccountStatus(rawValue: 21)

  /// The name, as TigerBeetle's documentation has it.
  public var description: String { Self.names[rawValue] ?? "status \(rawValue)" }

  /// Whether the account is there as it was asked for.
  public var isSuccess: Bool { self == .created || self == .exists }

  static let names: [UInt32: String] = [
    UInt32.max: "created",
    1: "linked_event_failed",
    2: "linked_event_chain_open",
    3: "timestamp_must_be_zero",
    4: "reserved_field",
    5: "reserved_flag",
    6: "id_must_not_be_zero",
    7: "id_must_not_be_int_max",
    8: "flags_are_mutually_exclusive",
    9: "debits_pending_must_be_zero",
    10: "debits_posted_must_be_zero",
    11: "credits_pending_must_be_zero",
    12: "credits_posted_must_be_zero",
    13: "ledger_must_not_be_zero",
    14: "code_must_not_be_zero",
    15: "exists_with_different_flags",
    16: "exists_with_different_user_data_128",
    17: "exists_with_different_user_data_64",
    18: "exists_with_different_user_data_32",
    19: "exists_with_different_ledger",
    20: "exists_with_different_code",
    21: "exists",
  ]
}

/// What came of a transfer that was to be created. Names, numbers and their precedence are TigerBeetle's.
///
/// A status that an engine gives and that is not named here keeps its number.
public struct TransferStatus: RawRepresentable, Sendable, Hashable, BitwiseCopyable, CustomStringConvertible {
  /// The number.
  public var rawValue: UInt32

  /// A status by its number.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The transfer was created.
  public static let created = TransferStatus(rawValue: .max)
  /// `linked_event_failed`.
  public static let linkedEventFailed = TransferStatus(rawValue: 1)
  /// `linked_event_chain_open`.
  public static let linkedEventChainOpen = TransferStatus(rawValue: 2)
  /// `timestamp_must_be_zero`.
  public static let timestampMustBeZero = TransferStatus(rawValue: 3)
  /// `reserved_flag`.
  public static let reservedFlag = TransferStatus(rawValue: 4)
  /// `id_must_not_be_zero`.
  public static let idMustNotBeZero = TransferStatus(rawValue: 5)
  /// `id_must_not_be_int_max`.
  public static let idMustNotBeIntMax = TransferStatus(rawValue: 6)
  /// `flags_are_mutually_exclusive`.
  public static let flagsAreMutuallyExclusive = TransferStatus(rawValue: 7)
  /// `debit_account_id_must_not_be_zero`.
  public static let debitAccountIDMustNotBeZero = TransferStatus(rawValue: 8)
  /// `debit_account_id_must_not_be_int_max`.
  public static let debitAccountIDMustNotBeIntMax = TransferStatus(rawValue: 9)
  /// `credit_account_id_must_not_be_zero`.
  public static let creditAccountIDMustNotBeZero = TransferStatus(rawValue: 10)
  /// `credit_account_id_must_not_be_int_max`.
  public static let creditAccountIDMustNotBeIntMax = TransferStatus(rawValue: 11)
  /// `accounts_must_be_different`.
  public static let accountsMustBeDifferent = TransferStatus(rawValue: 12)
  /// `pending_id_must_be_zero`.
  public static let pendingIDMustBeZero = TransferStatus(rawValue: 13)
  /// `pending_id_must_not_be_zero`.
  public static let pendingIDMustNotBeZero = TransferStatus(rawValue: 14)
  /// `pending_id_must_not_be_int_max`.
  public static let pendingIDMustNotBeIntMax = TransferStatus(rawValue: 15)
  /// `pending_id_must_be_different`.
  public static let pendingIDMustBeDifferent = TransferStatus(rawValue: 16)
  /// `timeout_reserved_for_pending_transfer`.
  public static let timeoutReservedForPendingTransfer = TransferStatus(rawValue: 17)
  /// `ledger_must_not_be_zero`.
  public static let ledgerMustNotBeZero = TransferStatus(rawValue: 19)
  /// `code_must_not_be_zero`.
  public static let codeMustNotBeZero = TransferStatus(rawValue: 20)
  /// `debit_account_not_found`.
  public static let debitAccountNotFound = TransferStatus(rawValue: 21)
  /// `credit_account_not_found`.
  public static let creditAccountNotFound = TransferStatus(rawValue: 22)
  /// `accounts_must_have_the_same_ledger`.
  public static let accountsMustHaveTheSameLedger = TransferStatus(rawValue: 23)
  /// `transfer_must_have_the_same_ledger_as_accounts`.
  public static let transferMustHaveTheSameLedgerAsAccounts = TransferStatus(rawValue: 24)
  /// `pending_transfer_not_found`.
  public static let pendingTransferNotFound = TransferStatus(rawValue: 25)
  /// `pending_transfer_not_pending`.
  public static let pendingTransferNotPending = TransferStatus(rawValue: 26)
  /// `pending_transfer_has_different_debit_account_id`.
  public static let pendingTransferHasDifferentDebitAccountID = TransferStatus(rawValue: 27)
  /// `pending_transfer_has_different_credit_account_id`.
  public static let pendingTransferHasDifferentCreditAccountID = TransferStatus(rawValue: 28)
  /// `pending_transfer_has_different_ledger`.
  public static let pendingTransferHasDifferentLedger = TransferStatus(rawValue: 29)
  /// `pending_transfer_has_different_code`.
  public static let pendingTransferHasDifferentCode = TransferStatus(rawValue: 30)
  /// `exceeds_pending_transfer_amount`.
  public static let exceedsPendingTransferAmount = TransferStatus(rawValue: 31)
  /// `pending_transfer_has_different_amount`.
  public static let pendingTransferHasDifferentAmount = TransferStatus(rawValue: 32)
  /// `pending_transfer_already_posted`.
  public static let pendingTransferAlreadyPosted = TransferStatus(rawValue: 33)
  /// `pending_transfer_already_voided`.
  public static let pendingTransferAlreadyVoided = TransferStatus(rawValue: 34)
  /// `pending_transfer_expired`.
  public static let pendingTransferExpired = TransferStatus(rawValue: 35)
  /// `exists_with_different_flags`.
  public static let existsWithDifferentFlags = TransferStatus(rawValue: 36)
  /// `exists_with_different_debit_account_id`.
  public static let existsWithDifferentDebitAccountID = TransferStatus(rawValue: 37)
  /// `exists_with_different_credit_account_id`.
  public static let existsWithDifferentCreditAccountID = TransferStatus(rawValue: 38)
  /// `exists_with_different_amount`.
  public static let existsWithDifferentAmount = TransferStatus(rawValue: 39)
  /// `exists_with_different_pending_id`.
  public static let existsWithDifferentPendingID = TransferStatus(rawValue: 40)
  /// `exists_with_different_user_data_128`.
  public static let existsWithDifferentUserData128 = TransferStatus(rawValue: 41)
  /// `exists_with_different_user_data_64`.
  public static let existsWithDifferentUserData64 = TransferStatus(rawValue: 42)
  /// `exists_with_different_user_data_32`.
  public static let existsWithDifferentUserData32 = TransferStatus(rawValue: 43)
  /// `exists_with_different_timeout`.
  public static let existsWithDifferentTimeout = TransferStatus(rawValue: 44)
  /// `exists_with_different_code`.
  public static let existsWithDifferentCode = TransferStatus(rawValue: 45)
  /// `exists`.
  public static let exists = TransferStatus(rawValue: 46)
  /// `overflows_debits_pending`.
  public static let overflowsDebitsPending = TransferStatus(rawValue: 47)
  /// `overflows_credits_pending`.
  public static let overflowsCreditsPending = TransferStatus(rawValue: 48)
  /// `overflows_debits_posted`.
  public static let overflowsDebitsPosted = TransferStatus(rawValue: 49)
  /// `overflows_credits_posted`.
  public static let overflowsCreditsPosted = TransferStatus(rawValue: 50)
  /// `overflows_debits`.
  public static let overflowsDebits = TransferStatus(rawValue: 51)
  /// `overflows_credits`.
  public static let overflowsCredits = TransferStatus(rawValue: 52)
  /// `overflows_timeout`.
  public static let overflowsTimeout = TransferStatus(rawValue: 53)
  /// `exceeds_credits`.
  public static let exceedsCredits = TransferStatus(rawValue: 54)
  /// `exceeds_debits`.
  public static let exceedsDebits = TransferStatus(rawValue: 55)
  /// `closing_transfer_must_be_pending`.
  public static let closingTransferMustBePending = TransferStatus(rawValue: 64)
  /// `debit_account_already_closed`.
  public static let debitAccountAlreadyClosed = TransferStatus(rawValue: 65)
  /// `credit_account_already_closed`.
  public static let creditAccountAlreadyClosed = TransferStatus(rawValue: 66)
  /// `exists_with_different_ledger`.
  public static let existsWithDifferentLedger = TransferStatus(rawValue: 67)
  /// `id_already_failed`.
  public static let idAlreadyFailed = TransferStatus(rawValue: 68)

  /// The name, as TigerBeetle's documentation has it.
  public var description: String { Self.names[rawValue] ?? "status \(rawValue)" }

  /// Whether the transfer is there as it was asked for.
  public var isSuccess: Bool { self == .created || self == .exists }

  /// Whether a failure with this status burns the transfer's identifier: its cause may pass, and the same transfer sent
  /// again must not come through then.
  var burnsID: Bool {
    switch self {
    case .debitAccountNotFound, .creditAccountNotFound, .pendingTransferNotFound, .exceedsCredits, .exceedsDebits,
      .debitAccountAlreadyClosed, .creditAccountAlreadyClosed:
      true
    default: false
    }
  }

  static let names: [UInt32: String] = [
    UInt32.max: "created",
    1: "linked_event_failed",
    2: "linked_event_chain_open",
    3: "timestamp_must_be_zero",
    4: "reserved_flag",
    5: "id_must_not_be_zero",
    6: "id_must_not_be_int_max",
    7: "flags_are_mutually_exclusive",
    8: "debit_account_id_must_not_be_zero",
    9: "debit_account_id_must_not_be_int_max",
    10: "credit_account_id_must_not_be_zero",
    11: "credit_account_id_must_not_be_int_max",
    12: "accounts_must_be_different",
    13: "pending_id_must_be_zero",
    14: "pending_id_must_not_be_zero",
    15: "pending_id_must_not_be_int_max",
    16: "pending_id_must_be_different",
    17: "timeout_reserved_for_pending_transfer",
    19: "ledger_must_not_be_zero",
    20: "code_must_not_be_zero",
    21: "debit_account_not_found",
    22: "credit_account_not_found",
    23: "accounts_must_have_the_same_ledger",
    24: "transfer_must_have_the_same_ledger_as_accounts",
    25: "pending_transfer_not_found",
    26: "pending_transfer_not_pending",
    27: "pending_transfer_has_different_debit_account_id",
    28: "pending_transfer_has_different_credit_account_id",
    29: "pending_transfer_has_different_ledger",
    30: "pending_transfer_has_different_code",
    31: "exceeds_pending_transfer_amount",
    32: "pending_transfer_has_different_amount",
    33: "pending_transfer_already_posted",
    34: "pending_transfer_already_voided",
    35: "pending_transfer_expired",
    36: "exists_with_different_flags",
    37: "exists_with_different_debit_account_id",
    38: "exists_with_different_credit_account_id",
    39: "exists_with_different_amount",
    40: "exists_with_different_pending_id",
    41: "exists_with_different_user_data_128",
    42: "exists_with_different_user_data_64",
    43: "exists_with_different_user_data_32",
    44: "exists_with_different_timeout",
    45: "exists_with_different_code",
    46: "exists",
    47: "overflows_debits_pending",
    48: "overflows_credits_pending",
    49: "overflows_debits_posted",
    50: "overflows_credits_posted",
    51: "overflows_debits",
    52: "overflows_credits",
    53: "overflows_timeout",
    54: "exceeds_credits",
    55: "exceeds_debits",
    64: "closing_transfer_must_be_pending",
    65: "debit_account_already_closed",
    66: "credit_account_already_closed",
    67: "exists_with_different_ledger",
    68: "id_already_failed",
  ]
}

import GRDB

/// The tables of a ledger's file.
///
/// Identifiers and amounts are 16-byte big-endian BLOBs, so that their order as bytes is their order as numbers; there is
/// no REAL. `accounts`, `transfers`, `resolutions`, `failed_ids`, `account_history`, `names` and `notes` are history: a row
/// that is there stays as it is, which triggers hold. `balances` and `open_holds` follow from the history and are kept so
/// that nothing has to be summed up.
enum LedgerSchema {
  /// "MASQ", in the file's header: no other program's database is taken for a ledger.
  static let applicationID = 0x4D41_5351
  /// The version of the tables.
  static let version = 1

  static let historyTables = [
    "accounts", "transfers", "resolutions", "failed_ids", "account_history", "names", "notes",
  ]

  static let tables = """
    CREATE TABLE accounts (
      timestamp INTEGER PRIMARY KEY CHECK (timestamp > 0),
      id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
      user_data_128 BLOB NOT NULL CHECK (length(user_data_128) = 16),
      user_data_64 INTEGER NOT NULL,
      user_data_32 INTEGER NOT NULL,
      ledger INTEGER NOT NULL,
      code INTEGER NOT NULL,
      flags INTEGER NOT NULL,
      checksum INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE balances (
      account INTEGER PRIMARY KEY REFERENCES accounts (timestamp),
      debits_pending BLOB NOT NULL CHECK (length(debits_pending) = 16),
      debits_posted BLOB NOT NULL CHECK (length(debits_posted) = 16),
      credits_pending BLOB NOT NULL CHECK (length(credits_pending) = 16),
      credits_posted BLOB NOT NULL CHECK (length(credits_posted) = 16),
      closed INTEGER NOT NULL CHECK (closed IN (0, 1)),
      checksum INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE transfers (
      timestamp INTEGER PRIMARY KEY CHECK (timestamp > 0),
      id BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
      debit_account_id BLOB NOT NULL CHECK (length(debit_account_id) = 16),
      credit_account_id BLOB NOT NULL CHECK (length(credit_account_id) = 16),
      amount BLOB NOT NULL CHECK (length(amount) = 16),
      pending_id BLOB NOT NULL CHECK (length(pending_id) = 16),
      user_data_128 BLOB NOT NULL CHECK (length(user_data_128) = 16),
      user_data_64 INTEGER NOT NULL,
      user_data_32 INTEGER NOT NULL,
      timeout INTEGER NOT NULL,
      ledger INTEGER NOT NULL,
      code INTEGER NOT NULL,
      flags INTEGER NOT NULL,
      checksum INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX transfers_by_debit ON transfers (debit_account_id);
    CREATE INDEX transfers_by_credit ON transfers (credit_account_id);
    CREATE TABLE resolutions (
      pending INTEGER PRIMARY KEY REFERENCES transfers (timestamp),
      status INTEGER NOT NULL CHECK (status IN (1, 2, 3)),
      timestamp INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE open_holds (
      pending INTEGER PRIMARY KEY REFERENCES transfers (timestamp),
      expires_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX open_holds_by_expiry ON open_holds (expires_at) WHERE expires_at > 0;
    CREATE TABLE failed_ids (id BLOB PRIMARY KEY CHECK (length(id) = 16)) STRICT, WITHOUT ROWID;
    CREATE TABLE account_history (
      account INTEGER NOT NULL REFERENCES accounts (timestamp),
      timestamp INTEGER NOT NULL,
      debits_pending BLOB NOT NULL,
      debits_posted BLOB NOT NULL,
      credits_pending BLOB NOT NULL,
      credits_posted BLOB NOT NULL,
      PRIMARY KEY (account, timestamp)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE names (
      account_id BLOB PRIMARY KEY CHECK (length(account_id) = 16),
      kind TEXT NOT NULL,
      name TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE notes (
      transfer_id BLOB PRIMARY KEY CHECK (length(transfer_id) = 16),
      body TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// Makes the tables in an empty file.
  static func create(in database: Database) throws {
    try database.execute(sql: tables)
    for table in historyTables {
      for action in ["UPDATE", "DELETE"] {
        try database.execute(
          sql: """
            CREATE TRIGGER \(table)_no_\(action.lowercased()) BEFORE \(action) ON \(table) BEGIN
              SELECT RAISE(ABORT, 'history is never changed: \(table)');
            END
            """)
      }
    }
    try database.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
  }
}

import JSON
import MasqueModel
import MasqueWorkspace

/// What is known of a project's wearings: the one file whose change makes a don or a doff happen.
///
/// Everything beside it follows from it and can be done again: the session file, the agent's settings, the ledger, the
/// records. A don is written down as being prepared before anything is touched, so that whoever finds that undoes it; from
/// the moment `active` changes, whoever comes next completes what is missing.
struct WearingState: Codable, Sendable, Equatable {
  /// The version of this shape.
  var version = 1
  /// The project, for people who look into the file.
  var project: String
  /// The masque that is worn.
  var active: Wearing?
  /// The masque that was worn last.
  var previous: Previous?
  /// A don that has begun and is not yet done.
  var preparing: Preparation?
  /// Our change of the agent's settings, which `active` has made.
  var spinner: SpinnerChange?
  /// Our change of the agent's settings that is to be undone still.
  var restoring: SpinnerChange?
  /// Whether the session file does not say all of this yet.
  var isSessionFileStale = false
  /// Wearings that are over and not yet paid or recorded.
  var endings: [Ending] = []
  /// Holds that may have been placed for wearings that never began.
  var releases: [HoldRequest] = []
  /// How many intents were refused, by masque, since its last record.
  var refusals: [String: Int] = [:]
  /// The agent's session that started last here, but for those that started beside one that was running.
  var agentSession: String?
  /// The process of that agent.
  var agentProcess: Int32?

  init(project: String) { self.project = project }

  /// Whether there is something to complete or to undo.
  var isUnsettled: Bool {
    preparing != nil || restoring != nil || isSessionFileStale || endings.contains { !$0.isDeferred }
  }
}

/// A masque that is worn.
struct Wearing: Codable, Sendable, Equatable {
  var session: SessionID
  var name: String
  var version: String
  var ring: String
  /// Whose it is; nil for one that was named by its path.
  var source: MasqueSource?
  /// The URI of its file.
  var file: String
  /// The SHA-256 of its bytes.
  var sha256: String
  /// When it began, to the millisecond.
  var donnedAt: Timestamp
  /// When it is over by itself; nil if it is not.
  var expiresAt: Timestamp?
  var intent: String?
  var hold: HoldRequest
  var held: Amount
  /// When the hold was placed or renewed, in seconds since 1970; nil where `hold` knows.
  var heldSince: Int64?
  /// When the hold is asked for again that may have been renewed, or was not, in seconds since 1970.
  var nextRenewal: Int64?
  /// Whether `hold` may not have been placed yet.
  var isRenewing: Bool?
  var agentSession: String?
  /// The process of that agent.
  var agentProcess: Int32?

  /// Its file.
  var path: FilePath? { filePath(ofURI: file) }

  /// Whether its lifetime is over.
  func isOver(at now: Timestamp) -> Bool { expiresAt.map { now >= $0 } ?? false }
}

/// A masque that was worn.
struct Previous: Codable, Sendable, Equatable {
  var name: String
  var source: MasqueSource?
  /// When it came off.
  var doffedAt: Timestamp
}

/// A don on its way.
struct Preparation: Codable, Sendable, Equatable {
  /// The money that may have been set aside.
  var hold: HoldRequest
  /// What may have been written into the agent's settings.
  var settings: SettingsWrite?
}

/// A wearing that is over.
struct Ending: Codable, Sendable, Equatable {
  var wearing: Wearing
  /// When it came off, to the millisecond that had begun.
  var at: Timestamp
  var end: SessionEnd
  var usage: Usage?
  var score: SessionScore?
  var price: Price
  var feeBasisPoints: Int
  var refusedIntents: Int
  /// Whether the ledger could not be reached, so that it is asked again later.
  var isDeferred = false
  /// What was paid.
  var receipt: SettlementReceipt?
}

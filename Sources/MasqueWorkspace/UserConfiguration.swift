public import MasqueModel

/// What `${MASQUES_HOME}/config.yaml` says: who wears masques on this machine, under which conditions, and where the
/// ledger, the telemetry and the analytics are. Each part has a default, so that nobody needs the file.
public struct UserConfiguration: Sendable, Hashable {
  /// Who wears masques.
  public struct Operator: Sendable, Hashable {
    /// The name that the ledger's account is made from; nil for the name of the system's user.
    public var name: String?
    /// The ring that the operator belongs to.
    public var ring = Ring.player
  }

  /// What happens to an intent that no pattern allows. A denied one is always refused.
  public enum IntentGate: String, Sendable, Hashable, CaseIterable {
    /// The masque is worn, with a warning.
    case warn
    /// The masque is not worn.
    case enforce
  }

  /// Who is paid for the masques of a folder.
  public struct LibraryOwner: Sendable, Hashable {
    /// The folder, absolute.
    public var folder: FilePath
    /// The owner's name.
    public var owner: String

    /// An owner; see the properties.
    public init(folder: FilePath, owner: String) {
      self.folder = folder
      self.owner = owner
    }
  }

  /// What wearing a masque costs.
  public struct Rates: Sendable, Hashable {
    /// What is set aside when a masque is put on; no session costs more.
    public var hold = Amount.zero
    /// For each wearing.
    public var perSession = Amount.zero
    /// For each minute begun.
    public var perMinute = Amount.zero
    /// For each use of a tool.
    public var perToolCall = Amount.zero
    /// For each thousand tokens, in and out; parts of a thousand count by their share.
    public var perThousandTokens = Amount.zero

    /// Everything is free.
    public init() {}
  }

  /// Where the money is kept.
  public struct Ledger: Sendable, Hashable {
    /// The engine.
    public enum Engine: String, Sendable, Hashable, CaseIterable {
      /// One file on this machine.
      case sqlite
      /// A TigerBeetle cluster.
      case tigerbeetle
    }

    /// What putting a masque on does while the ledger does not answer.
    public enum Policy: String, Sendable, Hashable, CaseIterable {
      /// The masque is not worn.
      case require
      /// The masque is worn; the hold is placed later.
      case `defer`
    }

    /// The operator's account.
    public enum Payment: String, Sendable, Hashable, CaseIterable {
      /// What is spent has been deposited before.
      case prepaid
      /// The account may be overdrawn.
      case postpaid
    }

    /// The engine.
    public var engine = Engine.sqlite
    /// What happens while it does not answer.
    public var policy = Policy.require
    /// The operator's account.
    public var payment = Payment.prepaid
    /// TigerBeetle's cluster.
    public var cluster: UInt128 = 0
    /// The addresses of TigerBeetle's replicas, `IP:port`.
    public var addresses: [String] = []
    /// TigerBeetle's client library; nil to look in the usual places.
    public var clientLibrary: FilePath?
    /// How long an answer is waited for, in milliseconds.
    public var deadline = 5_000
    /// How long money stays set aside at the most, in seconds.
    public var maximumHold: UInt32 = 31 * 86_400
  }

  /// The receiver of telemetry.
  public struct Telemetry: Sendable, Hashable {
    /// The port for OTLP over HTTP, on the loopback interface.
    public var port = 4318
    /// The port that says whether the receiver is well.
    public var healthPort = 13133
    /// The most bytes that one file of telemetry has.
    public var maximumFileSize = 256 << 20
    /// The most bytes that all of them have.
    public var maximumTotalSize = 4 << 30
    /// How old a file gets, in days.
    public var maximumAge = 30
  }

  /// The ClickHouse server that gets copies for analytics.
  public struct ClickHouse: Sendable, Hashable {
    /// Its HTTP interface: `http://localhost:8123`.
    public var url: String
    /// The database.
    public var database = "masques"
    /// The user.
    public var user = "default"
    /// The environment variable with the password; nil for none.
    public var passwordVariable: String?

    /// A server.
    public init(url: String) { self.url = url }
  }

  /// Who wears masques.
  public var `operator` = Operator()
  /// What happens to an intent that no pattern allows.
  public var intentGate = IntentGate.warn
  /// How long a guest masque without a lifetime of its own may be worn: an ISO 8601 duration.
  public var maximumGuestLifetime: String?
  /// Who is paid for the masques of a folder, the first that holds one counts.
  public var libraries: [LibraryOwner] = []
  /// Where the money is kept.
  public var ledger = Ledger()
  /// What wearing a masque costs where `masqueRates` says nothing.
  public var rates = Rates()
  /// What wearing some masques costs, by `MasqueName.key`.
  public var masqueRates: [String: Rates] = [:]
  /// The platform's share of what is paid, in hundredths of a percent: 0 to 10,000.
  public var feeBasisPoints = 0
  /// The receiver of telemetry.
  public var telemetry = Telemetry()
  /// The analytics server; nil for none.
  public var clickHouse: ClickHouse?

  /// What holds where there is no file.
  public init() {}

  /// The name of the file in `${MASQUES_HOME}`.
  public static let fileName = "config.yaml"

  /// What wearing a masque costs.
  ///
  /// - Parameter masque: its name.
  /// - Returns: its own rates, or the default.
  public func rates(of masque: String) -> Rates { masqueRates[MasqueName.key(of: masque)] ?? rates }
}

import MasqueWorkspace
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A ledger in a TigerBeetle cluster, by the official client library.
public final class TigerBeetleEngine: LedgerEngine {
  /// Which cluster, and how it is asked.
  public struct Options: Sendable, Hashable {
    /// The client library's file.
    public var library: String
    /// The cluster's number.
    public var cluster: UInt128 = 0
    /// The addresses of its replicas, `IP:port`.
    public var addresses: [String]
    /// How long an answer is waited for, in milliseconds. The library itself would wait for ever.
    public var deadline = 5_000

    /// Options; see the properties.
    public init(library: String, addresses: [String]) {
      self.library = library
      self.addresses = addresses
    }
  }

  private let options: Options
  private let library: ClientLibrary
  private let client: Mutex<TigerBeetleClient>
  /// How many events the cluster takes at once, as far as is known: it is found out when it refuses more.
  private let batch = Mutex(8_189)

  public var maximumBatch: Int { batch.withLock { $0 } }

  /// Connects to a cluster, or begins to: that none answers shows when something is asked.
  ///
  /// - Parameter options: which, and how.
  /// - Throws: why there can be no client: no library, no io_uring, addresses that are none.
  public init(_ options: Options) throws(EngineError) {
    var options = options
    options.addresses = options.addresses.map(wholeAddress)
    self.options = options
    guard !options.addresses.isEmpty else {
      throw .failed("`ledger.addresses` is empty: name the replicas of the TigerBeetle cluster, IP:port each")
    }
    for address in options.addresses where !isAddress(address) {
      throw .failed(
        "`\(address)`: TigerBeetle takes the addresses of its replicas as IP:port, and no names; mend `ledger.addresses`"
      )
    }
    library = try ClientLibrary(path: options.library)
    client = Mutex(try TigerBeetleClient(library, cluster: options.cluster, addresses: options.addresses))
  }

  /// The engine of a configuration; one for the whole process, as the library wants it.
  static func shared(_ configuration: UserConfiguration.Ledger) throws(EngineError) -> TigerBeetleEngine {
    let path = ClientLibrary.find(
      configuration.clientLibrary?.description, environment: { getenv($0).map { String(cString: $0) } })
    var options = Options(library: path, addresses: configuration.addresses)
    options.cluster = configuration.cluster
    options.deadline = configuration.deadline
    if let known = sharedEngines.withLock({ $0[options] }) { return known }
    let engine = try TigerBeetleEngine(options)
    return sharedEngines.withLock { engines in
      if let known = engines[options] { return known }
      engines[options] = engine
      return engine
    }
  }

  // MARK: Requests

  public func createAccounts(_ accounts: [Account]) throws(EngineError) -> [CreateAccountResult] {
    try send(.createAccounts, accounts) { $0.flags.contains(.linked) }
  }

  public func createTransfers(_ transfers: [Transfer]) throws(EngineError) -> [CreateTransferResult] {
    try send(.createTransfers, transfers) { $0.flags.contains(.linked) }
  }

  public func accounts(_ ids: [UInt128]) throws(EngineError) -> [Account] {
    try send(.lookupAccounts, ids) { _ in false }
  }

  public func transfers(_ ids: [UInt128]) throws(EngineError) -> [Transfer] {
    try send(.lookupTransfers, ids) { _ in false }
  }

  public func transfers(of filter: AccountFilter) throws(EngineError) -> [Transfer] {
    guard filter.isValid else { return [] }
    return try ask(.getAccountTransfers, bytes(of: filter))
  }

  public func balances(of filter: AccountFilter) throws(EngineError) -> [AccountBalance] {
    guard filter.isValid else { return [] }
    return try ask(.getAccountBalances, bytes(of: filter))
  }

  public func queryAccounts(_ filter: QueryFilter) throws(EngineError) -> [Account] {
    guard filter.isValid else { return [] }
    return try ask(.queryAccounts, bytes(of: filter))
  }

  public func queryTransfers(_ filter: QueryFilter) throws(EngineError) -> [Transfer] {
    guard filter.isValid else { return [] }
    return try ask(.queryTransfers, bytes(of: filter))
  }

  // MARK: Messages

  /// Sends events, in as many requests as the cluster needs; a chain stays in one.
  private func send<Event: BitwiseCopyable, Result: BitwiseCopyable>(
    _ operation: TigerBeetleClient.Operation, _ events: [Event], isLinked: (Event) -> Bool
  ) throws(EngineError) -> [Result] {
    var results: [Result] = []
    var start = 0
    while start < events.count {
      var end = min(start + maximumBatch, events.count)
      if end < events.count { while end > start, isLinked(events[end - 1]) { end -= 1 } }
      guard end > start else {
        throw .failed("a chain is longer than what the cluster takes at once (\(maximumBatch))")
      }
      let part = events[start..<end].withUnsafeBytes { Array($0) }
      do throws(RequestError) {
        results += try request(operation, part) as [Result]
        start = end
      } catch {
        switch error {
        case .engine(let error): throw error
        case .tooMuchData:
          // 253 is what a cluster in development takes.
          let count = end - start
          guard count > 1 else { throw .failed("the cluster takes no message of \(part.count) bytes") }
          batch.withLock { $0 = min($0, count > 253 ? 253 : count / 2) }
        }
      }
    }
    return results
  }

  private func ask<Result: BitwiseCopyable>(
    _ operation: TigerBeetleClient.Operation, _ data: [UInt8]
  ) throws(EngineError) -> [Result] {
    do throws(RequestError) {
      return try request(operation, data)
    } catch {
      switch error {
      case .engine(let error): throw error
      case .tooMuchData: throw .failed("the cluster takes no message of \(data.count) bytes")
      }
    }
  }

  private enum RequestError: Error {
    case tooMuchData
    case engine(EngineError)
  }

  private func request<Result: BitwiseCopyable>(
    _ operation: TigerBeetleClient.Operation, _ data: [UInt8]
  ) throws(RequestError) -> [Result] {
    let end = Deadline.end(ofRequest: options.deadline)
    while true {
      let left = Deadline.left(until: end)
      let client = client.withLock { $0 }
      switch client.ask(operation, data, within: left) {
      case .reply(let bytes)?: return values(of: bytes)
      case .refused(.tooMuchData)?: throw .tooMuchData
      case .refused(.clientEvicted)?, .refused(.shutdown)?:
        // Too many clients, or a cluster that was restored: a new session, and the same request again, which changes nothing
        // if it was done.
        guard left > 0 else { throw .engine(.unavailable(silence)) }
        do throws(EngineError) {
          try reconnect(client)
        } catch {
          throw .engine(error)
        }
      case .refused(.releaseTooLow)?:
        throw .engine(.failed(mismatch("older than the cluster allows: install a newer one")))
      case .refused(.releaseTooHigh)?:
        throw .engine(.failed(mismatch("newer than the cluster: install the cluster's own")))
      case .refused(.invalidOperation)?:
        throw .engine(
          .failed(
            "TigerBeetle's client library (\(library.path)) is older than 0.17: install one that is newer, and not newer "
              + "than the cluster"))
      case .refused(let status)?: throw .engine(.failed("TigerBeetle's client refuses a request (\(status))"))
      case nil: throw .engine(.unavailable(silence))
      }
    }
  }

  private func reconnect(_ old: TigerBeetleClient) throws(EngineError) {
    let fresh = try TigerBeetleClient(library, cluster: options.cluster, addresses: options.addresses)
    let unused = client.withLock { current -> TigerBeetleClient in
      guard current === old else { return fresh }
      current = fresh
      return old
    }
    unused.close()
  }

  private var silence: String {
    let list = options.addresses.joined(separator: ", ")
    let said = TigerBeetleClient.lastWords.last.map { " (the client says: \($0))" } ?? ""
    return "TigerBeetle at \(list) has not answered within \(options.deadline) ms\(said): start it, or mend "
      + "`ledger.addresses`; what was asked may still be done, and asking again does nothing twice"
  }

  private func mismatch(_ relation: String) -> String {
    let line = TigerBeetleClient.lastWords.last { $0.contains("evicted") } ?? ""
    func release(_ name: String) -> String? {
      guard let range = line.firstRange(of: "\(name)=") else { return nil }
      let version = line[range.upperBound...].prefix { $0.isNumber || $0 == "." }
      return version.isEmpty ? nil : String(version)
    }
    let client = release("client_release").map { " \($0)" } ?? ""
    let cluster = release("cluster_release").map { "; the cluster has release \($0)" } ?? ""
    return "TigerBeetle's client library\(client) (\(library.path)) is \(relation)\(cluster)"
  }

  // MARK: Layouts

  /// 128 bytes: account, user data, code, 58 bytes of nothing, time, limit, flags.
  private func bytes(of filter: AccountFilter) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 128)
    bytes.withUnsafeMutableBytes { place in
      place.storeBytes(of: filter.accountID, toByteOffset: 0, as: UInt128.self)
      place.storeBytes(of: filter.userData128, toByteOffset: 16, as: UInt128.self)
      place.storeBytes(of: filter.userData64, toByteOffset: 32, as: UInt64.self)
      place.storeBytes(of: filter.userData32, toByteOffset: 40, as: UInt32.self)
      place.storeBytes(of: filter.code, toByteOffset: 44, as: UInt16.self)
      place.storeBytes(of: filter.timestampMin, toByteOffset: 104, as: UInt64.self)
      place.storeBytes(of: filter.timestampMax, toByteOffset: 112, as: UInt64.self)
      place.storeBytes(of: min(filter.limit, 8_189), toByteOffset: 120, as: UInt32.self)
      let flags: UInt32 = (filter.debits ? 1 : 0) | (filter.credits ? 2 : 0) | (filter.reversed ? 4 : 0)
      place.storeBytes(of: flags, toByteOffset: 124, as: UInt32.self)
    }
    return bytes
  }

  /// 64 bytes: user data, ledger, code, 6 bytes of nothing, time, limit, flags.
  private func bytes(of filter: QueryFilter) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 64)
    bytes.withUnsafeMutableBytes { place in
      place.storeBytes(of: filter.userData128, toByteOffset: 0, as: UInt128.self)
      place.storeBytes(of: filter.userData64, toByteOffset: 16, as: UInt64.self)
      place.storeBytes(of: filter.userData32, toByteOffset: 24, as: UInt32.self)
      place.storeBytes(of: filter.ledger, toByteOffset: 28, as: UInt32.self)
      place.storeBytes(of: filter.code, toByteOffset: 32, as: UInt16.self)
      place.storeBytes(of: filter.timestampMin, toByteOffset: 40, as: UInt64.self)
      place.storeBytes(of: filter.timestampMax, toByteOffset: 48, as: UInt64.self)
      place.storeBytes(of: min(filter.limit, 8_189), toByteOffset: 56, as: UInt32.self)
      place.storeBytes(of: filter.reversed ? 1 : 0, toByteOffset: 60, as: UInt32.self)
    }
    return bytes
  }

  /// The values that a reply is made of.
  private func values<Value: BitwiseCopyable>(of bytes: [UInt8]) -> [Value] {
    let stride = MemoryLayout<Value>.stride
    return bytes.withUnsafeBytes { place in
      (0..<(place.count / stride)).map { place.loadUnaligned(fromByteOffset: $0 * stride, as: Value.self) }
    }
  }
}

private let sharedEngines = Mutex<[TigerBeetleEngine.Options: TigerBeetleEngine]>([:])

/// An address with what may be left out of it, as TigerBeetle completes it: this machine, and the port 3001.
func wholeAddress(_ text: String) -> String {
  if UInt16(text) != nil { return "127.0.0.1:\(text)" }
  return isAddress("\(text):3001") ? "\(text):3001" : text
}

/// Whether this is `IP:port` or `[IPv6]:port`.
func isAddress(_ text: String) -> Bool {
  guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
    return false
  }
  let host = text[..<colon]
  var room = in6_addr()
  if host.hasPrefix("["), host.hasSuffix("]") {
    return inet_pton(AF_INET6, String(host.dropFirst().dropLast()), &room) == 1
  }
  return inet_pton(AF_INET, String(host), &room) == 1
}

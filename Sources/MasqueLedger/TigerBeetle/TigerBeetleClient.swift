import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A client of a cluster. The library has one thread of its own that does all the talking and calls back; here anybody may
/// ask, and waits no longer than the deadline. What is asked at the same time travels in one message.
final class TigerBeetleClient: Sendable {
  /// What can be asked.
  enum Operation: UInt8 {
    case lookupAccounts = 140
    case lookupTransfers = 141
    case getAccountTransfers = 142
    case getAccountBalances = 143
    case queryAccounts = 144
    case queryTransfers = 145
    case createAccounts = 146
    case createTransfers = 147
  }

  /// How a packet ended.
  enum PacketStatus: UInt8 {
    case ok = 0
    case tooMuchData = 1
    case clientEvicted = 2
    case releaseTooLow = 3
    case releaseTooHigh = 4
    case shutdown = 5
    case invalidOperation = 6
    case invalidDataSize = 7
  }

  /// What came of a packet.
  enum Outcome: Sendable {
    case reply([UInt8])
    case refused(PacketStatus)
  }

  private let library: ClientLibrary
  /// The library's handle: 32 bytes that never move. An address, since the pointer itself can't be shared.
  private let handle: UInt
  private let isClosed = Mutex(false)

  /// Connects, or begins to: the library tries for ever, whether there is a server or not.
  ///
  /// - Parameters:
  ///   - library: the library.
  ///   - cluster: the cluster's number.
  ///   - addresses: of the replicas, `IP:port`.
  /// - Throws: why there can be no client.
  init(_ library: ClientLibrary, cluster: UInt128, addresses: [String]) throws(EngineError) {
    if let missing = missingRequirement() { throw .failed(missing) }
    self.library = library
    let place = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)
    place.initializeMemory(as: UInt8.self, repeating: 0, count: 64)
    handle = UInt(bitPattern: place)
    // Kept for messages: the library tells the reason of an eviction, with both releases, only here.
    _ = library.registerLog?(keepLog, false)
    let list = addresses.joined(separator: ",")
    let status = withUnsafeBytes(of: cluster.littleEndian) { number in
      list.withCString { text in
        number.baseAddress.map { library.initialize(place, $0, text, UInt32(list.utf8.count), 0, complete) } ?? 1
      }
    }
    guard status == 0 else {
      place.deallocate()
      throw .failed(Self.words(status, list))
    }
  }

  deinit { close() }

  /// Ends the client; what was asked and not answered ends with `shutdown`.
  func close() {
    let wasClosed = isClosed.withLock { isClosed in
      defer { isClosed = true }
      return isClosed
    }
    guard !wasClosed, let place = UnsafeMutableRawPointer(bitPattern: handle) else { return }
    _ = library.deinitialize(place)
    // The handle stays: a call that came at the same moment may look at it, and it says that it is closed.
  }

  private static func words(_ status: Int32, _ addresses: String) -> String {
    switch status {
    case 2: "TigerBeetle's client has not enough memory"
    case 3:
      "`\(addresses)`: TigerBeetle takes the addresses of its replicas as IP:port, and no names; mend `ledger.addresses`"
    case 4: "`ledger.addresses` has more replicas than TigerBeetle has (6)"
    case 5: "TigerBeetle's client can't have what it needs of this system (memory that may be locked, or files)"
    case 6: "TigerBeetle's client has no network"
    default: "TigerBeetle's client can't be started (\(status))"
    }
  }

  // MARK: Asking

  /// Asks, without waiting.
  ///
  /// - Parameters:
  ///   - operation: what.
  ///   - data: the events, as the library takes them.
  ///   - completion: told what came of it, once, on the library's thread: it must not ask or wait there. If it is never
  ///     told, the request waits in the library.
  /// - Returns: whether the client takes requests still.
  func submit(_ operation: Operation, _ data: [UInt8], _ completion: @escaping @Sendable (Outcome) -> Void) -> Bool {
    guard let place = UnsafeMutableRawPointer(bitPattern: handle) else { return false }
    let packet = Packet(operation, data, completion)
    // Taken back by the callback, or here if there will be none.
    let reference = Unmanaged.passRetained(packet)
    packet.memory.storeBytes(of: UInt(bitPattern: reference.toOpaque()), as: UInt.self)
    guard library.submit(place, packet.memory) == 0 else {
      reference.release()
      return false
    }
    return true
  }

  /// Asks and waits.
  ///
  /// - Parameters:
  ///   - operation: what.
  ///   - data: the events.
  ///   - milliseconds: how long.
  /// - Returns: what came of it; nil if nothing has come in time, so that it is not known whether it was or will be done.
  func ask(_ operation: Operation, _ data: [UInt8], within milliseconds: Int) -> Outcome? {
    let answer = Answer()
    guard submit(operation, data, { answer.give($0) }) else { return .refused(.shutdown) }
    return answer.wait(milliseconds)
  }

  /// Asks and waits, without keeping a thread. A task that is cancelled gives up at once; the request may still be done.
  ///
  /// - Parameters:
  ///   - operation: what.
  ///   - data: the events.
  ///   - milliseconds: how long.
  /// - Returns: what came of it; nil if nothing has come in time.
  func ask(_ operation: Operation, _ data: [UInt8], within milliseconds: Int) async -> Outcome? {
    let waiting = Waiting()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        waiting.begin(continuation)
        if !submit(operation, data, { waiting.end($0) }) { waiting.end(.refused(.shutdown)) }
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { waiting.end(nil) }
      }
    } onCancel: {
      waiting.end(nil)
    }
  }

  /// What the library has said last, newest last.
  static var lastWords: [String] { logLines.withLock { $0 } }
}

/// A request in the library's hands: 88 bytes that never move, and the events.
private final class Packet: Sendable {
  private let address: UInt
  private let data: UInt
  let completion: @Sendable (TigerBeetleClient.Outcome) -> Void

  var memory: UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(bitPattern: address) ?? .allocate(byteCount: 88, alignment: 8)
  }

  init(
    _ operation: TigerBeetleClient.Operation, _ events: [UInt8],
    _ completion: @escaping @Sendable (TigerBeetleClient.Outcome) -> Void
  ) {
    self.completion = completion
    let packet = UnsafeMutableRawPointer.allocate(byteCount: 88, alignment: 16)
    packet.initializeMemory(as: UInt8.self, repeating: 0, count: 88)
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(events.count, 16), alignment: 16)
    bytes.copyBytes(from: events)
    address = UInt(bitPattern: packet)
    data = UInt(bitPattern: bytes.baseAddress)
    packet.storeBytes(of: data, toByteOffset: 8, as: UInt.self)
    packet.storeBytes(of: UInt32(events.count), toByteOffset: 16, as: UInt32.self)
    packet.storeBytes(of: operation.rawValue, toByteOffset: 22, as: UInt8.self)
  }

  deinit {
    UnsafeMutableRawPointer(bitPattern: address)?.deallocate()
    UnsafeMutableRawPointer(bitPattern: data)?.deallocate()
  }
}

/// The library's callback. It copies and returns.
private let complete: ClientLibrary.Completion = { _, memory, _, result, size in
  guard let memory, let reference = UnsafeRawPointer(bitPattern: memory.load(as: UInt.self)) else { return }
  let packet = Unmanaged<Packet>.fromOpaque(reference).takeRetainedValue()
  let status = memory.load(fromByteOffset: 23, as: UInt8.self)
  if status == 0 {
    let bytes = result.map { Array(UnsafeRawBufferPointer(start: $0, count: Int(size))) } ?? []
    packet.completion(.reply(bytes))
  } else {
    packet.completion(.refused(TigerBeetleClient.PacketStatus(rawValue: status) ?? .invalidOperation))
  }
}

private let logLines = Mutex<[String]>([])

private let keepLog: ClientLibrary.Log = { level, text, length in
  // Errors and warnings.
  guard level <= 1, let text else { return }
  let line = String(decoding: UnsafeBufferPointer(start: text, count: Int(length)), as: UTF8.self)
  logLines.withLock { lines in
    lines.append(line)
    if lines.count > 16 { lines.removeFirst() }
  }
}

/// What a thread waits for.
private final class Answer: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)
  private let outcome = Mutex<TigerBeetleClient.Outcome?>(nil)

  func give(_ value: TigerBeetleClient.Outcome) {
    outcome.withLock { $0 = value }
    semaphore.signal()
  }

  func wait(_ milliseconds: Int) -> TigerBeetleClient.Outcome? {
    _ = semaphore.wait(timeout: .now() + .milliseconds(milliseconds))
    return outcome.withLock { $0 }
  }
}

/// What a task waits for; the first end counts.
private final class Waiting: Sendable {
  private enum State {
    case fresh
    case waiting(CheckedContinuation<TigerBeetleClient.Outcome?, Never>)
    case over
  }
  private let state = Mutex(State.fresh)

  func begin(_ continuation: CheckedContinuation<TigerBeetleClient.Outcome?, Never>) {
    let isOver = state.withLock { state in
      if case .over = state { return true }
      state = .waiting(continuation)
      return false
    }
    if isOver { continuation.resume(returning: nil) }
  }

  func end(_ outcome: TigerBeetleClient.Outcome?) {
    let continuation = state.withLock { state -> CheckedContinuation<TigerBeetleClient.Outcome?, Never>? in
      defer { state = .over }
      if case .waiting(let continuation) = state { return continuation }
      return nil
    }
    continuation?.resume(returning: outcome)
  }
}

public import MasqueModel
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The receiver of OTLP over HTTP, and the port that tells how it is. It listens on the loopback interface alone:
/// telemetry is nobody's business but this machine's.
public final class Receiver: Sendable {
  /// What there is to choose.
  public struct Settings: Sendable, Hashable {
    /// The port for telemetry; 0 for any.
    public var port: Int
    /// The port for health; 0 for any.
    public var healthPort: Int
    /// The most connections at once.
    public var maximumConnections = 512
    /// The most bytes of a request, compressed or not.
    public var maximumBody = 64 << 20
    var patience = Patience()

    /// Settings; see the properties.
    public init(port: Int, healthPort: Int) {
      self.port = port
      self.healthPort = healthPort
    }
  }

  private let settings: Settings
  private let store: TelemetryStore
  private let intake: Intake
  private let group: MultiThreadedEventLoopGroup
  private let pool: NIOThreadPool
  private let started: Timestamp
  private let now: @Sendable () -> Timestamp
  private let open = Mutex<[ObjectIdentifier: any Channel]>([:])
  private let listeners = Mutex<[any Channel]>([])

  /// A receiver that does not listen yet.
  ///
  /// - Parameters:
  ///   - store: where telemetry goes.
  ///   - settings: what there is to choose.
  ///   - now: the time.
  public init(_ store: TelemetryStore, _ settings: Settings, now: @escaping @Sendable () -> Timestamp) {
    self.store = store
    self.settings = settings
    intake = Intake(store, maximumBody: settings.maximumBody)
    let threads = min(System.coreCount, 2)
    group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
    pool = NIOThreadPool(numberOfThreads: min(System.coreCount, 8))
    self.now = now
    started = now()
  }

  /// Begins to listen.
  ///
  /// - Returns: the ports.
  /// - Throws: which port can't be had, and why.
  public func listen() throws(StoreError) -> (port: Int, healthPort: Int) {
    pool.start()
    let (intake, pool, patience) = (intake, pool, settings.patience)
    let port = try bind(settings.port, limit: settings.maximumConnections) {
      Connection(intake, pool, patience)
    }
    let healthPort = try bind(settings.healthPort, limit: 64) { HealthConnection { self.health } }
    return (port, healthPort)
  }

  /// Takes no more connections, answers what is under way, and writes down what was taken.
  public func stop() {
    for listener in listeners.withLock({ $0 }) { try? listener.close().wait() }
    for channel in open.withLock({ Array($0.values) }) { channel.pipeline.fireUserInboundEventTriggered(Closing()) }
    // A request that is under way has as long as a system gives a service that it stops, and then some.
    for _ in 0..<100 where open.withLock({ !$0.isEmpty }) { usleep(50_000) }
    for channel in open.withLock({ Array($0.values) }) { channel.close(promise: nil) }
    store.close()
    try? pool.syncShutdownGracefully()
    try? group.syncShutdownGracefully()
  }

  /// How it is.
  var health: HealthReport {
    let figures = intake.figures
    var report = HealthReport(
      version: projectVersion, process: getpid(), since: started.text, uptime: now().seconds - started.seconds)
    report.problem = store.currentProblem
    report.requests = figures.requests.load(ordering: .relaxed)
    report.refused = figures.refused.load(ordering: .relaxed)
    report.postponed = figures.postponed.load(ordering: .relaxed)
    report.logRecords = figures.logRecords.load(ordering: .relaxed)
    report.dataPoints = figures.dataPoints.load(ordering: .relaxed)
    report.spans = figures.spans.load(ordering: .relaxed)
    report.bytesWritten = figures.bytes.load(ordering: .relaxed)
    report.bytesWaiting = store.waitingBytes
    report.connections = open.withLock { $0.count }
    return report
  }

  /// How many connections there are to one port.
  private final class Count: Sendable {
    let value = Atomic(0)
  }

  private func bind(
    _ port: Int, limit: Int, _ handler: @escaping @Sendable () -> some ChannelInboundHandler
  ) throws(StoreError) -> Int {
    let count = Count()
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.maxMessagesPerRead, value: 4)
      .childChannelOption(
        .recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 2_048, initial: 65_536, maximum: 262_144)
      )
      .childChannelInitializer { channel in
        guard self.register(channel, count, limit: limit) else { return channel.close() }
        return channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: true, withErrorHandling: true)
          try pipeline.addHandler(handler())
        }
      }
    do {
      let channel = try bootstrap.bind(host: "127.0.0.1", port: port).wait()
      listeners.withLock { $0.append(channel) }
      return channel.localAddress?.port ?? port
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw StoreError("port \(port) is in use: another program listens there, or another receiver")
    } catch {
      throw StoreError("port \(port) can't be listened on: \(error)")
    }
  }

  /// Keeps a connection in mind until it is closed.
  ///
  /// - Returns: whether there is room for it.
  private func register(_ channel: any Channel, _ count: Count, limit: Int) -> Bool {
    guard count.value.add(1, ordering: .relaxed).newValue <= limit else {
      count.value.subtract(1, ordering: .relaxed)
      return false
    }
    let key = ObjectIdentifier(channel)
    open.withLock { $0[key] = channel }
    channel.closeFuture.whenComplete { _ in
      self.open.withLock { $0[key] = nil }
      count.value.subtract(1, ordering: .relaxed)
    }
    return true
  }
}

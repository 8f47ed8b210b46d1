import Foundation
import Synchronization
import Testing

@testable import MasqueLedger

/// A library with the exports of TigerBeetle's client that answers as its port says, built when the tests run.
private let fakeSource = #"""
  #include <pthread.h>
  #include <stdint.h>
  #include <stdbool.h>
  #include <stdio.h>
  #include <stdlib.h>
  #include <string.h>
  #include <unistd.h>

  typedef struct {
    void *user_data; void *data; uint32_t size; uint16_t tag; uint8_t operation; uint8_t status; uint8_t opaque[64];
  } packet_t;
  typedef void (*completion_t)(uintptr_t, packet_t *, uint64_t, const uint8_t *, uint32_t);
  typedef struct { uint64_t port; uint64_t context; completion_t complete; uint64_t open; } client_t;
  typedef struct { client_t client; packet_t *packet; } job_t;
  static void (*log_line)(int, const uint8_t *, uint32_t);
  static int initialized;

  int fake_initialized(void) { return initialized; }

  int tb_client_register_log_callback(void (*callback)(int, const uint8_t *, uint32_t), bool debug) {
    log_line = callback;
    return 0;
  }

  int tb_client_init(client_t *client, const uint8_t *cluster, const char *addresses, uint32_t length,
                     uintptr_t context, completion_t complete) {
    char text[64] = {0};
    memcpy(text, addresses, length < 63 ? length : 63);
    client->port = strtoul(strrchr(text, ':') + 1, NULL, 10);
    client->context = context;
    client->complete = complete;
    client->open = 1;
    initialized++;
    return client->port == 99 ? 5 : 0;
  }

  static void *answer(void *argument) {
    job_t *job = argument;
    packet_t *packet = job->packet;
    uint64_t port = job->client.port;
    if (port == 2) usleep(400000);
    packet->status = 0;
    if (port == 3 && initialized % 2 == 1) packet->status = 2;
    if (port == 4 || port == 5) {
      const char *line = "123: session evicted: reason=client_release (cluster_release=0.18.2, client_release=0.17.9)";
      if (log_line) log_line(0, (const uint8_t *)line, strlen(line));
      packet->status = port == 4 ? 3 : 4;
    }
    if (port == 6) packet->status = 6;
    if (port == 9) packet->status = 7;
    if (port == 7 && packet->size > 253 * 128) packet->status = 1;
    if (packet->status) {
      job->client.complete(job->client.context, packet, 0, NULL, 0);
    } else if (packet->operation == 147) {
      uint32_t count = packet->size / 128;
      uint8_t *results = calloc(count ? count : 1, 16);
      for (uint32_t index = 0; index < count; index++) {
        uint64_t timestamp = index + 1;
        memcpy(results + index * 16, &timestamp, 8);
        memset(results + index * 16 + 8, 0xFF, 4);
      }
      job->client.complete(job->client.context, packet, 1, results, count * 16);
      free(results);
    } else {
      // What was asked comes back, as far as it is whole.
      job->client.complete(job->client.context, packet, 1, packet->data, packet->size / 128 * 128);
    }
    free(job);
    return NULL;
  }

  int tb_client_submit(client_t *client, packet_t *packet) {
    if (!client->open) return 1;
    if (client->port == 1) return 0;
    job_t *job = malloc(sizeof *job);
    job->client = *client;
    job->packet = packet;
    pthread_t thread;
    pthread_create(&thread, NULL, answer, job);
    pthread_detach(thread);
    return 0;
  }

  int tb_client_deinit(client_t *client) { client->open = 0; return 0; }
  """#

/// The fake, or why there is none.
private let fake: Result<(folder: TemporaryFolder, path: String), any Error> = Result {
  let folder = try TemporaryFolder()
  let source = folder.path + "/fake.c"
  let library = folder.path + "/libtb_client.so"
  try fakeSource.write(toFile: source, atomically: false, encoding: .utf8)
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = ["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-lpthread"]
  try process.run()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else { throw ScriptError(description: "cc could not build the fake") }
  return (folder, library)
}

private let hasCompiler = FileManager.default.isExecutableFile(atPath: "/usr/bin/cc")

private func engine(port: Int, deadline: Int = 5_000) throws -> TigerBeetleEngine {
  var options = TigerBeetleEngine.Options(library: try fake.get().path, addresses: ["127.0.0.1:\(port)"])
  options.deadline = deadline
  return try TigerBeetleEngine(options)
}

private func transfers(_ count: Int) -> [Transfer] {
  (1...count).map { Transfer(id: UInt128($0), debit: 1, credit: 2, amount: 1, ledger: 1, code: 1) }
}

private func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    return "\(error)"
  }
}

@Suite("TigerBeetle's client", .enabled(if: hasCompiler, "there is no C compiler"))
struct ClientTests {
  @Test("Values have the client's layouts")
  func layouts() {
    #expect(MemoryLayout<Account>.stride == 128 && MemoryLayout<Account>.alignment == 16)
    #expect(MemoryLayout<Transfer>.stride == 128 && MemoryLayout<Transfer>.alignment == 16)
    #expect(MemoryLayout<AccountBalance>.stride == 128)
    #expect(MemoryLayout<CreateTransferResult>.stride == 16 && MemoryLayout<CreateAccountResult>.stride == 16)
    let places: [(PartialKeyPath<Account>, Int)] = [
      (\.debitsPending, 16), (\.debitsPosted, 32), (\.creditsPending, 48), (\.creditsPosted, 64), (\.userData128, 80),
      (\.userData64, 96), (\.userData32, 104), (\.ledger, 112), (\.code, 116), (\.flags, 118), (\.timestamp, 120),
    ]
    for (path, offset) in places { #expect(MemoryLayout<Account>.offset(of: path) == offset) }
    let more: [(PartialKeyPath<Transfer>, Int)] = [
      (\.debitAccountID, 16), (\.creditAccountID, 32), (\.amount, 48), (\.pendingID, 64), (\.userData128, 80),
      (\.userData64, 96), (\.userData32, 104), (\.timeout, 108), (\.ledger, 112), (\.code, 116), (\.flags, 118),
      (\.timestamp, 120),
    ]
    for (path, offset) in more { #expect(MemoryLayout<Transfer>.offset(of: path) == offset) }
    #expect(MemoryLayout<AccountBalance>.offset(of: \.timestamp) == 64)
  }

  @Test("Answers come back, many at once")
  func answers() async throws {
    let engine = try engine(port: 8)
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<64 {
        group.addTask { try engine.createTransfers(transfers(100)).count { $0.status == .created } }
      }
      for try await count in group { #expect(count == 100) }
    }
  }

  @Test("Nobody answers: an error within the deadline")
  func silence() throws {
    let engine = try engine(port: 1, deadline: 150)
    let start = ContinuousClock.now
    let text = message { _ = try engine.accounts([1]) }
    #expect(text.contains("127.0.0.1:1 has not answered within 150 ms"), "\(text)")
    #expect(ContinuousClock.now - start < .seconds(2))
  }

  @Test("An answer that comes too late does no harm")
  func late() throws {
    let engine = try engine(port: 2, deadline: 50)
    for _ in 0..<5 { #expect(message { _ = try engine.accounts([1]) }.contains("has not answered")) }
    usleep(600_000)
    let patient = try MasqueLedgerTests.engine(port: 2, deadline: 5_000)
    #expect(try patient.createTransfers(transfers(3)).count == 3)
  }

  @Test("Tasks wait without a thread, and give up when they are cancelled")
  func tasks() async throws {
    let library = try ClientLibrary(path: fake.get().path)
    let silent = try TigerBeetleClient(library, cluster: 0, addresses: ["127.0.0.1:1"])
    let task = Task { await silent.ask(.lookupAccounts, [], within: 60_000) == nil }
    task.cancel()
    #expect(await task.value)
    #expect(await silent.ask(.lookupAccounts, [], within: 50) == nil)
    let answering = try TigerBeetleClient(library, cluster: 0, addresses: ["127.0.0.1:8"])
    let replies = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<200 {
        group.addTask {
          if case .reply? = await answering.ask(.lookupAccounts, [UInt8](repeating: 7, count: 128), within: 10_000) {
            return true
          }
          return false
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(replies == 200)
    answering.close()
    guard case .refused(.shutdown)? = await answering.ask(.lookupAccounts, [], within: 1_000) else {
      Issue.record("a closed client takes requests")
      return
    }
  }

  @Test("A client that was evicted is replaced, and the request sent again")
  func eviction() throws {
    let engine = try engine(port: 3)
    for _ in 0..<3 { #expect(try engine.createTransfers(transfers(2)).map(\.status) == [.created, .created]) }
  }

  @Test("Releases that do not fit are named, both of them", arguments: [(4, "older than"), (5, "newer than")])
  func releases(_ port: Int, _ word: String) throws {
    let engine = try engine(port: port)
    let text = message { _ = try engine.accounts([1]) }
    #expect(text.contains(word) && text.contains("0.17.9") && text.contains("0.18.2"), "\(text)")
  }

  @Test("A refused request is an error, not a wait")
  func refusal() throws {
    let older = try engine(port: 6)
    #expect(message { _ = try older.accounts([1]) }.contains("older than 0.17"))
    let refusing = try engine(port: 9)
    #expect(message { _ = try refusing.accounts([1]) }.contains("refuses a request"))
  }

  @Test("How many events a cluster takes is found out, and chains stay whole")
  func batches() throws {
    let small = try engine(port: 7)
    #expect(try small.createTransfers(transfers(1_000)).count == 1_000)
    #expect(small.maximumBatch == 253)
    var chain = transfers(600)
    for index in 200..<400 { chain[index].flags.insert(.linked) }
    #expect(try small.createTransfers(chain).count == 600)
    for index in 0..<599 { chain[index].flags.insert(.linked) }
    #expect(message { _ = try small.createTransfers(chain) }.contains("chain"))
  }

  @Test(
    "Addresses that are none are refused before anything is started",
    arguments: [
      "localhost:3000", "127.0.0", "::1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:70000", "1.2.3:4", "", "a,b",
    ])
  func addresses(_ address: String) throws {
    let options = TigerBeetleEngine.Options(library: try fake.get().path, addresses: [address])
    #expect(message { _ = try TigerBeetleEngine(options) }.contains("ledger.addresses"))
  }

  @Test("A port alone is one of this machine, an address alone has TigerBeetle's port")
  func wholeAddresses() throws {
    for (text, whole) in [
      ("3000", "127.0.0.1:3000"), ("10.0.0.1", "10.0.0.1:3001"), ("[::1]", "[::1]:3001"), ("10.0.0.1:1", "10.0.0.1:1"),
      ("::1", "::1"), ("host", "host"), ("99999", "99999"),
    ] { #expect(wholeAddress(text) == whole) }
    let engine = try TigerBeetleEngine(TigerBeetleEngine.Options(library: fake.get().path, addresses: ["8"]))
    #expect(try engine.createTransfers(transfers(2)).count == 2)
    let zero = TigerBeetleEngine.Options(library: try fake.get().path, addresses: ["0"])
    #expect(message { _ = try TigerBeetleEngine(zero) }.contains("ledger.addresses"))
  }

  @Test("IPv6 is an address")
  func ipv6() { #expect(isAddress("[::1]:3000") && isAddress("10.0.0.1:3001") && !isAddress("::1:3000")) }

  @Test("A library that is missing, or is none, is named")
  func noLibrary() throws {
    for path in ["/nowhere/libtb_client.so", "/etc/hostname"] {
      let options = TigerBeetleEngine.Options(library: path, addresses: ["127.0.0.1:3000"])
      let text = message { _ = try TigerBeetleEngine(options) }
      #expect(text.contains("can't be loaded") && text.contains("ledger.client_library"), "\(text)")
    }
    let other = TigerBeetleEngine.Options(library: "libm.so.6", addresses: ["127.0.0.1:3000"])
    #expect(message { _ = try TigerBeetleEngine(other) }.contains("no client library of TigerBeetle"))
  }

  @Test("A client that can't start says why")
  func noResources() throws {
    #expect(message { _ = try engine(port: 99) }.contains("can't have what it needs"))
  }

  @Test("What the machine lacks is named before the client is started")
  func probes() {
    func probes(_ flags: Set<String>, _ code: Int32) -> Probes {
      Probes(neededFlags: ["avx2", "aes"], processorFlags: { flags }, ioUring: { code })
    }
    let all: Set = ["fpu", "avx2", "aes"]
    #expect(missingRequirement(probes(all, 0)) == nil)
    #expect(missingRequirement(probes([], 0)) == nil)
    #expect(missingRequirement(probes(["avx2"], 0))?.contains("a processor with aes") == true)
    #expect(missingRequirement(probes(all, ENOSYS))?.contains("this kernel does not have") == true)
    #expect(missingRequirement(probes(all, EPERM))?.contains("seccomp") == true)
    #expect(missingRequirement(probes(all, ENOMEM)) != nil)
  }
}

/// What the official library does where there is no server.
@Suite("The official client", .enabled(if: liveLibrary != nil, "MASQUES_TEST_TIGERBEETLE_CLIENT is not set"))
struct OfficialClientTests {
  @Test("No server: a clear error within the deadline, the process alive, and it ends")
  func noServer() throws {
    var options = TigerBeetleEngine.Options(library: liveLibrary ?? "", addresses: ["127.0.0.1:1"])
    options.deadline = 300
    let start = ContinuousClock.now
    do {
      let engine = try TigerBeetleEngine(options)
      for _ in 0..<3 { #expect(message { _ = try engine.accounts([1]) }.contains("has not answered")) }
    }
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test("Another cluster's number is silence, not an answer")
  func wrongCluster() throws {
    guard let liveAddresses else { return }
    var options = TigerBeetleEngine.Options(library: liveLibrary ?? "", addresses: liveAddresses)
    options.cluster = 77
    options.deadline = 500
    let engine = try TigerBeetleEngine(options)
    #expect(message { _ = try engine.accounts([1]) }.contains("has not answered"))
  }
}

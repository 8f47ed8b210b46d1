import MasqueCLI
import MasqueLedger
import MasqueModel
import MasqueRuntime
import MasqueWorkspace
import SystemIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

keepFreedMemory()
var host = Host(
  arguments: Array(CommandLine.arguments.dropFirst()), environment: environmentVariable, files: SystemFiles(),
  streams: SystemStreams(), shippedPersonas: shippedPersonas(),
  now: { Timestamp(nanoseconds: wallClockNanoseconds()) }, isAskedToEnd: isAskedToEndProcess,
  programFolder: programFolder(), replaceProcess: replaceProcess(by:_:dropping:), machine: SystemMachine(),
  programs: SystemPrograms(), openChannel: { StandardChannel() },
  audienceSystem: .init(
    programs: SystemPrograms(), ask: askPort,
    terminate: terminateProcess,
    pause: waitMilliseconds),
  equip: {
    $0.useConfiguredLedger()
    $0.isRunning = isProcessRunning
  }, addCommands: { $0.addLedger($1) })
host.healthChecks = [.ledgerBooks, .tigerBeetleClient]
// Not a return: nothing is left to be torn down, and memory need not be given back piece by piece.
_exit(runMasque(host).rawValue)

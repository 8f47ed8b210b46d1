import MasqueCLI
import MasqueModel
import SystemIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

let host = Host(
  arguments: Array(CommandLine.arguments.dropFirst()), environment: environmentVariable, files: SystemFiles(),
  streams: SystemStreams(), shippedPersonas: shippedPersonas(),
  now: { Timestamp(seconds: Int64(time(nil))) }, openChannel: { StandardChannel() })
// Not a return: nothing is left to be torn down, and memory need not be given back piece by piece.
_exit(runMasque(host).rawValue)

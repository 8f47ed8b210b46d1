import MasqueLintCLI
import SystemIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

let host = Host(
  arguments: processArguments(), environment: environmentVariable, files: SystemFiles(), streams: SystemStreams(),
  processorCount: processorCount(), onThreads: onThreads, milliseconds: monotonicMilliseconds, pause: pause)
// Not a return: nothing is left to be torn down, and memory need not be given back piece by piece.
_exit(lint(host).rawValue)

import MasqueModel
import MasqueServer
import SystemIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// Nothing is left to flush or to free, and other threads may be at work.
_exit(
  runLanguageServer(
    arguments: Array(CommandLine.arguments.dropFirst()), files: SystemFiles(),
    environment: ServerEnvironment(
      variable: environmentVariable, shippedPersonas: shippedPersonas(), programs: SystemPrograms(),
      now: { Timestamp(nanoseconds: wallClockNanoseconds()) })))

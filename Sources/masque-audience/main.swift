import MasqueAudience
import SystemIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

let host = AudienceHost(
  arguments: Array(CommandLine.arguments.dropFirst()), environment: environmentVariable, files: SystemFiles(),
  streams: SystemStreams(), milliseconds: wallClockMilliseconds, pause: pause, startAgain: startAgain,
  leaveSession: leaveSession)
_exit(runAudience(host).rawValue)

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What this machine lacks of what TigerBeetle's client needs. The client itself ends the process where it does not find
/// io_uring, and on an instruction that the processor does not know.
///
/// - Returns: what is missing and how it may be had; nil if nothing is.
func missingRequirement(_ probes: Probes = .system) -> String? {
  let flags = probes.processorFlags()
  let missing = probes.neededFlags.filter { !flags.contains($0) }
  if !flags.isEmpty, !missing.isEmpty {
    return
      "TigerBeetle's client needs a processor with \(missing.joined(separator: " and ")); use `engine: sqlite` here"
  }
  switch probes.ioUring() {
  case 0: return nil
  case ENOSYS:
    return "TigerBeetle's client needs io_uring, which this kernel does not have (Linux 5.6 or newer); "
      + "use `engine: sqlite` here"
  case EPERM, EACCES:
    return
      "TigerBeetle's client needs io_uring, which is forbidden here: containers block it by their seccomp profile, "
      + "and `sysctl kernel.io_uring_disabled` does; allow it, or use `engine: sqlite`"
  case let code:
    return "TigerBeetle's client needs io_uring, which does not work here: \(String(cString: strerror(code)))"
  }
}

/// How the machine is asked.
struct Probes: Sendable {
  /// The flags that the client's instructions need.
  var neededFlags: [String]
  /// The processor's flags; empty if the system does not tell them.
  var processorFlags: @Sendable () -> Set<String>
  /// 0 if io_uring can be set up, else the error number.
  var ioUring: @Sendable () -> Int32

  /// This machine.
  static var system: Probes {
    #if arch(x86_64)
      Probes(neededFlags: ["avx2", "aes"], processorFlags: systemProcessorFlags, ioUring: systemIOUring)
    #else
      Probes(neededFlags: ["aes"], processorFlags: systemProcessorFlags, ioUring: systemIOUring)
    #endif
  }
}

@Sendable private func systemProcessorFlags() -> Set<String> {
  guard let file = fopen("/proc/cpuinfo", "r") else { return [] }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 8_192)
  while fgets(&line, Int32(line.count), file) != nil {
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    if text.hasPrefix("flags") || text.hasPrefix("Features") {
      return Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
    }
  }
  return []
}

@Sendable private func systemIOUring() -> Int32 {
  #if os(Linux)
    // io_uring_setup(2) has no wrapper in the C library; `syscall` takes any number of arguments, which Swift can't import.
    typealias Call = @convention(c) (Int, Int, UnsafeMutableRawPointer) -> Int
    guard let address = dlsym(nil, "syscall") else { return 0 }
    let call = withUnsafeBytes(of: address) { $0.load(as: Call.self) }
    var parameters = [UInt64](repeating: 0, count: 15)
    let descriptor = parameters.withUnsafeMutableBytes { buffer in
      buffer.baseAddress.map { call(425, 4, $0) } ?? 0
    }
    guard descriptor >= 0 else { return errno }
    close(Int32(descriptor))
  #endif
  return 0
}

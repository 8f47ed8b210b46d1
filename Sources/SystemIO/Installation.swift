public import MasqueWorkspace

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folder with the masques that came with the programs: `share/masques/personas` beside the `bin` that this program
/// was started from; nil if the system does not say where that is.
public func shippedPersonas() -> FilePath? {
  guard let program = programPath() else { return nil }
  return program.parent.parent.appending("share/masques/personas".utf8)
}

/// The file that this process was started from, without links.
func programPath() -> FilePath? {
  var buffer = [CChar](repeating: 0, count: 4_096)
  #if canImport(Darwin)
    var size = UInt32(buffer.count)
    guard _NSGetExecutablePath(&buffer, &size) == 0, let path = realpath(buffer, nil) else { return nil }
    defer { free(path) }
    return FilePath(String(cString: path))
  #else
    let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    guard length > 0 else { return nil }
    return FilePath(bytes: buffer[..<length].map { UInt8(bitPattern: $0) })
  #endif
}

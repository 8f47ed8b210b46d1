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

/// The folder of the program that this process was started from, without links; nil if the system does not say.
public func programFolder() -> FilePath? { programPath()?.parent }

/// Runs another program in this one's place, with this one's environment and streams.
///
/// - Parameters:
///   - program: the program's path.
///   - words: what it is told before this program's own arguments.
///   - dropped: how many of these, from the first, it is not told.
/// - Returns: why it could not be run; from a call that succeeds nobody comes back.
public func replaceProcess(by program: FilePath, _ words: [String], dropping dropped: Int) -> FileError {
  let arguments = [program.bytes] + words.map { Array($0.utf8) } + processArguments().dropFirst(dropped)
  var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { bytes in
    FilePath(bytes: bytes).withCString { strdup($0) }
  }
  pointers.append(nil)
  defer { for pointer in pointers { free(pointer) } }
  // What this program chose for itself is not to be inherited.
  signal(SIGPIPE, SIG_DFL)
  _ = program.withCString { execv($0, pointers) }
  let error = systemError(program)
  signal(SIGPIPE, SIG_IGN)
  return error
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// TigerBeetle's client library, loaded when it is first needed: nothing of it is needed to build or to run anything else.
///
/// It is never linked with: it exports hundreds of weak symbols of the C library that would take the place of ours.
struct ClientLibrary: Sendable {
  /// What the library calls when a packet is done, on its own thread: context, packet, timestamp, result, its size.
  typealias Completion =
    @convention(c) (UInt, UnsafeMutableRawPointer?, UInt64, UnsafeRawPointer?, UInt32) -> Void
  /// What the library calls with what it has to say: level, text, length.
  typealias Log = @convention(c) (Int32, UnsafePointer<UInt8>?, UInt32) -> Void

  typealias Initialize =
    @convention(c) (
      UnsafeMutableRawPointer, UnsafeRawPointer, UnsafePointer<CChar>, UInt32, UInt, Completion
    ) -> Int32
  typealias Submit = @convention(c) (UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Int32
  typealias Deinitialize = @convention(c) (UnsafeMutableRawPointer) -> Int32
  typealias RegisterLog = @convention(c) (Log?, Bool) -> Int32

  let path: String
  let initialize: Initialize
  let submit: Submit
  let deinitialize: Deinitialize
  let registerLog: RegisterLog?

  /// Loads the library. It stays loaded.
  ///
  /// - Parameter path: the file.
  /// - Throws: why it is no client library of TigerBeetle's.
  init(path: String) throws(EngineError) {
    guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      let reason = dlerror().map { String(cString: $0) } ?? "it can't be loaded"
      throw .failed("TigerBeetle's client library can't be loaded: \(reason); name it as `ledger.client_library`")
    }
    self.path = path
    initialize = try Self.symbol("tb_client_init", handle, path)
    submit = try Self.symbol("tb_client_submit", handle, path)
    deinitialize = try Self.symbol("tb_client_deinit", handle, path)
    registerLog = try? Self.symbol("tb_client_register_log_callback", handle, path)
  }

  private static func symbol<Function>(
    _ name: String, _ handle: UnsafeMutableRawPointer, _ path: String
  ) throws(EngineError) -> Function {
    guard let address = dlsym(handle, name) else {
      throw .failed("\(path) is no client library of TigerBeetle 0.17: it has no `\(name)`")
    }
    // A function of C is the address of its code.
    return withUnsafeBytes(of: address) { $0.load(as: Function.self) }
  }

  /// Finds the library: where the configuration says, or the environment, beside this program's own libraries, or in a
  /// Python environment, whose package `tigerbeetle` brings it along.
  ///
  /// - Parameters:
  ///   - configured: what the configuration says.
  ///   - environment: the value of an environment variable.
  /// - Returns: a path, or a name that the system looks for.
  static func find(_ configured: String?, environment: (String) -> String?) -> String {
    if let configured { return configured }
    if let named = environment("MASQUES_TIGERBEETLE_CLIENT"), !named.isEmpty { return named }
    #if canImport(Darwin)
      let (name, system) = ("libtb_client.dylib", "macos")
    #elseif canImport(Musl)
      let (name, system) = ("libtb_client.so", "linux-musl")
    #else
      let (name, system) = ("libtb_client.so", "linux-gnu.2.27")
    #endif
    #if arch(arm64)
      let platform = "aarch64-\(system)"
    #else
      let platform = "x86_64-\(system)"
    #endif
    if let python = environment("VIRTUAL_ENV"), !python.isEmpty {
      for minor in stride(from: 20, through: 7, by: -1) {
        let path = "\(python)/lib/python3.\(minor)/site-packages/tigerbeetle/lib/\(platform)/\(name)"
        if access(path, R_OK) == 0 { return path }
      }
    }
    for folder in ["/usr/local/lib", "/usr/lib"] where access("\(folder)/\(name)", R_OK) == 0 {
      return "\(folder)/\(name)"
    }
    return name
  }
}

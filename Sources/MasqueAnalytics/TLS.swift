#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// TLS by the system's OpenSSL (1.1.1 or 3), loaded when a configuration first asks for it: nothing of it is needed to
/// build or to run anything else, and the system's updates mend it, and its list of authorities is the system's.
///
/// Servers must prove who they are, by TLS 1.2 or newer; nothing turns that off. Authorities of one's own are named in
/// `SSL_CERT_FILE` or `SSL_CERT_DIR`, which OpenSSL reads.
struct TLSLibrary: Sendable {
  private typealias Pointer = UnsafeMutableRawPointer

  private let newConnection: @convention(c) (Pointer) -> Pointer?
  private let free: @convention(c) (Pointer) -> Void
  private let control: @convention(c) (Pointer, Int32, Int, UnsafePointer<CChar>?) -> Int
  private let setHost: @convention(c) (Pointer, UnsafePointer<CChar>) -> Int32
  private let parameters: @convention(c) (Pointer) -> Pointer?
  private let setAddress: @convention(c) (Pointer, UnsafePointer<CChar>) -> Int32
  private let setDescriptor: @convention(c) (Pointer, Int32) -> Int32
  private let connect: @convention(c) (Pointer) -> Int32
  private let read: @convention(c) (Pointer, UnsafeMutableRawPointer?, Int32) -> Int32
  private let write: @convention(c) (Pointer, UnsafeRawPointer?, Int32) -> Int32
  private let error: @convention(c) (Pointer, Int32) -> Int32
  private let shutdown: @convention(c) (Pointer) -> Int32
  private let verification: @convention(c) (Pointer) -> Int
  private let verificationText: @convention(c) (Int) -> UnsafePointer<CChar>?
  private let nextError: @convention(c) () -> UInt
  private let reason: @convention(c) (UInt) -> UnsafePointer<CChar>?
  /// The settings of all connections. OpenSSL counts its uses by itself, from any thread; it is never freed.
  private nonisolated(unsafe) let context: UnsafeMutableRawPointer

  /// The library; or why there is none.
  static let shared: Result<TLSLibrary, HTTPError> = {
    do throws(HTTPError) {
      return .success(try TLSLibrary())
    } catch {
      return .failure(error)
    }
  }()

  /// Names by which the dynamic linker knows it, and where Homebrew puts it.
  private static let names = [
    "libssl.so.3", "libssl.so.1.1", "libssl.3.dylib", "/opt/homebrew/opt/openssl@3/lib/libssl.3.dylib",
    "/usr/local/opt/openssl@3/lib/libssl.3.dylib",
  ]

  private init() throws(HTTPError) {
    guard let handle = Self.names.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first else {
      throw HTTPError(
        message: "can't be asked by https without OpenSSL's library, libssl.so.3: install it (Debian: libssl3), or let "
          + "a proxy on this machine speak https")
    }
    // Those of libcrypto are found by the same handle, since libssl depends on it.
    newConnection = try Self.symbol("SSL_new", handle)
    free = try Self.symbol("SSL_free", handle)
    control = try Self.symbol("SSL_ctrl", handle)
    setHost = try Self.symbol("SSL_set1_host", handle)
    parameters = try Self.symbol("SSL_get0_param", handle)
    setAddress = try Self.symbol("X509_VERIFY_PARAM_set1_ip_asc", handle)
    setDescriptor = try Self.symbol("SSL_set_fd", handle)
    connect = try Self.symbol("SSL_connect", handle)
    read = try Self.symbol("SSL_read", handle)
    write = try Self.symbol("SSL_write", handle)
    error = try Self.symbol("SSL_get_error", handle)
    shutdown = try Self.symbol("SSL_shutdown", handle)
    verification = try Self.symbol("SSL_get_verify_result", handle)
    verificationText = try Self.symbol("X509_verify_cert_error_string", handle)
    nextError = try Self.symbol("ERR_get_error", handle)
    reason = try Self.symbol("ERR_reason_error_string", handle)
    let method: @convention(c) () -> UnsafeRawPointer? = try Self.symbol("TLS_client_method", handle)
    let newContext: @convention(c) (UnsafeRawPointer) -> Pointer? = try Self.symbol("SSL_CTX_new", handle)
    let controlContext: @convention(c) (Pointer, Int32, Int, Pointer?) -> Int = try Self.symbol("SSL_CTX_ctrl", handle)
    let setPaths: @convention(c) (Pointer) -> Int32 = try Self.symbol("SSL_CTX_set_default_verify_paths", handle)
    let setVerification: @convention(c) (Pointer, Int32, Pointer?) -> Void = try Self.symbol(
      "SSL_CTX_set_verify", handle)
    // SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION.
    guard let chosen = method(), let context = newContext(chosen), controlContext(context, 123, 0x0303, nil) == 1,
      setPaths(context) == 1
    else { throw HTTPError(message: "can't be asked by https: OpenSSL's library refuses its settings") }
    // SSL_VERIFY_PEER.
    setVerification(context, 1, nil)
    self.context = context
  }

  private static func symbol<Function>(
    _ name: String, _ handle: UnsafeMutableRawPointer
  ) throws(HTTPError) -> Function {
    guard let address = dlsym(handle, name) else {
      throw HTTPError(message: "can't be asked by https: OpenSSL's library is too old, it has no `\(name)`")
    }
    // A function of C is the address of its code.
    return withUnsafeBytes(of: address) { $0.load(as: Function.self) }
  }
}

extension TLSLibrary {
  /// A connection that has been made, and whose other end has proved to be who was asked for.
  ///
  /// It is used by one thread.
  final class Connection {
    private let library: TLSLibrary
    private let connection: UnsafeMutableRawPointer

    /// Greets the other end.
    ///
    /// - Parameters:
    ///   - descriptor: a socket that is connected, with a limit for how long each step may take. It is not closed here.
    ///   - host: the name or the address that the other end has to prove.
    /// - Throws: why it is not to be spoken to.
    init(_ descriptor: Int32, to host: String) throws(HTTPError) {
      library = try TLSLibrary.shared.get()
      // What writes to a socket that was closed is told by an error; a signal would end this process.
      signal(SIGPIPE, SIG_IGN)
      guard let connection = library.newConnection(library.context) else {
        throw HTTPError(message: "can't be asked by https: there is no memory left")
      }
      self.connection = connection
      let isNamed: Bool
      if Self.isAddress(host) {
        isNamed = library.parameters(connection).map { library.setAddress($0, host) == 1 } ?? false
      } else {
        // SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name.
        isNamed = library.setHost(connection, host) == 1 && library.control(connection, 55, 0, host) == 1
      }
      guard isNamed, library.setDescriptor(connection, descriptor) == 1 else {
        throw HTTPError(message: "can't be asked by https: `\(host)` is no name of a server")
      }
      library.forgetErrors()
      guard library.connect(connection) == 1 else { throw HTTPError(message: refusal) }
    }

    deinit { library.free(connection) }

    /// Why the greeting failed.
    private var refusal: String {
      let code = library.verification(connection)
      if code != 0 {
        let text = library.verificationText(code).map { String(cString: $0) } ?? "error \(code)"
        return "does not prove who it is: \(text); an authority of your own is named in SSL_CERT_FILE"
      }
      let words = "does not speak TLS with us"
      return library.reason(library.nextError()).map { "\(words): \(String(cString: $0))" } ?? words
    }

    /// Sends all of the bytes, and says whether it could.
    func send(_ bytes: [UInt8]) -> Bool {
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes { buffer in
          library.write(
            connection, buffer.baseAddress.map { $0 + sent }, Int32(clamping: min(buffer.count - sent, 1 << 20)))
        }
        guard count > 0 else { return false }
        sent += Int(count)
      }
      return true
    }

    /// Receives what is there, at least one byte.
    ///
    /// - Returns: how many bytes; 0 where the other end has said that nothing follows, less where nothing came.
    func receive(_ buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
      library.forgetErrors()
      let count = library.read(connection, buffer.baseAddress, Int32(clamping: buffer.count))
      if count > 0 { return Int(count) }
      // SSL_ERROR_ZERO_RETURN: an end that nobody in between could have made.
      return library.error(connection, count) == 6 ? 0 : -1
    }

    /// Says that nothing follows.
    func finish() { _ = library.shutdown(connection) }

    private static func isAddress(_ host: String) -> Bool {
      var address = in6_addr()
      return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
    }
  }

  /// Forgets errors of earlier calls of this thread: `SSL_get_error` looks at them.
  private func forgetErrors() { while nextError() != 0 {} }
}

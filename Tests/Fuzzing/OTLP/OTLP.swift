import FuzzSupport
import Gzip
import JSON
import MasqueAudience

/// The first byte says what the rest is: `0`…`2` logs, metrics or traces in Protobuf, `3`…`5` the same in JSON, `6` gzip.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOTLP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  let bytes = Array(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
  guard let kind = bytes.first else { return 0 }
  let body = Array(bytes.dropFirst())
  let number = Int(kind &- UInt8(ascii: "0"))
  guard number < 6, let signal = Signal(rawValue: number % 3) else {
    checkGzip(body)
    return 0
  }
  checkRequest(body, signal, number < 3 ? .protobuf : .json)
  return 0
}

/// A line is one line of JSON, and read as a request again it is itself.
private func checkRequest(_ body: [UInt8], _ signal: Signal, _ encoding: OTLPEncoding) {
  let line: TelemetryLine
  do throws(OTLPError) {
    line = try telemetryLine(body, signal, encoding)
  } catch {
    return require(!error.message.isEmpty, "a refusal without words")
  }
  require(line.records >= 0 && (line.records == 0) == line.bytes.isEmpty, "a line without records, or the reverse")
  if line.bytes.isEmpty { return }
  require(line.bytes.last == 0x0A && !line.bytes.dropLast().contains(0x0A), "not one line")
  require((try? JSONValue(parsing: line.bytes)) != nil, "no JSON: \(String(decoding: line.bytes, as: UTF8.self))")
  do throws(OTLPError) {
    let again = try telemetryLine(line.bytes, signal, .json)
    require(again == line, "a line that is read again is another: \(String(decoding: line.bytes, as: UTF8.self))")
  } catch {
    require(false, "a line that is no request: \(error.message): \(String(decoding: line.bytes, as: UTF8.self))")
  }
}

/// What is packed comes out again, whatever is not gzip is refused, and nothing grows beyond the limit.
private func checkGzip(_ bytes: [UInt8]) {
  guard let packed = gzipped(bytes) else { return require(false, "not packed") }
  require((try? unpacked(packed, limit: bytes.count)) == bytes, "what was packed comes out as something else")
  require((try? unpacked(packed + packed, limit: 2 * bytes.count)) == bytes + bytes, "two members are not one")
  if !bytes.isEmpty {
    require((try? unpacked(packed, limit: bytes.count - 1)) == nil, "more than the limit")
  }
  require((try? unpacked(packed.dropLast(), limit: bytes.count)) == nil, "a truncated gzip is taken")
  if let plain = try? unpacked(bytes, limit: 1 << 16) { require(plain.count <= 1 << 16, "more than the limit") }
}

private func unpacked(_ bytes: [UInt8], limit: Int) throws(GzipError) -> [UInt8] {
  let result: Result<[UInt8], GzipError> = bytes.withUnsafeBytes { bytes in
    do throws(GzipError) { return .success(try gunzipped(bytes, limit: limit)) } catch { return .failure(error) }
  }
  return try result.get()
}

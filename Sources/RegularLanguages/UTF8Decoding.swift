/// Decodes the scalar that begins with the non-ASCII byte at `index` and moves `index` past it.
///
/// Ill-formed bytes decode as U+FFFD, one for each maximal subpart, as The Unicode Standard (section 3.9) recommends.
@inline(__always)
func decodeNonASCIIScalar(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> UInt32 {
  let lead = bytes[index]
  index += 1
  let replacement: UInt32 = 0xFFFD
  // The range of the second byte rules out overlong forms, surrogates and values past U+10FFFF.
  var low: UInt8 = 0x80
  var high: UInt8 = 0xBF
  var remaining: Int
  var value: UInt32
  switch lead {
  case 0xC2...0xDF:
    remaining = 1
    value = UInt32(lead & 0x1F)
  case 0xE0...0xEF:
    remaining = 2
    value = UInt32(lead & 0x0F)
    if lead == 0xE0 { low = 0xA0 } else if lead == 0xED { high = 0x9F }
  case 0xF0...0xF4:
    remaining = 3
    value = UInt32(lead & 0x07)
    if lead == 0xF0 { low = 0x90 } else if lead == 0xF4 { high = 0x8F }
  default:
    return replacement
  }
  while remaining > 0 {
    guard index < bytes.count, bytes[index] >= low, bytes[index] <= high else { return replacement }
    value = value << 6 | UInt32(bytes[index] & 0x3F)
    index += 1
    remaining -= 1
    low = 0x80
    high = 0xBF
  }
  return value
}

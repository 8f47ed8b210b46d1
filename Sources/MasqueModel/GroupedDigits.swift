/// A whole number with something between its thousands, as people read long ones.
///
/// - Parameters:
///   - value: the number.
///   - separator: what stands between the groups of three digits.
/// - Returns: the digits, behind a `-` for a negative number.
public func groupedDigits(_ value: Int64, by separator: String = " ") -> String {
  var digits = String(value.magnitude)
  var groups: [String] = []
  while digits.count > 3 {
    groups.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: separator)
}

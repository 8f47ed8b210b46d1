import DocumentTree
import Testing

@Suite("Numbers")
struct NumberTests {
  @Test(
    "equal values, different spellings",
    arguments: [
      ("1", "1.0"), ("1", "+1"), ("1", "1e0"), ("100", "1e2"), ("100", "1.00E+2"), ("0", "-0"), ("0", "0.000"),
      ("0", "0e999999999999999999999"), ("0.1", ".1"), ("5", "5."), ("255", "0xff"), ("255", "0xFF"), ("8", "0o10"),
      ("1e-7", "0.0000001"), ("340282366920938463463374607431768211455", "0xffffffffffffffffffffffffffffffff"),
      ("340282366920938463463374607431768211456", "0x100000000000000000000000000000000"),
      ("340282366920938463463374607431768211456", "340282366920938463463374607431768211456.000"),
      ("10000000000000000000000000000000000000000000", "1e43"), (".inf", ".INF"), (".inf", "+.Inf"), (".nan", ".NaN"),
      ("00000000000000000000000000012", "12"),
    ])
  func equal(_ a: String, _ b: String) throws {
    let first = try #require(Number(a))
    let second = try #require(Number(b))
    #expect(first == second)
    #expect(first.hashValue == second.hashValue)
    #expect(!(first < second) && !(second < first))
  }

  @Test(
    "in order",
    arguments: [
      ("1", "2"), ("-2", "-1"), ("-1", "0"), ("0", "1e-999999999"), ("1e999999999", "1e9999999999"),
      ("9007199254740992", "9007199254740993"), ("0.1", "0.10000000000000000000000001"), ("99", "1e2"),
      ("1e308", "1.0000000000000000000000000000000000001e308"), ("1e38", "340282366920938463463374607431768211455"),
      ("340282366920938463463374607431768211455", "340282366920938463463374607431768211456"),
      ("340282366920938463463374607431768211456", "4e38"), ("-.inf", "-1e999"), ("1e999999999999999999999", ".inf"),
      ("-340282366920938463463374607431768211457", "-340282366920938463463374607431768211456"),
      ("12345678901234567890123456789012345678901234567890", "12345678901234567890123456789012345678901234567891"),
    ])
  func ordered(_ a: String, _ b: String) throws {
    let first = try #require(Number(a))
    let second = try #require(Number(b))
    #expect(first < second)
    #expect(!(second < first))
    #expect(first != second)
  }

  @Test(
    "no number",
    arguments: [
      "", "-", "+", ".", "-.", "e1", "1e", "1e+", "1x", "0x", "0xg", "0o8", "-0x1", "1.2.3", "--1", ".infx", "-.nan",
      "inf", "1_000", "1 ", " 1", "..1",
    ])
  func refused(_ text: String) {
    #expect(Number(text) == nil)
  }

  @Test(
    "whole numbers",
    arguments: [
      ("1", true), ("1.0", true), ("1.5", false), ("1e400", true), ("15e-1", false), ("150e-1", true), ("0.0", true),
      (".inf", false), (".nan", false), ("0x10", true), ("-7.000", true), ("1e-999999999", false),
    ])
  func integers(_ text: String, _ isInteger: Bool) throws {
    #expect(try #require(Number(text)).isInteger == isInteger)
  }

  @Test(
    "multiples",
    arguments: [
      ("10", "2", true), ("7", "2", false), ("4.5", "1.5", true), ("35", "1.5", false), ("0.0075", "0.0001", true),
      ("0.00751", "0.0001", false), ("1e308", "0.123456789", false), ("12391239123", "1e-8", true), ("0", "3", true),
      ("-9", "3", true), ("1e999999999", "7", false), ("1e999999999", "1024", true), ("1e3", "16", false),
      ("1e4", "16", true), ("0.3", "0.1", true), ("2", "4", false), (".inf", "2", false), ("5", "0", false),
      ("340282366920938463463374607431768211455", "340282366920938463463374607431768211455", true),
      (
        "115792089237316195423570985008687907852589419931798687112530834793049593217025",
        "340282366920938463463374607431768211455", true
      ),
      ("340282366920938463463374607431768211457", "3", false), ("340282366920938463463374607431768211458", "3", true),
      ("1", "340282366920938463463374607431768211457", false),
    ])
  func multiples(_ a: String, _ b: String, _ isMultiple: Bool) throws {
    #expect(try #require(Number(a)).isMultiple(of: #require(Number(b))) == isMultiple)
  }

  @Test("every pair of small decimals against integer arithmetic")
  func exhaustive() throws {
    for a in stride(from: -200, through: 200, by: 7) {
      for b in 1...40 {
        let first = try #require(Number("\(a)e-2"))
        let second = try #require(Number("\(b)e-2"))
        #expect(first.isMultiple(of: second) == (a % b == 0), "\(a) \(b)")
        #expect((first < second) == (a < b))
        #expect((first == second) == (a == b))
      }
    }
  }

  @Test("texts of any length end in a value")
  func extremes() throws {
    let long = String(repeating: "9", count: 10_000)
    let number = try #require(Number(long))
    #expect(number.isInteger)
    #expect(number.isMultiple(of: Number(9)))
    #expect(!number.isMultiple(of: Number(2)))
    #expect(number < (try #require(Number("1e10000"))))
    #expect(number.asInt == nil)
    #expect(try #require(Number("0." + long)) < Number(1))
    #expect(try #require(Number("0x" + String(repeating: "f", count: 1_024))).isFinite)
    #expect(try #require(Number("0x" + String(repeating: "f", count: 100_000))).isFinite == false)
    #expect(try #require(Number("1e" + long)).isInteger)
  }

  @Test(
    "as Int and as Double",
    arguments: [
      ("9223372036854775807", Int.max, 9.223372036854775807e18),
      ("-9223372036854775808", Int.min, -9.223372036854775808e18),
      ("1e18", 1_000_000_000_000_000_000, 1e18), ("-3.0", -3, -3), ("0", 0, 0),
    ])
  func conversions(_ text: String, _ int: Int, _ double: Double) throws {
    let number = try #require(Number(text))
    #expect(number.asInt == int)
    #expect(number.asDouble == double)
  }

  @Test("what does not fit an Int", arguments: ["9223372036854775808", "-9223372036854775809", "1e19", "1.5", ".inf"])
  func tooLargeForInt(_ text: String) throws {
    #expect(try #require(Number(text)).asInt == nil)
  }

  @Test(
    "spelled again",
    arguments: [
      ("1.50", "1.5"), ("-0.001", "-0.001"), ("1e3", "1000"), ("1e30", "1e30"), ("1.5e-9", "15e-10"), (".inf", ".inf"),
      ("0x10", "16"),
    ])
  func description(_ text: String, _ description: String) throws {
    #expect(try #require(Number(text)).description == description)
  }

  @Test("doubles of long decimals")
  func doubles() throws {
    #expect(try #require(Number("0.1")).asDouble == 0.1)
    #expect(
      try #require(Number("123456789.123456789123456789123456789123456789123456789")).asDouble == 123456789.12345679)
    #expect(try #require(Number("1e400")).asDouble == .infinity)
    #expect(try #require(Number("1e-400")).asDouble == 0)
  }
}

import Foundation
import MasqueModel
import Testing

@Suite struct TimestampTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0, 0), ("2026-01-15T10:30:00Z", 1_768_473_000, 0),
      ("2026-01-15T10:30:00.5+02:00", 1_768_465_800, 500_000_000_000_000_000),
      ("2000-02-29t23:59:60z", 951_868_800, 0), ("0000-03-01T00:00:00Z", -62_162_035_200, 0),
      ("9999-12-31T23:59:59-23:59", 253_402_387_139, 0),
    ] as [(String, Int64, Int64)])
  func reads(_ text: String, _ seconds: Int64, _ fraction: Int64) {
    #expect(Timestamp(text)?.seconds == seconds && Timestamp(text)?.fraction == fraction)
  }

  @Test(arguments: ["", "2026-01-15", "2026-01-15T10:30Z", "2026-13-01T00:00:00Z", "2026-01-15T10:30:00", "x"])
  func refuses(_ text: String) {
    #expect(Timestamp(text) == nil)
  }

  /// Nanoseconds since 1970, and the moment's text.
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00Z"), (1_000_000, "1970-01-01T00:00:00.001Z"),
      (-1_000_000, "1969-12-31T23:59:59.999Z"), (1_795_262_400_999_999_999, "2026-11-21T12:00:00.999Z"),
      (.max, "2262-04-11T23:47:16.854Z"), (.min, "1677-09-21T00:12:43.145Z"),
    ] as [(Int64, String)])
  func texts(_ nanoseconds: Int64, _ text: String) throws {
    let time = Timestamp(nanoseconds: nanoseconds)
    #expect(time.text == text)
    #expect(time.nanoseconds == nanoseconds)
    #expect(try #require(Timestamp(text)) == time.wholeMilliseconds)
    #expect(time.wholeSeconds.text.count == 20)
    let coded = try JSONEncoder().encode([time])
    #expect(String(decoding: coded, as: UTF8.self) == "[\"\(text)\"]")
    #expect(try JSONDecoder().decode([Timestamp].self, from: coded) == [time.wholeMilliseconds])
  }

  @Test func wholeSecondsMayBeNumbers() throws {
    #expect(try JSONDecoder().decode([Timestamp].self, from: Data("[60]".utf8)) == [Timestamp(seconds: 60)])
    for wrong in ["\"yesterday\"", "-9223372036854775808", "253402300800", "true", "1.5"] {
      #expect(throws: DecodingError.self, "\(wrong)") {
        try JSONDecoder().decode([Timestamp].self, from: Data("[\(wrong)]".utf8))
      }
    }
  }

  @Test(
    arguments: [(0, 0, 0), (1, 0, 1), (999_999, 0, 1), (1_000_000, 1, 1), (999_999_999, 999, 1_000)]
      as [(Int64, Int64, Int64)])
  func milliseconds(_ nanoseconds: Int64, _ over: Int64, _ next: Int64) {
    let time = Timestamp(nanoseconds: nanoseconds)
    #expect(time.milliseconds == over && time.wholeMilliseconds.milliseconds == over)
    #expect(time.nextWholeMillisecond.milliseconds == next)
    #expect(time.followingMillisecond.milliseconds == over + 1)
  }

  @Test func whatIsBeyondStaysAtTheEnd() {
    let late = Timestamp(seconds: .max)
    #expect(late.nanoseconds == .max && late.milliseconds == .max)
    #expect(late.seconds(since: Timestamp(seconds: .min)) == .max)
    #expect(Timestamp(seconds: .min).nanoseconds == .min && Timestamp(seconds: .min).seconds(since: late) == 0)
  }

  @Test func durationsKeepTheFraction() throws {
    let time = Timestamp(nanoseconds: 1_250_000_000)
    let later = try #require(MasqueDuration("PT1H").flatMap { time.advanced(by: $0) })
    #expect(later.text == "1970-01-01T01:00:01.250Z")
    #expect(later.seconds(since: time) == 3_600)
    #expect(later.seconds(since: Timestamp(nanoseconds: 1_250_000_001)) == 3_599)
  }
}

import JSONSchema
import Testing

@Suite("Formats")
struct FormatTests {
  static let valid: [(SchemaFormat, [String])] = [
    (
      .dateTime,
      [
        "1963-06-19T08:30:06.283185Z", "1998-12-31T23:59:60Z", "1998-12-31T15:59:60.123-08:00", "2020-02-29t00:00:00z",
        "1990-12-31T10:00:00+23:59",
      ]
    ),
    (.date, ["1963-06-19", "2000-02-29", "2024-02-29", "0000-01-01"]),
    (.time, ["08:30:06Z", "23:59:60Z", "01:29:60+01:30", "23:29:60+23:30", "08:30:06.5+00:20", "15:59:60-08:00"]),
    (.duration, ["P4DT12H30M5S", "P4Y", "PT0S", "P0D", "P1M", "PT1M", "PT36H", "P1DT12H", "P2W", "P1Y2M3D"]),
    (
      .email,
      [
        "joe.bloggs@example.com", "te~st@example.com", "\"joe bloggs\"@example.com", "\"joe..bloggs\"@example.com",
        "\"joe@bloggs\"@example.com", "joe@[127.0.0.1]", "joe@[IPv6:::1]",
      ]
    ),
    (
      .hostname,
      ["www.example.com", "xn--4gbwdl.xn--wgbh1c", "a", "1host", "a-b.c", String(repeating: "a", count: 63) + ".com"]
    ),
    (.ipv4, ["192.168.0.1", "0.0.0.0", "255.255.255.255"]),
    (
      .ipv6,
      [
        "::1", "::", "12:34::", "::abef", "1:2:3:4:5:6:7:8", "::ffff:192.168.0.1", "1::d6:192.168.0.1",
        "1:2:3:4:5:6:1.2.3.4", "::42:ff:1", "1:2:3:4:5:6:7::",
      ]
    ),
    (
      .uri,
      [
        "http://foo.bar/?baz=qux#quux", "urn:oasis:names", "mailto:a@b.c", "ldap://[2001:db8::7]/c=GB?one",
        "tel:+1-816", "http://-.~_!$&'()*+,;=:%40:80%2f::::::@example.com", "http://[v1.a]/", "file:///c:/x",
      ]
    ),
    (.uriReference, ["/abc", "abc", "//foo.bar/?baz=qux#quux", "#frag", "", "?q", "./a:b"]),
    (.iri, ["http://ƒøø.ßår/?∂éœ=πîx#πîüx", "http://foo.bar/"]),
    (.iriReference, ["/âππ", "#ƒrägmênt"]),
    (.uriTemplate, ["http://example.com/{term:1}/{term}", "{+path}/here", "{?x,y*}", "plain", "{a.b}", ""]),
    (
      .uuid,
      [
        "2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2EB8AA08-AA98-11EA-B4AA-73B441D16380",
        "00000000-0000-0000-0000-000000000000",
      ]
    ),
    (.jsonPointer, ["", "/foo/bar~0/baz~1/%a", "/", "/~01", "/ ", "/a//b", "/é"]),
    (.relativeJSONPointer, ["1", "0/foo/bar", "2/0/baz/1/zip", "0#", "120/a"]),
    (.regex, ["([abc])+\\s+$", "^$"]),
  ]

  static let invalid: [(SchemaFormat, [String])] = [
    (
      .dateTime,
      [
        "1990-02-31T15:59:59Z", "1990-12-31T15:59:60Z", "1998-12-31T23:58:60Z", "06/19/1963 08:30:06 PST",
        "2013-350T01:01:01", "1963-06-19T08:30:06", "1985-04-12T23:20:50.Z", "", "1990-12-31T15:59:59+24:00",
        "1990-12-31 10:00:00Z", "1963-6-19T08:30:06.283185Z",
      ]
    ),
    (
      .date,
      [
        "2023-02-29", "1900-02-29", "1998-13-01", "1998-00-01", "1998-01-00", "1998-01-32", "1998-04-31", "98-01-01",
        "1998-1-01", "1963-06-1\u{0967}", "1963-06-19 ", "",
      ]
    ),
    (
      .time,
      [
        "24:00:00Z", "00:60:00Z", "00:00:61Z", "22:59:60Z", "23:59:60+01:00", "12:00:00", "12:00:00.Z", "12:00Z",
        "12:00:00+1:00", "12:00:00+0100", "08:30:06 PST", "01,01,01Z", "12:00:00Zx",
      ]
    ),
    (
      .duration,
      [
        "PT1D", "P", "P1YT", "PT", "4DT12H", "P2D1Y", "P1D2H", "P2S", "P1", "P1Y2W", "P1Y1D", "PT1H1S", "1Y", "P-1D",
        "P1.5D", "PT1H1H",
      ]
    ),
    (
      .email,
      [
        "2962", "", "@example.com", "joe@", ".test@example.com", "test.@example.com", "te..st@example.com",
        "joe bloggs@example.com", "joe@[127.0.0.300]", "joe@ex_ample.com", "\"a\"b\"@example.com", "a@b@c.d",
        "jö@example.com",
      ]
    ),
    (
      .hostname,
      [
        "-a.com", "a-.com", "", ".", "a..b", "a.", "a_b", "not a host", String(repeating: "a", count: 64),
        String(repeating: "a.", count: 130) + "a", "ä.com",
      ]
    ),
    (
      .ipv4,
      [
        "127.0.0.0.1", "256.1.1.1", "127.0", "0x7f.0.0.1", "01.1.1.1", "1.1.1.", ".1.1.1.1", "1..1.1", "1.2.3.4/8", "",
        "1.1.1.00",
      ]
    ),
    (
      .ipv6,
      [
        "12345::", "::abcef1", "1:1:1:1:1:1:1:1:1", "::laptop", ":2:3:4:5:6:7:8", "1:2:3:4:5:6:7:", "1::2::3",
        "1:2:3:4:5:6:7:8::", "1.2.3.4", "::1%eth0", "1:2:3:4:5:6:7:1.2.3.4", "::256.1.1.1", ":", "", ":::", "1:2:::3",
        "::1 ",
      ]
    ),
    (
      .uri,
      [
        "//foo.bar/", "/abc", "abc", "\\\\WINDOWS", "http:// x", "http://a b", ":// x", "bar,baz:foo",
        "http://[1::2::3]/", "http://a/%zz", "http://a:b/", "http://é/", "http://a/<>", "http://foo.bar/{x}",
        "http://[a/",
      ]
    ),
    (.uriReference, ["\\\\WINDOWS\\fileshare", "#frag\\ment", "a b", "1a:b", "ü"]),
    (.iri, ["/abc", "http://2001 :db8", "âππ"]),
    (.iriReference, ["\\\\WINDOWS\\filëßåré", "#ƒräg\\mênt"]),
    (
      .uriTemplate,
      ["http://example.com/{term:1}/{term", "{}", "{a,}", "{a:0}", "{a:10000}", "a b", "{a..b}", "}", "%zz", "{$a}"]
    ),
    (
      .uuid,
      [
        "2eb8aa08-aa98-11ea-b4aa-73b441d1638", "2eb8aa08aa9811eab4aa73b441d16380",
        "2eb8aa08-aa98-11ea-b4aa-73b441d1638g", "2eb8aa08-aa98-11ea-b4aa73b441d16380-", "",
      ]
    ),
    (.jsonPointer, ["/foo/bar~", "a", "#", "/~2", "/~", "0", "~0"]),
    (.relativeJSONPointer, ["/foo", "-1/foo", "+1/foo", "01/a", "0##", "", "0a", "01"]),
    (.regex, ["^(abc]", "(?=x)", "[z-a]"]),
  ]

  @Test("accepted", arguments: valid)
  func accepted(_ format: SchemaFormat, _ texts: [String]) {
    for text in texts { #expect(format.matches(text), "\(text)") }
  }

  @Test("refused", arguments: invalid)
  func refused(_ format: SchemaFormat, _ texts: [String]) {
    for text in texts { #expect(!format.matches(text), "\(text)") }
  }

  @Test("every format is in both tables")
  func coverage() {
    #expect(Set(Self.valid.map(\.0)) == Set(SchemaFormat.allCases))
    #expect(Set(Self.invalid.map(\.0)) == Set(SchemaFormat.allCases))
  }

  @Test("every prefix of every text comes to a verdict")
  func prefixes() {
    for (format, texts) in Self.valid where format != .regex {
      for text in texts {
        let bytes = Array(text.utf8)
        for count in 0...bytes.count {
          _ = bytes[..<count].withUnsafeBufferPointer { format.matches(utf8: $0) }
        }
      }
    }
  }
}

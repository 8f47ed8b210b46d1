import Testing

@testable import JSONSchema

@Suite("URI references")
struct URIReferenceTests {
  /// RFC 3986, section 5.4, without the fragments.
  @Test(
    "resolution",
    arguments: [
      ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
      ("/g", "http://a/g"),
      ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"), (";x", "http://a/b/c/;x"),
      ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("./", "http://a/b/c/"), ("..", "http://a/b/"),
      ("../", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"), ("../../g", "http://a/g"),
      ("../../../g", "http://a/g"), ("/./g", "http://a/g"), ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."),
      (".g", "http://a/b/c/.g"), ("..g", "http://a/b/c/..g"), ("./../g", "http://a/b/g"), ("./g/.", "http://a/b/c/g/"),
      ("g/./h", "http://a/b/c/g/h"), ("g/../h", "http://a/b/c/h"), ("g;x=1/../y", "http://a/b/c/y"),
      ("g?y/./x", "http://a/b/c/g?y/./x"), ("http:g", "http:g"), ("#s", "http://a/b/c/d;p?q"),
    ])
  func resolution(_ reference: String, _ expected: String) {
    let base = URIReference("http://a/b/c/d;p?q")
    #expect(URIReference(reference).resolved(against: base).textWithoutFragment == expected)
  }

  @Test(
    "other bases",
    arguments: [
      ("urn:a:b", "#x", "urn:a:b"), ("http://a", "g", "http://a/g"), ("", "a/b", "a/b"),
      ("file:///c/d", "e", "file:///c/e"),
      ("urn:a:b", "c", "urn:c"),
    ])
  func bases(_ base: String, _ reference: String, _ expected: String) {
    #expect(URIReference(reference).resolved(against: URIReference(base)).textWithoutFragment == expected)
  }

  @Test("pointer tokens and percent triples")
  func tokens() {
    func tokens(_ text: String) -> [String] {
      pointerTokens(percentDecoded(Substring(text))).map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(tokens("") == [])
    #expect(tokens("/") == [""])
    #expect(tokens("/a~1b/~0/~01/%25/%zz/%c3%a4/~") == ["a/b", "~", "~1", "%", "%zz", "ä", "~"])
  }
}

import RegularLanguages
import Testing

/// What a pattern matches and what it does not; the first group is what the official JSON Schema suite exercises.
@Test(arguments: [
  ("^a*$", ["", "aaa"], ["abc"]),
  ("a+", ["xxaayy"], ["", "xyz"]),
  (#"^\p{Letter}+$"#, ["Hello", "π"], ["123", ""]),
  ("f.*o", ["foo", "foooooo", "xfo"], ["of"]),
  ("^á", ["áb"], ["a\u{301}", "bá"]),
  ("[0-9]{2,}", ["12", "a123"], ["1", "1a2"]),
  ("X_", ["aX_"], ["x_"]),

  ("", ["", "a"], []),
  ("^$", [""], ["a", "\n"]),
  ("^", ["", "a"], []),
  ("$", ["", "a"], []),
  ("$^", [""], ["a"]),
  ("a$b", [], ["ab", "a"]),
  ("^a|b$", ["ax", "xb", "a", "b"], ["xax", "bx", ""]),
  ("^(a|b)$", ["a", "b"], ["ab", "xa"]),
  ("(^a|b$|c)", ["ax", "xb", "xcx"], ["xax"]),
  ("(?:^|-)a(?:-|$)", ["a", "x-a-y", "-a", "a-"], ["xa", "ax", "x-ay"]),
  ("(a|^)$", ["", "xa"], ["x", "ax"]),
  ("^(a|$)", ["", "ax"], ["x", "xa"]),
  ("a{0}", ["", "b"], []),
  ("^a{2,3}$", ["aa", "aaa"], ["a", "aaaa"]),
  ("^a{2}?$", ["aa"], ["a", "aaa"]),
  ("^(?:ab?)+?$", ["a", "abab", "aab"], ["", "ba"]),
  ("^(?<year>\\d{4})-(?<month>\\d\\d)$", ["2026-11"], ["26-11"]),
  ("^(?:(?<n>a)|(?<n>b))$", ["a", "b"], ["c"]),
  ("^(?<\\u0061é>a)$", ["a"], [""]),
  ("^.$", ["a", "é", "😀"], ["", "\n", "\r", "\u{2028}", "ab"]),
  (#"^[^]$"#, ["\n", "😀"], [""]),
  ("[]", [], ["", "a"]),
  ("^[a-c-]+$", ["a-b", "-"], ["d"]),
  ("^[\\-a]+$", ["a-"], ["b"]),
  (#"^[\b]$"#, ["\u{8}"], ["b"]),
  (#"^[\]\\^]+$"#, [#"]\^"#], ["["]),
  (#"^\d\D\w\W\s\S$"#, ["1a_-\u{A0}x"], ["1a_- ", "a1_- x"]),
  (#"^\s$"#, ["\u{FEFF}", "\u{3000}", "\u{2028}", "\t", " "], ["\u{200B}", "\u{85}", "a"]),
  (#"^\t\n\v\f\r\0$"#, ["\t\n\u{B}\u{C}\r\0"], ["tnvfr0"]),
  (#"^\cJ\cj\x41\u0042\u{43}\u{1F600}\uD83D\uDE00$"#, ["\n\nABC😀😀"], [""]),
  (#"^[\uD83D\uDE00-\uD83D\uDE4F]$"#, ["😁"], ["🤖"]),
  (#"\uD83D"#, [], ["😀", "\u{FFFD}"]),
  (#"^[^\uD800-\uDFFF]$"#, ["😀", "a"], []),
  (#"^[\0-\uFFFF]$"#, ["a", "\u{FFFD}", "\u{E000}"], ["😀"]),
  (#"^\^\$\\\.\*\+\?\(\)\[\]\{\}\|\/$"#, [#"^$\.*+?()[]{}|/"#], [""]),
  (#"\bcat\b"#, ["cat", "a cat!", "cat-"], ["concat", "cats", "cat_"]),
  (#"\Bcat\B"#, ["xcats"], ["cat", "cats", "xcat"]),
  (#"^\b$"#, [], ["", "a"]),
  (#"^\B$"#, [""], ["a"]),
  (#"\b^a"#, ["ab"], ["ba", "-a"]),
  (#"é\b"#, ["éa"], ["é", "aé"]),
  (#"^(?:\b|x)*a$"#, ["a", "xa", "xxa"], ["-a"]),
  (#"^(?:\b){1000000}a"#, ["a"], ["-a"]),
  (#"^\p{Any}$"#, ["😀"], [""]),
  (#"^\p{ASCII}\P{ASCII}$"#, ["aé"], ["éa"]),
])
func patternDecides(_ pattern: String, _ matching: [String], _ other: [String]) throws {
  let compiled = try ECMAPattern(pattern)
  for text in matching { #expect(compiled.matches(text), "/\(pattern)/u should match \(text.debugDescription)") }
  for text in other { #expect(!compiled.matches(text), "/\(pattern)/u should not match \(text.debugDescription)") }
  // Once more through the deterministic automaton, which the recogniser makes after enough text.
  for _ in 0..<200 { _ = compiled.matches("warm") }
  for text in matching { #expect(compiled.matches(text), "determinised: /\(pattern)/u, \(text.debugDescription)") }
  for text in other { #expect(!compiled.matches(text), "determinised: /\(pattern)/u, \(text.debugDescription)") }
}

@Test(arguments: [
  ("(", 0, ECMAPatternError.Kind.syntax), ("ab(c", 2, .syntax), (")", 0, .syntax), ("a)b", 1, .syntax),
  ("[a", 0, .syntax), ("]", 0, .syntax), ("}", 0, .syntax), ("{", 0, .syntax), ("a{", 1, .syntax),
  ("a{1", 1, .syntax), ("a{,2}", 1, .syntax), ("a{2,1}", 1, .syntax), ("*a", 0, .syntax), ("a**", 2, .syntax),
  ("a|*", 2, .syntax), ("^*", 1, .syntax), (#"\b+"#, 2, .syntax), ("\\", 0, .syntax), (#"é\a"#, 2, .syntax),
  (#"\-"#, 0, .syntax), (#"\_"#, 0, .syntax), (#"\é"#, 0, .syntax), (#"\c1"#, 0, .syntax), (#"\x4"#, 0, .syntax),
  (#"\u12"#, 0, .syntax), (#"\u{110000}"#, 0, .syntax), (#"\u{}"#, 0, .syntax), (#"\u{12"#, 0, .syntax),
  (#"\00"#, 0, .syntax), (#"\k"#, 0, .syntax), (#"\k<a"#, 3, .syntax), (#"[\B]"#, 1, .syntax), (#"[\1]"#, 1, .syntax),
  ("[z-a]", 1, .syntax), (#"[\d-z]"#, 1, .syntax), (#"[a-\w]"#, 1, .syntax), ("(?", 0, .syntax), ("(?x)", 0, .syntax),
  ("(?<>a)", 3, .syntax), ("(?<1>a)", 3, .syntax), ("(?<a)", 4, .syntax), ("(?<a>x)(?<a>y)", 10, .syntax),
  (#"\p"#, 0, .syntax), (#"\p{Lu"#, 0, .syntax), (#"a\p{Klingon}"#, 4, .syntax), (#"\pL"#, 0, .syntax),
  ("a(?=b)", 1, .notRegular), ("(?!b)", 0, .notRegular), ("(?<=a)b", 0, .notRegular), ("(?<!a)b", 0, .notRegular),
  ("a(?=b)(", 6, .syntax), ("(?=b)*", 5, .syntax), ("(?<=b)?", 6, .syntax), (#"(?!(a))\1"#, 0, .notRegular),
  (#"\1"#, 0, .syntax), (#"\2(a)"#, 0, .syntax), (#"(?<m>a)\k<n>"#, 7, .syntax), (#"\1*(a)"#, 0, .notRegular),
  ("(?:a{1000}){1000}{", 17, .syntax), ("(?i-", 0, .syntax), ("(?ii:a)", 3, .syntax), ("(?-:a)", 0, .syntax),
  ("(?i-m:a", 0, .syntax), ("(?s-m:a)", 0, .unsupported),
  (String(repeating: "a", count: 20_001), 19_999, .tooLarge),
  ((0...1_000).map { "(?<n\($0)>)" }.joined(), 8_890, .tooLarge),
  (#"(a)\1"#, 3, .notRegular), (#"(?<n>a)\k<n>"#, 7, .notRegular), ("(?i:a)", 0, .unsupported),
  ("x(?:a{1000}){1000}", 12, .tooLarge), ("a{99999999999999999999}", 1, .tooLarge),
  (String(repeating: "(", count: 100_000), 200, .tooLarge),
])
func errorNamesThePlace(_ pattern: String, _ offset: Int, _ kind: ECMAPatternError.Kind) {
  let error = #expect(throws: ECMAPatternError.self) { try ECMAPattern(pattern) }
  #expect(error?.offset == offset, "\(pattern.prefix(40)): \(String(describing: error))")
  #expect(error?.kind == kind, "\(pattern.prefix(40)): \(String(describing: error))")
}

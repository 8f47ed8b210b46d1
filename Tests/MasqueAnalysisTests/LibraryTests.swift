import MasqueAnalysis
import MasqueModel
import MasqueWorkspace
import SourceText
import Testing
import YAMLSyntax

private func masque(_ name: String, _ index: Int, _ more: String = "") -> String {
  """
  name: \(name)
  index: \(index)
  version: "1.0.0"
  ring: player
  intent:
    denied: []
  lens: Look twice.
  \(more)
  """
}

/// The findings of every file in the libraries of the files that are named.
private func check(_ named: [FilePath], in files: any Files) throws -> [FilePath: [Finding]] {
  var finder = LibraryFinder(files: files)
  var result: [FilePath: [Finding]] = [:]
  for library in finder.libraries(of: named) {
    var analyses: [FilePath: FileAnalysis] = [:]
    let members = try library.members.map { path -> LibraryMember in
      let text = SourceText(try files.read(path, maximumLength: 1 << 20))
      let analysis = analyze(Snapshot(path: path.description, text: text))
      analyses[path] = analysis
      return LibraryMember(path: path, summary: analysis.summary)
    }
    let manifest = try library.root.manifest.map { path in
      LibraryManifest(
        path: path, syntax: SyntaxTree(SourceText(try files.read(path, maximumLength: maximumManifestLength))))
    }
    let found = libraryFindings(of: members, manifest: manifest)
    for path in library.members where !library.unnamed.contains(path) {
      result[path] = analyses[path]?.findings(with: found[path] ?? [])
    }
    if let manifest { result[manifest.path] = found[manifest.path] ?? [] }
  }
  return result.filter { !$0.value.isEmpty }
}

@Suite struct LibraryFinderTests {
  static let files = MemoryFiles(texts: [
    "manifest.yaml": "kind: Deployment\n",
    "personas/a.masque.yaml": "", "personas/deep/b.masque.yml": "", "personas/notes.md": "",
    "personas/deep/personas/n.masque.yaml": "",
    "own/manifest.yaml": "generated_at: x\nmasques: []\n", "own/c.masque.yaml": "",
    "own/personas/d.masque.yaml": "", "own/inner/manifest.yaml": "masques: []\n", "own/inner/e.masque.yaml": "",
    "loose/f.masque.yaml": "", "loose/g.masque.yaml": "", "loose/below/h.masque.yaml": "",
    "clone/.git/HEAD": "", "clone/i.masque.yaml": "",
  ])

  @Test(arguments: [
    ("personas/a.masque.yaml", "/work/personas", LibraryRoot.Kind.personas),
    ("personas/deep/b.masque.yml", "/work/personas", .personas),
    ("personas/deep/personas/n.masque.yaml", "/work/personas/deep/personas", .personas),
    ("own/c.masque.yaml", "/work/own", .manifest), ("own/personas/d.masque.yaml", "/work/own", .manifest),
    ("own/inner/e.masque.yaml", "/work/own/inner", .manifest),
    ("loose/f.masque.yaml", "/work/loose", .folder), ("./loose/below/h.masque.yaml", "/work/loose/below", .folder),
    ("clone/i.masque.yaml", "/work/clone", .folder), ("nowhere/x.masque.yaml", "/work/nowhere", .folder),
    ("/work/personas/a.masque.yaml", "/work/personas", .personas), ("top.masque.yaml", "/work", .folder),
  ])
  func root(_ file: String, _ folder: String, _ kind: LibraryRoot.Kind) {
    var finder = LibraryFinder(files: Self.files)
    #expect(finder.root(of: FilePath(file)) == LibraryRoot(folder: FilePath(folder), kind: kind))
  }

  @Test func wholeLibrariesOfFewFiles() {
    var finder = LibraryFinder(files: Self.files)
    let libraries = finder.libraries(of: ["./personas/deep/b.masque.yml", "loose/g.masque.yaml", "own/c.masque.yaml"])
    #expect(libraries.map(\.root.folder.description) == ["/work/loose", "/work/own", "/work/personas"])
    #expect(libraries[0].members == ["loose/f.masque.yaml", "loose/g.masque.yaml"])
    #expect(libraries[0].unnamed == ["loose/f.masque.yaml"])
    #expect(libraries[1].members == ["own/c.masque.yaml", "own/personas/d.masque.yaml"])
    // A file keeps the path that it was named by.
    #expect(libraries[2].members == ["personas/a.masque.yaml", "./personas/deep/b.masque.yml"])
    #expect(libraries.flatMap(\.errors).isEmpty)
  }

  @Test func everyMasqueIsInOneLibrary() {
    var finder = LibraryFinder(files: Self.files)
    let all = discoverMasques(["."], in: Self.files).files
    let libraries = finder.libraries(of: all)
    #expect(libraries.flatMap(\.members).sorted() == all)
    #expect(libraries.flatMap(\.unnamed).isEmpty)
    // Searched already or not, the answer is the same.
    #expect(finder.libraries(of: all, searched: ["."]) == libraries)
    for library in libraries {
      #expect(finder.library(at: library.root).members == library.members)
    }
  }

  @Test func pathsAboveTheCurrentFolder() {
    let files = MemoryFiles(
      ["/work/personas/a.masque.yaml": .file([]), "/work/personas/deep/b.masque.yaml": .file([])],
      currentFolder: "/work/personas/deep")
    var finder = LibraryFinder(files: files)
    let library = finder.libraries(of: ["b.masque.yaml"])
    #expect(library.map(\.members) == [["/work/personas/a.masque.yaml", "b.masque.yaml"]])
  }
}

@Suite struct LibraryFindingsTests {
  @Test func theFirstByPathIsTheRelatedPlace() throws {
    let files = MemoryFiles(texts: [
      "personas/a.masque.yaml": masque("A", 3), "personas/b.masque.yaml": masque("B", 3),
      "personas/deep/a.masque.yaml": masque("\"a\"", 9), "personas/z.masque.yaml": masque("Z", 3),
    ])
    let named: [FilePath] = [
      "personas/z.masque.yaml", "personas/deep/a.masque.yaml", "personas/b.masque.yaml", "personas/a.masque.yaml",
    ]
    let found = try check(named, in: files)
    #expect(found.keys.sorted() == ["personas/b.masque.yaml", "personas/deep/a.masque.yaml", "personas/z.masque.yaml"])
    let b = try #require(found["personas/b.masque.yaml"]?.first)
    #expect(b.message == "`3` is the index of `A`, too: the next free one is `10`")
    #expect(b.related.map(\.path) == ["personas/a.masque.yaml"] && b.related[0].range == ByteRange(15, 16))
    #expect(b.fixes[0].edits == [TextEdit(ByteRange(15, 16), "10")])
    // Each gets an index of its own.
    #expect(found["personas/z.masque.yaml"]?.first?.fixes[0].edits[0].replacement == "11")
    let name = try #require(found["personas/deep/a.masque.yaml"]?.first)
    #expect(name.code == "duplicate-name" && name.severity == .error)
    #expect(
      name.message
        == "`a` is the name of `personas/a.masque.yaml`, too, as `A`: names compare without case; give one of "
        + "the two another name")
    // However the names are batched, each file has the findings that one run gives it.
    for path in named {
      let alone = try check([path], in: files)
      #expect(alone[path] == found[path])
    }
  }

  @Test func anotherMasquesNameIsOneMistake() throws {
    let files = MemoryFiles(texts: ["a.masque.yaml": masque("A", 1), "b.masque.yaml": masque("A", 2)])
    let found = try check(["a.masque.yaml", "b.masque.yaml"], in: files)
    #expect(found.mapValues { $0.map(\.code) } == ["b.masque.yaml": ["duplicate-name"]])
  }

  @Test func commentsHideLibraryFindings() throws {
    let comment = "# masque-lint: disable-file duplicate-index -- two of a kind\n"
    let files = MemoryFiles(texts: [
      "a.masque.yaml": masque("A", 1), "b.masque.yaml": comment + masque("B", 1),
      "c.masque.yaml": comment + masque("C", 3),
    ])
    let found = try check(["a.masque.yaml", "b.masque.yaml", "c.masque.yaml"], in: files)
    #expect(found.mapValues { $0.map(\.code) } == ["c.masque.yaml": ["suppression-unused"]])
    // Nobody has looked at the library: nothing can be said of the comment.
    let alone = Snapshot(path: "c.masque.yaml", text: SourceText(comment + masque("C", 3)))
    #expect(findings(in: alone).isEmpty)
    #expect(analyze(alone).awaitsLibrary)
    #expect(findings(in: alone, library: []).map(\.code) == ["suppression-unused"])
    #expect(findings(in: alone, options: RuleOptions(ignored: ["duplicate"]), library: []).isEmpty)
  }

  @Test(
    arguments: [
      ("", []),
      ("version: \"1.0.0\"", ["the version of `A` is `0.9.0` here and `1.0.0` in its file"]),
    ] as [(String, [String])])
  func manifestOfOne(_ old: String, _ expected: [String]) throws {
    let members = [summary("a", masque("A", 1))]
    let yaml = Manifest(of: members.map(\.summary), generatedAt: "2026-01-01T00:00:00Z").yaml
    let manifest = old.isEmpty ? yaml : yaml.replacing(old, with: "version: 0.9.0")
    let found = libraryFindings(of: members, manifest: read(manifest)).values.flatMap { $0 }
    #expect(
      found.map(\.message)
        == expected.map { "this manifest is out of date: \($0): make it anew with `masque sync-manifest`" })
    #expect(found.allSatisfy { $0.code == "manifest-stale" && $0.severity == .hint })
  }

  static let stale: [(String, [LibraryMember], String)] = {
    let a = summary("a", masque("A", 1, "attributes: {domain: x, philosophy: \"Be  brief.\"}"))
    let b = summary("b", masque("B", 2))
    let both = Manifest(of: [b.summary, a.summary], generatedAt: "2026-01-01T00:00:00Z").yaml
    return [
      (both, [a], "it lists `B`, and no masque of that name is left"),
      (both, [a, b, summary("c", masque("C", 3))], "it does not list `C`"),
      (both.replacing("domain: x", with: "domain: y"), [a, b], "the domain of `A` is `y` here and `x` in its file"),
      (both.replacing("    domain: x\n", with: ""), [a, b], "the domain of `A` is missing, and `x` in its file"),
      (both.replacing("name: A", with: "name: a"), [a, b], "the name of `A` is `a` here and `A` in its file"),
      (both.replacing("index: 2", with: "index: 7"), [a, b], "the index of `B` is `7` here and `2` in its file"),
      (both.replacing("ring: player", with: "ring: guest"), [a, b], "and 1 more difference"),
      (both.replacing("masques:", with: "masks:"), [a, b], "this manifest has no list `masques`"),
      (
        both.replacing("generated_at: \"2026-01-01T00:00:00Z\"", with: "generated_at: today"), [a, b], "`generated_at`"
      ),
      (both + "  bad", [a, b], "this manifest can't be read"),
    ]
  }()

  @Test(arguments: stale.indices)
  func staleManifests(_ index: Int) throws {
    let (manifest, members, message) = Self.stale[index]
    let found = libraryFindings(of: members, manifest: read(manifest)).values.flatMap { $0 }
    #expect(found.count == 1 && found[0].message.contains(message), "\(found.map(\.message))")
    #expect(found.allSatisfy { $0.range.end <= manifest.utf8.count })
  }

  @Test func whatCanNotBeReadMakesNoManifestStale() {
    let a = summary("a", masque("A", 1))
    let b = summary("b", masque("B", 2))
    let broken = summary("b", masque("B", 2).replacing("version: \"1.0.0\"", with: "version: 1.0"))
    let yaml = Manifest(of: [a.summary, b.summary], generatedAt: "2026-01-01T00:00:00Z").yaml
    #expect(libraryFindings(of: [a, b], manifest: read(yaml)).isEmpty)
    #expect(libraryFindings(of: [a, broken], manifest: read(yaml)).isEmpty)
    // A finding about indices comes first.
    let twin = summary("c", masque("C", 2))
    #expect(
      libraryFindings(of: [a, b, twin], manifest: read(yaml)).values.flatMap { $0 }.map(\.code) == ["duplicate-index"])
  }

  @Test func indicesAtTheEndOfTheNumbers() {
    let members = [1, 2, Int.max, Int.max].map { summary("m\($0)", masque("M", $0)).summary }
    #expect(nextFreeIndex(among: members) == 3)
    #expect(nextFreeIndex(among: []) == 1)
    let twins = [1, 1, Int.max].enumerated().map { summary("m\($0)", masque("M\($0)", $1)) }
    let found = libraryFindings(of: twins).values.flatMap { $0 }
    #expect(found.map { $0.fixes[0].edits[0].replacement } == ["2"])
  }

  private func read(_ text: String) -> LibraryManifest {
    LibraryManifest(path: "manifest.yaml", syntax: SyntaxTree(SourceText(text)))
  }
}

private func summary(_ stem: String, _ text: String) -> LibraryMember {
  LibraryMember(path: FilePath("\(stem).masque.yaml"), summary: MasqueSummary(SyntaxTree(SourceText(text))))
}

import Testing

@testable import MasqueWorkspace

@Suite("Discovery")
struct DiscoveryTests {
  private let files = MemoryFiles([
    "personas/b.masque.yaml": .file([]), "personas/a.masque.yml": .file([]), "personas/a/c.masque.yaml": .file([]),
    "personas/a-z/d.masque.yaml": .file([]), "personas/notes.yaml": .file([]), "personas/.masque.yaml": .file([]),
    "personas/.hidden.masque.yaml": .file([]), "personas/.git/e.masque.yaml": .file([]),
    "personas/node_modules/f.masque.yaml": .file([]), "personas/loop": .link("."), "personas/self": .link("self"),
    "personas/self.masque.yaml": .link("self.masque.yaml"), "personas/linked.masque.yaml": .link("b.masque.yaml"),
    "personas/folder.masque.yaml/g.masque.yaml": .file([]), "elsewhere": .link("personas/a"), "empty": .folder,
  ])

  private func found(_ paths: FilePath...) -> [String] {
    discoverMasques(paths, in: files).files.map(\.description)
  }

  @Test("Folders are searched in order; hidden ones and node_modules only when named; links to folders never")
  func folders() {
    #expect(
      found("personas") == [
        "personas/a/c.masque.yaml", "personas/a-z/d.masque.yaml", "personas/a.masque.yml", "personas/b.masque.yaml",
        "personas/folder.masque.yaml/g.masque.yaml", "personas/linked.masque.yaml",
      ])
    #expect(found("personas/.git") == ["personas/.git/e.masque.yaml"])
    #expect(found("personas/node_modules/") == ["personas/node_modules/f.masque.yaml"])
    #expect(found("elsewhere") == ["elsewhere/c.masque.yaml"])
    #expect(found("empty") == [])
    #expect(found(".").first == "personas/a/c.masque.yaml")
  }

  @Test("Files that are named are taken whatever their name")
  func namedFiles() {
    #expect(found("personas/notes.yaml") == ["personas/notes.yaml"])
    #expect(found("./personas//.hidden.masque.yaml") == ["personas/.hidden.masque.yaml"])
  }

  @Test("Each file comes once, whatever its spelling and the order of the paths")
  func duplicates() {
    let expected = ["personas/a/c.masque.yaml"]
    #expect(found("personas/a", "personas/a/c.masque.yaml") == expected)
    #expect(found("personas/b/../a", "personas/a") == expected || found("personas/a", "personas/a/.") == expected)
    #expect(found("/work/personas/a", "personas/a") == ["/work/personas/a/c.masque.yaml"])
    #expect(found("personas/a", "/work/personas/a") == ["/work/personas/a/c.masque.yaml"])
    #expect(found("../work/personas/a", "personas/a") == ["../work/personas/a/c.masque.yaml"])
  }

  @Test("What names nothing is an error, once, beside the files that were found")
  func errors() {
    let result = discoverMasques(["nothing", "personas/a", "nothing", "no*thing"], in: files)
    #expect(result.files == ["personas/a/c.masque.yaml"])
    #expect(
      result.errors.map(\.description) == [
        "no*thing: no file or folder matches this glob", "nothing: No such file or directory",
      ])
    #expect(
      discoverMasques(["personas"], in: files).errors.map(\.description) == [
        "personas/self.masque.yaml: Too many levels of symbolic links"
      ])
  }

  @Test(
    "Globs",
    arguments: [
      ("personas/*.yml", ["personas/a.masque.yml"]),
      ("personas/[a-b].*", ["personas/a.masque.yml", "personas/b.masque.yaml"]),
      ("personas/[!a].masque.yaml", ["personas/b.masque.yaml"]),
      ("p*/a*/?.masque.y*ml", ["personas/a/c.masque.yaml", "personas/a-z/d.masque.yaml"]),
      ("**/c.masque.yaml", ["personas/a/c.masque.yaml"]), ("personas/**/d*", ["personas/a-z/d.masque.yaml"]),
      ("personas/{a,a-z}", ["personas/a/c.masque.yaml", "personas/a-z/d.masque.yaml"]),
      ("personas/n*.yaml", ["personas/notes.yaml"]),
      ("*/.hid*", ["personas/.hidden.masque.yaml"]),
    ])
  func globs(_ glob: String, _ expected: [String]) {
    #expect(found(FilePath(glob)) == expected)
  }

  @Test("A glob for anything means the masques")
  func globForAnything() {
    #expect(!found("personas/*").contains("personas/notes.yaml"))
    #expect(found("personas/**").contains("personas/a/c.masque.yaml"))
  }

  @Test("Hostile globs end")
  func hostileGlobs() {
    #expect(found(FilePath(String(repeating: "{a,b}", count: 30))) == [])
    #expect(found(FilePath(String(repeating: "**/", count: 30) + "x")) == [])
    #expect(found(FilePath("personas/" + String(repeating: "*a", count: 200))) == [])
    #expect(found("[", "{", "[!", "personas/[]", "\\") == [])
  }
}

@Suite("Paths")
struct FilePathTests {
  @Test(
    "Normalised",
    arguments: [
      ("a", "a"), ("./a", "a"), ("a/", "a"), ("a//b", "a/b"), ("a/./b", "a/b"), (".", "."), ("./", "."), ("/", "/"),
      ("//", "/"), ("/.", "/"), ("../a", "../a"), ("a/..", "a/.."), ("", "."), ("/a/", "/a"), ("a/.", "a"),
      (".a/.b", ".a/.b"),
    ])
  func normalized(_ path: String, _ expected: String) {
    #expect(FilePath(path).normalized == FilePath(expected))
  }

  @Test("Parents, names and absolute paths")
  func parts() {
    #expect(FilePath("a/b/c").parent == "a/b")
    #expect(FilePath("a").parent == ".")
    #expect(FilePath("/a").parent == "/")
    #expect(FilePath("/").parent == "/")
    #expect(String(decoding: FilePath("a/b").name, as: UTF8.self) == "b")
    #expect(FilePath("../x/./y").absolute(from: "/w/z") == "/w/x/y")
    #expect(FilePath("/../a").absolute(from: "/w") == "/a")
    #expect(FilePath("../../a").climbsBack == false)
    #expect(FilePath("a/../b").climbsBack)
  }

  @Test("Order is that of the names")
  func order() {
    let paths: [FilePath] = ["a/z", "a-b", "a", "a.b", "b", "a/b/c", "A"]
    #expect(paths.sorted() == ["A", "a", "a/b/c", "a/z", "a-b", "a.b", "b"])
  }

  @Test("For people, odd bytes are written out")
  func description() {
    #expect(FilePath(bytes: [0x61, 0xFF, 0x0A, 0xC3, 0xA9, 0xC3]).description == "a\\xFF\\x0Aé\\xC3")
    #expect(FilePath("図面/👩‍🚀").description == "図面/👩‍🚀")
  }

  @Test("Masques by their names")
  func masqueNames() {
    #expect(FilePath("x/a.masque.yaml").isMasque)
    #expect(FilePath("a.masque.yml").isMasque)
    #expect(!FilePath("x/.masque.yaml").isMasque)
    #expect(!FilePath(".masque.yml").isMasque)
    #expect(!FilePath("a.masque.yaml.bak").isMasque)
  }
}

import Foundation
import MasqueLintCLI
import MasqueWorkspace
import Testing

@testable import SystemIO

/// The file system and the streams of this machine, where a test in memory would prove nothing.
@Suite("System", .timeLimit(.minutes(10)))
struct SystemIOTests {
  private let files = SystemFiles()

  @Test("FIFOs, devices, sockets, folders and dangling links are errors at once")
  func specialFiles() throws {
    try withTemporaryFolder { folder in
      try #require(mkfifo("\(folder)/pipe.masque.yaml", 0o644) == 0)
      try #require(symlink("nowhere", "\(folder)/link.masque.yaml") == 0)
      try #require(symlink("loop.masque.yaml", "\(folder)/loop.masque.yaml") == 0)
      try #require(mkdir("\(folder)/folder.masque.yaml", 0o755) == 0)
      try write(soundMasque, to: "\(folder)/sound.masque.yaml")
      let outcome = run(["--quiet", folder], in: files)
      #expect(outcome.status == .usage)
      let lines = outcome.errorText.split(separator: "\n").sorted()
      try #require(lines.count == 3)
      #expect(lines[0].hasSuffix("link.masque.yaml: is a link that leads nowhere"))
      #expect(lines[1].hasSuffix("loop.masque.yaml: Too many levels of symbolic links"))
      #expect(lines[2].contains("pipe.masque.yaml: is a FIFO, not a file with text"))
      for path in ["/dev/null", "/dev/zero", "\(folder)/folder.masque.yaml"] {
        #expect(throws: FileError.self) { try files.read(FilePath(path), maximumLength: 100) }
      }
    }
  }

  @Test("Files are read whole, empty and odd sizes included")
  func reading() throws {
    try withTemporaryFolder { folder in
      for size in [0, 1, 4_095, 4_096, 65_536, 200_001] {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/x"))
        #expect(try files.read(FilePath("\(folder)/x"), maximumLength: size) == bytes)
        if size > 0 {
          let error = #expect(throws: FileError.self) {
            try files.read(FilePath("\(folder)/x"), maximumLength: size - 1)
          }
          #expect(error?.reason == .tooLarge)
        }
      }
      // Its size is said to be 0.
      #expect(try !files.read("/proc/self/status", maximumLength: 1 << 20).isEmpty)
    }
  }

  @Test("A missing and a forbidden file say why")
  func failures() throws {
    try withTemporaryFolder { folder in
      let missing = #expect(throws: FileError.self) { try files.read(FilePath("\(folder)/x"), maximumLength: 1) }
      #expect(missing?.reason == .notFound)
      #expect(missing?.message == "No such file or directory")
      try write("", to: "\(folder)/y")
      let throughFile = #expect(throws: FileError.self) { try files.read(FilePath("\(folder)/y/z"), maximumLength: 1) }
      #expect(throughFile?.message == "Not a directory")
    }
  }

  @Test("Names that are no UTF-8 are found and read")
  func invalidNames() throws {
    try withTemporaryFolder { folder in
      let name: [UInt8] = Array("\(folder)/caf".utf8) + [0xE9] + Array(".masque.yaml".utf8)
      let descriptor = FilePath(bytes: name).withCString { open($0, O_CREAT | O_WRONLY, 0o644) }
      try #require(descriptor >= 0)
      close(descriptor)
      #expect(discoverMasques([FilePath(folder)], in: files).files == [FilePath(bytes: name)])
      #expect(try files.read(FilePath(bytes: name), maximumLength: 1) == [])
    }
  }

  @Test("Replacing keeps the mode, follows links, and leaves no file behind")
  func replacing() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.masque.yaml"
      try write("old", to: path)
      try #require(chmod(path, 0o640) == 0)
      try #require(symlink("a.masque.yaml", "\(folder)/link.masque.yaml") == 0)
      try files.replace(FilePath("\(folder)/link.masque.yaml"), expecting: Array("old".utf8), with: Array("new".utf8))
      #expect(try read(path) == "new")
      var status = stat()
      try #require(stat(path, &status) == 0)
      #expect(status.st_mode & 0o7777 == 0o640)
      #expect(try files.kind(of: FilePath("\(folder)/link.masque.yaml"), followingLinks: false) == .link)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
    }
  }

  @Test("A file that changed is not replaced")
  func changedFile() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/a.masque.yaml"
      try write("somebody else's", to: path)
      for old in ["old", "somebody else's and more"] {
        let error = #expect(throws: FileError.self) {
          try files.replace(FilePath(path), expecting: Array(old.utf8), with: Array("new".utf8))
        }
        #expect(error?.reason == .changed)
      }
      #expect(try read(path) == "somebody else's")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
    }
  }

  @Test("Writing tells of a full device and of a closed pipe")
  func writeErrors() throws {
    let full = open("/dev/full", O_WRONLY)
    try #require(full >= 0)
    defer { close(full) }
    #expect(writeAll([1], to: full) == ENOSPC)
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    close(ends[0])
    signal(SIGPIPE, SIG_IGN)
    #expect(writeAll([1], to: ends[1]) == EPIPE)
    close(ends[1])
  }

  @Test("More than a pipe holds is written whole, even if the pipe does not block")
  func largeWrites() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let (reader, writer) = (ends[0], ends[1])
    try #require(fcntl(writer, F_SETFL, O_NONBLOCK) == 0)
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
    let thread = Thread {
      _ = writeAll(bytes, to: writer)
      close(writer)
    }
    thread.start()
    #expect(try contents(of: reader, "pipe", expecting: 0, 1 << 20) == bytes)
    close(reader)
  }

  @Test("Fixing on disk changes the files that need it, and no others")
  func fixingOnDisk() throws {
    try withTemporaryFolder { folder in
      try write(fixableMasque, to: "\(folder)/a.masque.yaml")
      try write(soundMasque, to: "\(folder)/b.masque.yaml")
      try write(brokenMasque, to: "\(folder)/c.masque.yaml")
      var before = stat()
      try #require(stat("\(folder)/b.masque.yaml", &before) == 0)
      let outcome = run(["--fix", "--select=yaml", folder], in: files)
      #expect(outcome.status == .findings)
      #expect(try read("\(folder)/a.masque.yaml").contains("- \"* without sources\""))
      #expect(try read("\(folder)/c.masque.yaml") == brokenMasque)
      var after = stat()
      try #require(stat("\(folder)/b.masque.yaml", &after) == 0)
      #expect(after.st_ino == before.st_ino)
    }
  }

  @Test("A thousand files on disk: the same bytes whatever --jobs")
  func parallelOnDisk() throws {
    try withTemporaryFolder { folder in
      for number in 0..<1_000 {
        try write(number % 9 == 0 ? tinyBrokenMasque : tinyMasque, to: "\(folder)/scribe-\(number).masque.yaml")
      }
      let one = run(["--jobs=1", "--select=yaml", folder], in: files)
      #expect(run(["--jobs=4", "--select=yaml", folder], in: files) == one)
      #expect(one.outputText.split(separator: "\n").filter { $0.contains("error[") }.count == 112)
    }
  }
}

import Foundation

// One line per subcommand; each lives in a file of its own.
switch CommandLine.arguments.dropFirst().first {
case "generate": exit(generate(Array(CommandLine.arguments.dropFirst(2))))
case "unicode-tables": exit(unicodeTables(Array(CommandLine.arguments.dropFirst(2))))
default:
  FileHandle.standardError.write(Data("usage: masque-dev generate|unicode-tables [--check]\n".utf8))
  exit(2)
}

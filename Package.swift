// swift-tools-version: 6.2
import PackageDescription

// One entry per room of docs/architecture.md. An arrow is an import; nothing points up. SwiftPM does not stop a
// transitive import, so LayeringTests holds the `import` lines to this list.

/// Strict from day one: Swift 6 mode comes with the tools version.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// The rooms that the tests send hundreds of thousands of documents through are optimised in debug builds as well, with
/// every check in place: it makes the test run several times as fast.
let optimized: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

func room(_ name: String, _ dependencies: [Target.Dependency] = [], isHot: Bool = false) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: isHot ? strict + optimized : strict)
}

/// `MASQUES_STATIC` is set for releases: programs that load no library at run time are one static file each. They are
/// compiled as the others are, so that one build serves both kinds.
let isRelease = Context.environment["MASQUES_STATIC"] == "yes"

/// What is linked by name, SQLite and the C++ library, is found as an archive first: the Makefile lays them there.
let allButGlibc = ["-L\(Context.packageDirectory)/.build/archives", "-Xclang-linker", "-static-libgcc"]

func program(_ name: String, _ dependencies: [Target.Dependency], isOneFile: Bool = false) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, swiftSettings: strict,
    linkerSettings: isRelease
      ? [.unsafeFlags(isOneFile ? ["-static-executable"] : allButGlibc, .when(configuration: .release))] : [])
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let package = Package(
  name: "masques",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "masque", targets: ["masque"]),
    .executable(name: "masque-lint", targets: ["masque-lint"]),
    .executable(name: "masque-lsp", targets: ["masque-lsp"]),
    .executable(name: "masque-audience", targets: ["masque-audience"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    // masque-audience alone: HTTP.
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
  ],
  targets: [
    .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"]), .brew(["jansson"])]),
    // Declarations alone; the C library has the functions.
    .systemLibrary(name: "CSpawn"),

    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

    room("SourceText", isHot: true),
    room("DocumentTree", ["SourceText"], isHot: true),
    room("RegularLanguages", isHot: true),
    room("YAMLSyntax", ["CLibYAML", "DocumentTree", "SourceText"], isHot: true),
    room("JSON", ["CJansson", "DocumentTree", "SourceText"]),
    room("JSONRPC", ["JSON"]),
    room("JSONSchema", ["DocumentTree", "RegularLanguages", "SourceText"], isHot: true),
    room("LanguageServerProtocol", ["JSON", "JSONRPC"]),
    room("MasqueModel", ["DocumentTree", "JSONSchema", "RegularLanguages", "SourceText", "YAMLSyntax"], isHot: true),
    room("MasqueWorkspace", ["DocumentTree", "JSON", "JSONSchema", "MasqueModel", "SourceText", "YAMLSyntax"]),
    room(
      "MasqueAnalysis",
      [
        "DocumentTree", "JSONSchema", "MasqueModel", "MasqueWorkspace", "RegularLanguages", "SourceText",
        "YAMLSyntax",
      ],
      isHot: true),
    room(
      "MasqueCommands",
      [
        "DocumentTree", "JSON", "JSONSchema", "MasqueModel", "MasqueWorkspace", "RegularLanguages", "SourceText",
        "YAMLSyntax",
      ]),
    room(
      "MasqueRuntime",
      [
        "DocumentTree", "JSON", "MasqueCommands", "MasqueModel", "MasqueWorkspace", "RegularLanguages", "SourceText",
        "YAMLSyntax",
      ]),
    room(
      "MasqueJudge",
      [
        "DocumentTree", "JSON", "JSONSchema", "MasqueCommands", "MasqueModel", "MasqueRuntime", "MasqueWorkspace",
        "RegularLanguages", "SourceText", "YAMLSyntax",
      ]),
    room("SystemIO", ["CSpawn", "MasqueWorkspace"]),
    room(
      "MasqueServer",
      [
        "JSON", "JSONRPC", "LanguageServerProtocol", "MasqueAnalysis", "MasqueCommands", "MasqueModel",
        "MasqueWorkspace", "SourceText",
      ]),
    room(
      "TerminalOutput",
      [
        "MasqueCommands", "MasqueWorkspace", "SourceText",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    room(
      "MasqueLintCLI",
      [
        "JSON", "JSONSchema", "MasqueAnalysis", "MasqueCommands", "MasqueModel", "MasqueWorkspace", "SourceText",
        "TerminalOutput", "YAMLSyntax", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    room(
      "MasqueLedger",
      [
        "JSON", "MasqueCommands", "MasqueModel", "MasqueRuntime", "MasqueWorkspace",
        .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ], isHot: true),
    room(
      "MasqueCLI",
      [
        "JSON", "MasqueCommands", "MasqueJudge", "MasqueMCP", "MasqueModel", "MasqueRuntime", "MasqueWorkspace",
        "TerminalOutput", "YAMLSyntax",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    room("Gzip", ["CZlib"]),
    room("MasqueAnalytics", ["Gzip", "JSON", "MasqueModel", "MasqueWorkspace"]),
    room(
      "MasqueAudience",
      [
        "Gzip", "JSON", "MasqueAnalytics", "MasqueModel", "MasqueWorkspace",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ], isHot: true),
    room("MasqueMCP", ["JSON", "JSONRPC", "MasqueCommands", "MasqueModel", "MasqueWorkspace"]),

    program("masque", ["MasqueCLI", "MasqueLedger", "MasqueModel", "MasqueRuntime", "MasqueWorkspace", "SystemIO"]),
    program("masque-lint", ["MasqueLintCLI", "SystemIO"], isOneFile: true),
    program("masque-lsp", ["MasqueModel", "MasqueServer", "SystemIO"], isOneFile: true),
    program("masque-audience", ["MasqueAudience", "SystemIO"]),
    // Development only: writes the generated files and checks that they are fresh. Never installed.
    program(
      "masque-dev",
      ["DocumentTree", "JSON", "MasqueAnalysis", "MasqueCommands", "MasqueModel", "SourceText", "YAMLSyntax"]),

    // Numbers for the tests that throw dice.
    .target(name: "SeededRandom", path: "Tests/SeededRandom", swiftSettings: strict),
    tests("SourceTextTests", ["SeededRandom", "SourceText"]),
    tests("DocumentTreeTests", ["DocumentTree"]),
    tests("RegularLanguagesTests", ["RegularLanguages", "SeededRandom"]),
    tests("YAMLSyntaxTests", ["DocumentTree", "SeededRandom", "SourceText", "YAMLSyntax"]),
    tests("JSONTests", ["DocumentTree", "JSON", "JSONRPC", "SeededRandom", "SourceText"]),
    // What the official meta model says of a message: for test targets only.
    .target(name: "LSPMetaModel", dependencies: ["JSON"], path: "Tests/LSPMetaModel", swiftSettings: strict),
    tests("LanguageServerProtocolTests", ["JSON", "JSONRPC", "LSPMetaModel", "LanguageServerProtocol"]),
    tests("JSONSchemaTests", ["DocumentTree", "JSON", "JSONSchema", "SourceText", "YAMLSyntax"]),
    tests(
      "MasqueModelTests",
      [
        "DocumentTree", "JSON", "JSONSchema", "MasqueModel", "RegularLanguages", "SeededRandom", "SourceText",
        "YAMLSyntax",
      ]),
    tests(
      "MasqueRuntimeTests",
      ["JSON", "MasqueCommands", "MasqueModel", "MasqueRuntime", "MasqueWorkspace", "SourceText", "YAMLSyntax"]),
    tests(
      "MasqueCommandsTests",
      [
        "DocumentTree", "JSON", "JSONSchema", "MasqueCommands", "MasqueModel", "MasqueWorkspace", "SourceText",
        "YAMLSyntax",
      ]),
    tests(
      "MasqueAnalysisTests",
      [
        "DocumentTree", "JSONSchema", "MasqueAnalysis", "MasqueModel", "MasqueWorkspace", "RegularLanguages",
        "SourceText", "YAMLSyntax",
      ]),
    tests(
      "MasqueCLITests",
      [
        "JSON", "MasqueAnalysis", "MasqueCLI", "MasqueCommands", "MasqueModel", "MasqueRuntime", "MasqueWorkspace",
        "SourceText", "SystemIO", "TerminalOutput", "YAMLSyntax",
      ]),
    tests(
      "MasqueJudgeTests",
      [
        "JSON", "MasqueCommands", "MasqueJudge", "MasqueModel", "MasqueRuntime", "MasqueWorkspace", "SourceText",
        "SystemIO", "YAMLSyntax",
      ]),
    tests(
      "MasqueMCPTests",
      [
        "DocumentTree", "JSON", "JSONRPC", "JSONSchema", "MasqueCommands", "MasqueMCP", "MasqueModel",
        "MasqueWorkspace", "SeededRandom",
      ]),
    tests(
      "MasqueServerTests",
      [
        "DocumentTree", "JSON", "JSONRPC", "LSPMetaModel", "LanguageServerProtocol", "MasqueAnalysis", "MasqueCommands",
        "MasqueModel", "MasqueServer", "MasqueWorkspace", "SeededRandom", "SourceText", "SystemIO", "YAMLSyntax",
      ]),
    tests(
      "MasqueLintCLITests",
      ["JSON", "MasqueAnalysis", "MasqueLintCLI", "MasqueWorkspace", "SeededRandom", "SourceText", "SystemIO"]),
    // Puts a ledger under load, for the tests that kill it and for measuring it. Never installed.
    .executableTarget(
      name: "ledger-driver",
      dependencies: ["MasqueLedger", "MasqueModel", "MasqueRuntime", "MasqueWorkspace", "SystemIO"],
      path: "Tests/LedgerDriver", swiftSettings: strict),
    tests(
      "MasqueLedgerTests",
      [
        "JSON", "MasqueCommands", "MasqueLedger", "MasqueModel", "MasqueRuntime", "MasqueWorkspace", "SeededRandom",
        "SystemIO", .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    tests(
      "MasqueAudienceTests",
      [
        "Gzip", "JSON", "MasqueAnalytics", "MasqueAudience", "MasqueModel", "MasqueRuntime", "MasqueWorkspace",
        "SeededRandom",
      ]),
    tests("LayeringTests", []),
  ]
)

// `make fuzz` alone: a program with libFuzzer has a `main` of its own, and nobody else should wait for these.
if Context.environment["MASQUES_FUZZ"] != nil {
  func fuzzer(_ name: String, _ folder: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
      name: "fuzz-\(name)", dependencies: ["FuzzSupport"] + dependencies, path: "Tests/Fuzzing/\(folder)",
      swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])
  }
  package.targets += [
    .target(name: "FuzzSupport", path: "Tests/Fuzzing/Support", swiftSettings: strict),
    fuzzer("yaml", "YAML", ["DocumentTree", "SourceText", "YAMLSyntax"]),
    fuzzer("schema", "Schema", ["DocumentTree", "JSON", "JSONSchema", "MasqueAnalysis", "SourceText", "YAMLSyntax"]),
    fuzzer("patterns", "Patterns", ["RegularLanguages"]),
    fuzzer("messages", "Messages", ["DocumentTree", "JSON", "JSONRPC", "SourceText"]),
    fuzzer("otlp", "OTLP", ["Gzip", "JSON", "MasqueAudience"]),
  ]
}

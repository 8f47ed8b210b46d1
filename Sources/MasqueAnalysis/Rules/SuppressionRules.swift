// What reading and applying the comments that hide findings brings to light.

let suppressionUnused = RuleDescription(
  "suppression-unused", .warning, fix: .safe,
  summary: "A comment hides a finding that is not there.",
  reason: """
    The mistake has been mended, or the comment stands at the wrong line. Left behind, it would hide the next mistake of
    the same kind. A code that is switched off, or off by default, is not judged.
    """,
  bad: """
    # masque-lint: disable-next-line schema-enum -- the ring is decided next week
    ring: player
    """,
  good: """
    ring: player
    """)

let suppressionUnknownCode = RuleDescription(
  "suppression-unknown-code", .warning, fix: .safe,
  summary: "A comment is to hide findings of a code that does not exist.",
  reason: """
    A misspelt code hides nothing, and nobody would notice until the finding fails a build. Codes are listed on the page
    of all rules, and stand behind each finding.
    """,
  bad: """
    knowledge:
      - mcp://handbook/style
      # masque-lint: disable-next-line knowledge-duplicat -- listed twice on purpose
      - mcp://handbook/style
    """,
  good: """
    knowledge:
      - mcp://handbook/style
      # masque-lint: disable-next-line knowledge-duplicate -- listed twice on purpose
      - mcp://handbook/style
    """)

let suppressionSyntax = RuleDescription(
  "suppression-syntax", .warning, fix: .safe,
  summary: "A comment speaks to masque-lint in words that it does not know.",
  reason: """
    Comments that hide findings are `disable-next-line`, `disable-line` and `disable-file`, each with codes that are
    parted by commas and, behind `--`, a reason. Anything else hides nothing, although it looks as if it did.
    """,
  bad: """
    knowledge:
      - mcp://handbook/style
      # masque-lint: disable-nextline knowledge-duplicate -- listed twice on purpose
      - mcp://handbook/style
    """,
  good: """
    knowledge:
      - mcp://handbook/style
      # masque-lint: disable-next-line knowledge-duplicate -- listed twice on purpose
      - mcp://handbook/style
    """)

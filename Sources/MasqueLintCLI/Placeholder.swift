// Room: MasqueLintCLI. See docs/architecture.md.

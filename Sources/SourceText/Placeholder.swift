// Room: SourceText. See docs/architecture.md.

// Room: RegularLanguages. See docs/architecture.md.

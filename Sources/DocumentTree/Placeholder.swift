// Room: DocumentTree. See docs/architecture.md.

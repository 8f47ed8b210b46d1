// Room: JSONSchema. See docs/architecture.md.

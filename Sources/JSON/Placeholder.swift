// Room: JSON. See docs/architecture.md.

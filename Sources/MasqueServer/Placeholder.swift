// Room: MasqueServer. See docs/architecture.md.

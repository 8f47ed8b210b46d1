// Room: MasqueModel. See docs/architecture.md.

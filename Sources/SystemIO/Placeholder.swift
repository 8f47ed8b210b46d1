// Room: SystemIO. See docs/architecture.md.

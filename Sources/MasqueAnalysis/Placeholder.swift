// Room: MasqueAnalysis. See docs/architecture.md.

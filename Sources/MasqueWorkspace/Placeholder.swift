// Room: MasqueWorkspace. See docs/architecture.md.

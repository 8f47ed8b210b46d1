// Room: JSONRPC. See docs/architecture.md.

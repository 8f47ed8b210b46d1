// Room: LanguageServerProtocol. See docs/architecture.md.

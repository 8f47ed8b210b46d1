// Room: YAMLSyntax. See docs/architecture.md.

"""Requests about a document, as a server's capabilities promise them."""

import wire


def methods(capabilities):
    """The methods that read a document and change nothing, by what was announced."""
    pairs = {
        "textDocument/hover": "hoverProvider",
        "textDocument/completion": "completionProvider",
        "textDocument/definition": "definitionProvider",
        "textDocument/references": "referencesProvider",
        "textDocument/documentHighlight": "documentHighlightProvider",
        "textDocument/documentSymbol": "documentSymbolProvider",
        "textDocument/codeAction": "codeActionProvider",
        "textDocument/codeLens": "codeLensProvider",
        "textDocument/documentLink": "documentLinkProvider",
        "textDocument/formatting": "documentFormattingProvider",
        "textDocument/rangeFormatting": "documentRangeFormattingProvider",
        "textDocument/prepareRename": "renameProvider",
        "textDocument/rename": "renameProvider",
        "textDocument/foldingRange": "foldingRangeProvider",
        "textDocument/selectionRange": "selectionRangeProvider",
        "textDocument/inlayHint": "inlayHintProvider",
        "textDocument/semanticTokens/full": "semanticTokensProvider",
        "textDocument/semanticTokens/range": "semanticTokensProvider",
        "textDocument/diagnostic": "diagnosticProvider",
    }
    return [method for method, provider in pairs.items() if capabilities.get(provider)]


def params(method, uri, text, dice, encoding="utf-16"):
    """Parameters for a method, at random places of the text."""
    first, second = sorted(dice.randrange(len(text) + 1) for _ in range(2))
    place = wire.position(text, first, encoding)
    range_ = {"start": place, "end": wire.position(text, second, encoding)}
    result = {"textDocument": {"uri": uri}}
    name = method.removeprefix("textDocument/")
    if name in ("hover", "completion", "definition", "references", "documentHighlight", "prepareRename", "rename"):
        result["position"] = place
    if name == "references":
        result["context"] = {"includeDeclaration": True}
    if name == "rename":
        result["newName"] = "renamed"
    if name in ("codeAction", "rangeFormatting", "inlayHint", "semanticTokens/range"):
        result["range"] = range_
    if name == "codeAction":
        result["context"] = {"diagnostics": []}
    if name in ("formatting", "rangeFormatting"):
        result["options"] = {"tabSize": 2, "insertSpaces": True}
    if name == "selectionRange":
        result["positions"] = [place, range_["end"]]
    return result


def comparable(value):
    """An answer without what is a server's own: the names it gives to results, and versions."""
    if isinstance(value, dict):
        return {key: comparable(item) for key, item in value.items() if key not in ("resultId", "version")}
    return [comparable(item) for item in value] if isinstance(value, list) else value

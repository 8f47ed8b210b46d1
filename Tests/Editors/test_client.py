"""A typed client (pytest-lsp, lsprotocol): every message of the server must be one that the specification knows.

What the bytes must be is in test_protocol.py; here the server meets the capabilities of real editors.
"""

import asyncio
import pathlib

import pytest
import pytest_lsp
from conftest import program
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

LSP, WHY_NOT = program("masque-lsp", "MASQUE_LSP")
if LSP is None:
    pytest.skip(WHY_NOT, allow_module_level=True)

EDITORS = ["neovim", "emacs", "visual-studio-code"]


@pytest_lsp.fixture(config=ClientServerConfig(server_command=[LSP]), params=EDITORS)
async def client(request, lsp_client: LanguageClient, tmp_path: pathlib.Path):
    params = types.InitializeParams(
        capabilities=client_capabilities(request.param),
        workspace_folders=[types.WorkspaceFolder(uri=tmp_path.as_uri(), name="masques")],
    )
    result = await lsp_client.initialize_session(params)
    lsp_client.announced = result.capabilities
    yield
    await lsp_client.shutdown_session()


def opened(client, path, text, version=1):
    uri = path.as_uri()
    item = types.TextDocumentItem(uri=uri, language_id="yaml", version=version, text=text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))
    return uri


async def findings(client, uri, condition):
    """Waits until what is published for the document meets the condition."""
    for _ in range(500):
        found = client.diagnostics.get(uri)
        if found is not None and condition(found):
            return found
        await asyncio.sleep(0.01)
    raise AssertionError(f"published: {client.diagnostics.get(uri)}")


def quad(range_):
    return (range_.start.line, range_.start.character, range_.end.line, range_.end.character)


@pytest.mark.asyncio
async def test_what_is_announced(client: LanguageClient):
    announced = client.announced
    sync = announced.text_document_sync
    kind = sync.change if isinstance(sync, types.TextDocumentSyncOptions) else sync
    assert kind == types.TextDocumentSyncKind.Incremental
    assert announced.completion_provider is not None


@pytest.mark.asyncio
async def test_a_broken_persona(client: LanguageClient, broken):
    uri = opened(client, broken.path, broken.text)
    found = await findings(client, uri, lambda found: len(found) == 3)
    by_code = {diagnostic.code: diagnostic for diagnostic in found}
    assert set(by_code) == {"schema-enum", "schema-required", "unknown-key"}
    assert quad(by_code["schema-enum"].range) == broken.ring_range
    assert quad(by_code["unknown-key"].range) == broken.unknown_range
    assert by_code["schema-enum"].severity == types.DiagnosticSeverity.Error
    assert by_code["unknown-key"].severity in (types.DiagnosticSeverity.Warning, types.DiagnosticSeverity.Error)

    change = types.TextDocumentContentChangePartial(
        range=types.Range(types.Position(broken.ring_line, 6), types.Position(broken.ring_line, 11)), text="guest"
    )
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            text_document=types.VersionedTextDocumentIdentifier(uri=uri, version=2), content_changes=[change]
        )
    )
    left = await findings(client, uri, lambda found: "schema-enum" not in {d.code for d in found})
    assert {"schema-required", "unknown-key"} <= {d.code for d in left}


@pytest.mark.asyncio
async def test_completion_of_rings(client: LanguageClient, broken):
    text = broken.good.replace(next(line for line in broken.good.split("\n") if line.startswith("ring:")), "ring: ")
    uri = opened(client, broken.path, text)
    line = text.split("\n").index("ring: ")
    result = await client.text_document_completion_async(
        types.CompletionParams(
            text_document=types.TextDocumentIdentifier(uri=uri), position=types.Position(line=line, character=6)
        )
    )
    items = result.items if isinstance(result, types.CompletionList) else result
    items = sorted(items or [], key=lambda item: item.sort_text or item.label)
    assert [item.label for item in items] == ["admin", "player", "guest", "outsider"]
    assert len({str(item.documentation) for item in items}) == 4

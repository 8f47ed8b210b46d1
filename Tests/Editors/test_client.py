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
    lsp_client.registered = []

    @lsp_client.feature(types.WORKSPACE_CODE_LENS_REFRESH)
    def refresh(_):
        return None

    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams):
        lsp_client.registered += [registration.method for registration in params.registrations]

    params = types.InitializeParams(
        capabilities=client_capabilities(request.param),
        workspace_folders=[types.WorkspaceFolder(uri=tmp_path.as_uri(), name="masques")],
    )
    result = await lsp_client.initialize_session(params)
    lsp_client.announced = result.capabilities
    yield
    await lsp_client.shutdown_session()


async def until(condition):
    for _ in range(500):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it has not come about")


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
    if client.announced.completion_provider.resolve_provider:
        assert all(item.documentation is None for item in items)
        items = [await client.completion_item_resolve_async(item) for item in items]
    assert len({str(item.documentation) for item in items}) == 4


@pytest.mark.asyncio
async def test_what_is_registered(client: LanguageClient, request):
    """Exactly what the editor says that it takes registrations for."""
    workspace = client.capabilities.workspace
    wanted = set()
    if workspace.did_change_watched_files and workspace.did_change_watched_files.dynamic_registration:
        wanted.add("workspace/didChangeWatchedFiles")
    if workspace.did_change_configuration and workspace.did_change_configuration.dynamic_registration:
        wanted.add("workspace/didChangeConfiguration")
    await until(lambda: set(client.registered) >= wanted)
    assert sorted(client.registered) == sorted(wanted)


@pytest.mark.asyncio
async def test_settings_of_the_editor(client: LanguageClient, broken):
    """They are asked for where the editor can be asked, and brought where it can not."""
    client.set_configuration({"masque": {"lint": {"ignore": ["schema", "unknown-key"]}}})
    client.workspace_did_change_configuration(
        types.DidChangeConfigurationParams(settings={"masque": {"lint": {"ignore": ["schema", "unknown-key"]}}})
    )
    uri = opened(client, broken.path, broken.text)
    await findings(client, uri, lambda found: found == [] or all(f.code == "file-name-mismatch" for f in found))


@pytest.mark.asyncio
async def test_a_file_that_changes_on_disk(client: LanguageClient, broken):
    """A masque that nobody has open gets the other's name."""
    uri = opened(client, broken.path, broken.text)
    other = broken.path.with_name("another.masque.yaml")
    name = broken.text.split("name: ")[1].split("\n")[0]
    other.write_text(f"name: {name}\nindex: 99\n", encoding="utf-8")
    if client.registered:
        event = types.FileEvent(uri=other.as_uri(), type=types.FileChangeType.Created)
        client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes=[event]))
    else:
        client.text_document_did_save(types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(uri)))
    # Of two, the one whose path comes later is told.
    assert broken.path > other
    await findings(client, uri, lambda found: any(f.code == "duplicate-name" for f in found))


def tokens(client, data):
    """(line, column, length, type, modifiers) of each token."""
    legend = client.announced.semantic_tokens_provider.legend
    line = column = 0
    result = []
    for index in range(0, len(data), 5):
        lines, columns, length, kind, modifiers = data[index : index + 5]
        line, column = line + lines, (columns if lines else column + columns)
        assert length > 0
        assert modifiers < 1 << len(legend.token_modifiers)
        result.append((line, column, length, legend.token_types[kind], modifiers))
    return result


def name_line(lines):
    return next(number for number, line in enumerate(lines) if line.startswith("name:"))


def applied(data, edits):
    """The numbers after the edits of a delta."""
    result = list(data)
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        result[edit.start : edit.start + edit.delete_count] = edit.data or []
    return result


@pytest.mark.asyncio
async def test_semantic_tokens(client: LanguageClient, broken):
    if client.announced.semantic_tokens_provider is None:
        pytest.skip("this client announces no tokens")
    uri = opened(client, broken.path, broken.good)
    document = types.TextDocumentIdentifier(uri=uri)
    full = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(text_document=document))
    found = tokens(client, full.data)
    assert found == sorted(found)
    assert all(a[0] != b[0] or a[1] + a[2] <= b[1] for a, b in zip(found, found[1:], strict=False))
    lines = broken.good.split("\n")
    assert all(column + length <= len(lines[line].encode("utf-16-le")) // 2 for line, column, length, _, _ in found)
    assert (name_line(lines), 0, len("name")) in [token[:3] for token in found]

    window = types.Range(types.Position(broken.ring_line, 0), types.Position(broken.ring_line + 1, 0))
    part = await client.text_document_semantic_tokens_range_async(
        types.SemanticTokensRangeParams(text_document=document, range=window)
    )
    assert tokens(client, part.data) == [token for token in found if token[0] == broken.ring_line]
    assert len(tokens(client, part.data)) == 2

    options = client.announced.semantic_tokens_provider.full
    if not getattr(options, "delta", False):
        return
    change = types.TextDocumentContentChangePartial(
        range=types.Range(types.Position(0, 0), types.Position(0, 0)), text="# a line\n"
    )
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            text_document=types.VersionedTextDocumentIdentifier(uri=uri, version=2), content_changes=[change]
        )
    )
    delta = await client.text_document_semantic_tokens_full_delta_async(
        types.SemanticTokensDeltaParams(text_document=document, previous_result_id=full.result_id)
    )
    after = await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(text_document=document))
    assert applied(full.data, delta.edits) == list(after.data)
    assert sum(len(edit.data or []) for edit in delta.edits) <= 10


@pytest.mark.asyncio
async def test_inlay_hints(client: LanguageClient, broken):
    uri = opened(client, broken.path, broken.good)
    whole = types.Range(types.Position(0, 0), types.Position(broken.good.count("\n"), 0))
    hints = await client.text_document_inlay_hint_async(
        types.InlayHintParams(text_document=types.TextDocumentIdentifier(uri=uri), range=whole)
    )
    ring = next(hint for hint in hints if hint.position.line == broken.ring_line)
    line = broken.good.split("\n")[broken.ring_line]
    assert ring.position.character == len(line)
    assert ring.label
    if client.announced.inlay_hint_provider.resolve_provider:
        assert ring.tooltip is None
        ring = await client.inlay_hint_resolve_async(ring)
    assert ring.tooltip


@pytest.mark.asyncio
async def test_lenses_run_what_is_announced(client: LanguageClient, broken):
    announced = client.announced
    commands = announced.execute_command_provider.commands if announced.execute_command_provider else []
    if announced.code_lens_provider is None:
        assert not {"masque.preview", "masque.intent.explain", "masque.don"} & set(commands)
        return
    uri = opened(client, broken.path, broken.good)
    lenses = await client.text_document_code_lens_async(
        types.CodeLensParams(text_document=types.TextDocumentIdentifier(uri=uri))
    )
    assert lenses
    for lens in lenses:
        assert lens.range.start.line == name_line(broken.good.split("\n"))
        if lens.command is None:
            lens = await client.code_lens_resolve_async(lens)
        assert lens.command.title
        assert lens.command.command in commands
        # The score is asked by the masque, whose file may be named by its URI.
        key = "masque" if lens.command.command == "masque.performance" else "uri"
        assert list(lens.command.arguments) == [{key: uri, "show": True}]


@pytest.mark.asyncio
async def test_names(client: LanguageClient, tmp_path):
    def masque(name, index, more):
        head = f'name: {name}\nindex: {index}\nversion: "1.0.0"\nring: player\n'
        return head + "intent:\n  allowed: [\"write *\"]\nlens: Write.\n" + more

    closed = tmp_path / "poet.masque.yaml"
    closed.write_text(masque("Poet", 2, "skills:\n  - uri: skill://writing/verse\n    level: expert\n"))
    text = masque(
        "Scribe",
        1,
        "skills:\n  - uri: skill://writing/verse\n    level: novice\nknowledge:\n  - mcp://library/shelf\n"
        "mcp:\n  servers:\n    - name: library\n      type: stdio\n      command: serve\n",
    )
    path = tmp_path / "scribe.masque.yaml"
    path.write_text(text)
    uri = opened(client, path, text)
    document = types.TextDocumentIdentifier(uri=uri)
    lines = text.split("\n")

    def place(words):
        line = next(number for number, line in enumerate(lines) if words in line)
        return types.Position(line=line, character=lines[line].index(words) + len(words) - 1)

    server = place("mcp://library")
    found = await client.text_document_definition_async(types.DefinitionParams(document, server))
    found = found if isinstance(found, list) else [found]
    line = found[0].target_range.start.line if isinstance(found[0], types.LocationLink) else found[0].range.start.line
    assert "name: library" in lines[line]

    edit = await client.text_document_rename_async(
        types.RenameParams(text_document=document, position=server, new_name="archive")
    )
    # lsprotocol gives either form; together they have the edits of one document.
    changes = edit.changes or {change.text_document.uri: change.edits for change in edit.document_changes}
    assert list(changes) == [uri]
    assert sorted(quad(change.range) for change in changes[uri]) == sorted(
        (number, line.index("library"), number, line.index("library") + len("library"))
        for number, line in enumerate(lines)
        if "library" in line
    )
    assert {change.new_text for change in changes[uri]} == {"archive"}

    skill = place("writing/verse")
    context = types.ReferenceContext(include_declaration=True)
    for _ in range(500):
        references = await client.text_document_references_async(
            types.ReferenceParams(text_document=document, position=skill, context=context)
        )
        if len(references or []) == 2:
            break
        await asyncio.sleep(0.01)
    assert {reference.uri for reference in references} == {uri, closed.as_uri()}

    symbols = await client.workspace_symbol_async(types.WorkspaceSymbolParams(query="poet"))
    assert [symbol.name for symbol in symbols][:1] == ["Poet"]
    marks = await client.text_document_document_highlight_async(types.DocumentHighlightParams(document, server))
    assert len(marks) == 2

"""A broken persona in Neovim, through Neovim's own language client and the plugin in editors/neovim."""

import json
import os
import subprocess

import pytest
import session
from conftest import HERE, ROOT, editor


def observe(server, document, folder, patience):
    command = [editor("nvim"), "--headless", "-i", "NONE", "-u", str(HERE / "neovim_session.lua"), str(document.path)]
    return session.run(
        command,
        document,
        server,
        folder,
        patience,
        SESSION_PLUGIN=ROOT / "editors" / "neovim",
        NVIM_LOG_FILE=folder / "nvim.log",
    )


def check_hover(report):
    """The key's meaning, and the rings in the order of the schema, each with its own."""
    text = report["hover"] or ""
    assert text.startswith("**Ring**") and "required" in text, text
    places = [text.index(f"- `{ring}`: ") for ring in session.RINGS]
    assert places == sorted(places), text


def check_symbols(report, document):
    """The intact keys are listed although others are broken, and what is in them."""
    listed = {item["text"]: item["line"] for item in report["symbols"]}
    lines = document.text.split("\n")
    for word, start in [("name", "name:"), ("intent", "intent:"), ("ring", "ring:"), ("lens", "lens:")]:
        found = [line for text, line in listed.items() if text.endswith(f"] {word}")]
        assert found and lines[found[0]].startswith(start), (word, report["symbols"])
    assert any("skill://" in text for text in listed), report["symbols"]


def check_quick_fix(report):
    assert "player" in (report["quick_fix"] or ""), "no quick fix was offered"
    assert report["quick_fixed_line"] == "ring: player"
    assert "schema-enum" not in [finding["code"] for finding in report["quick_fixed"]]
    assert len(report["quick_fixed"]) == 2


def check_commands(report):
    """A preview of the unsaved text, and a phrase that the user was asked for."""
    # Where there is no answer, Lua has an empty table, which is a list in JSON.
    preview = (dict(report["preview"]).get("result") or {}).get("text", "")
    assert preview.startswith("<masque-active name=") and 'ring="player"' in preview.split("\n")[0], preview
    shown = "\n".join(report["shown"])
    assert preview.split("\n")[0] in shown, shown
    titles = [action["title"] for action in (report.get("question") or {}).get("actions", [])]
    assert len(titles) >= 2 and all(title.startswith("“") for title in titles), titles
    assert report["completed"] == ["intent.explain", "intent.diff"], report["completed"]
    verdict = dict(report["verdict"]).get("result") or {}
    assert verdict.get("verdict") == "denied" and verdict["matches"], report["verdict"]


def check_native(report, document):
    """Masques, evaluations and settings are attached, with the folder above `personas` as their root; other YAML is not."""
    native = report["native"]
    assert native["cmd"] == ["masque-lsp"] and native["filetypes"] == ["yaml"]
    assert set(native["roots"]) == {
        "a.masque.yaml", "a.masque.yml", ".masque-lint.yaml", "a.eval.yaml", ".masques/config.yaml",
    }
    assert set(native["roots"].values()) == {str(document.path.parent.parent)}


CHECKS = {
    **session.CHECKS,
    "hover over `ring`": lambda report, _: check_hover(report),
    "the outline": check_symbols,
    "commands": lambda report, _: check_commands(report),
    "a quick fix clears its finding": lambda report, _: check_quick_fix(report),
}


@pytest.fixture
def report(lsp, broken, tmp_path):
    return observe(lsp, broken, tmp_path, 10_000)


def test_a_broken_persona(report, broken, subtests):
    for name, check in CHECKS.items():
        with subtests.test(name):
            if name.startswith("completion"):
                ordered = sorted(report["completions"], key=lambda item: item["sort"])
                report = {**report, "completions": ordered}
            check(report, broken)
    with subtests.test("the configuration for vim.lsp.enable"):
        check_native(report, broken)
    with subtests.test("the ways of a newer Neovim"):
        client, method, params, handler = report["newer"]
        assert (client, method, handler) == (4711, "workspace/executeCommand", "function")
        assert params == {"command": "masque.intent.explain", "arguments": [{"phrase": "deploy the web site", "show": True}]}
        assert report["started"][:3] == ["masque", ["elsewhere"], str(broken.path.parent.parent)]


def test_the_checks_notice_a_server_that_says_nothing(silent_server, broken, tmp_path):
    report = observe(silent_server, broken, tmp_path, 300)
    for check in CHECKS.values():
        with pytest.raises(AssertionError):
            check(report, broken)


NATIVE = """
if vim.fn.has('nvim-0.11') == 0 then io.write('"too old"') vim.cmd('quitall!') end
vim.opt.runtimepath:prepend('%s')
vim.lsp.config('masque', { cmd = { '%s' }, settings = { masque = { lint = { ignore = { 'schema-required' } } } } })
vim.lsp.enable('masque')
vim.api.nvim_create_autocmd('VimEnter', { callback = function() vim.schedule(function()
  vim.wait(10000, function() return #vim.diagnostic.get(0) == 2 end, 10)
  local function found() return vim.tbl_map(function(each) return each.code end, vim.diagnostic.get(0)) end
  local codes = found()
  local commands = vim.fn.getcompletion('Masque int', 'cmdline')
  local client = vim.lsp.get_clients()[1]
  local root = client.root_dir
  client.settings = { masque = { lint = { ignore = { 'schema' } } } }
  client:notify('workspace/didChangeConfiguration', { settings = client.settings })
  vim.wait(10000, function() return #found() == 1 end, 10)
  local later = found()
  vim.cmd.edit('%s')
  vim.wait(300)
  local others = #vim.lsp.get_clients { bufnr = 0 }
  io.write(vim.json.encode { codes = codes, later = later, commands = commands, root = root, others = others, kind = vim.bo.filetype })
  vim.cmd('quitall!')
end) end })
"""


def test_the_way_of_a_newer_neovim(lsp, broken, tmp_path):
    """`vim.lsp.enable` and `vim.lsp.config`: a masque has a server with the settings, other YAML has none."""
    init, other = tmp_path / "init.lua", tmp_path / "values.yaml"
    other.write_text("ring: playr\n", encoding="utf-8")
    init.write_text(NATIVE % (ROOT / "editors" / "neovim", lsp, other), encoding="utf-8")
    command = [editor("nvim"), "--headless", "-i", "NONE", "-u", str(init), str(broken.path)]
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    report = json.loads(done.stdout or "null")
    if report == "too old":
        pytest.skip("this Neovim is older than 0.11")
    assert report, done.stderr
    assert sorted(report["codes"]) == ["schema-enum", "unknown-key"], report
    assert report["later"] == ["unknown-key"], report
    assert report["commands"] == ["intent.explain", "intent.diff"]
    assert report["root"] == str(broken.path.parent.parent)
    assert (report["others"], report["kind"]) == (0, "yaml")

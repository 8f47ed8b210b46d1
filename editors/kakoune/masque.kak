# masque-lsp for masques, their evaluations, and the settings of the linter and of masque, through kakoune-lsp (18 or newer).
# Source it after kakoune-lsp: of two hooks the later one decides, and buffers stay `yaml`.

hook -group masque global BufCreate (.*/)?([^/]+\.masque\.ya?ml|[^/]+\.eval\.yaml|\.masque-lint\.yaml|\.masques/config\.yaml) %{
    set-option buffer filetype yaml
    set-option buffer lsp_language_id masque
    set-option buffer lsp_servers %{
        [masque-lsp]
        root_globs = ["manifest.yaml", ".git", ".hg"]
        settings_section = "masque"
        [masque-lsp.settings.masque]
        # Settings, as docs/editor-settings.md lists them:
        # lint.ignore = ["file-name-mismatch"]
    }
}

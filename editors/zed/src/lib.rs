//! Tells Zed where masque-lsp is; Zed does the rest.

use zed_extension_api::{self as zed, settings::LspSettings, LanguageServerId, Result, Worktree};

struct MasqueExtension;

impl zed::Extension for MasqueExtension {
    fn new() -> Self {
        MasqueExtension
    }

    fn language_server_command(&mut self, id: &LanguageServerId, worktree: &Worktree) -> Result<zed::Command> {
        let binary = LspSettings::for_worktree(id.as_ref(), worktree)
            .ok()
            .and_then(|settings| settings.binary);
        let arguments = binary.as_ref().and_then(|binary| binary.arguments.clone());
        let command = binary
            .and_then(|binary| binary.path)
            // A bare name is looked for on PATH, as without a setting.
            .map(|path| if path.contains('/') { path } else { worktree.which(&path).unwrap_or(path) })
            .or_else(|| worktree.which("masque-lsp"))
            .ok_or("masque-lsp is not on PATH: run `make install`, or set lsp.masque-lsp.binary.path")?;
        Ok(zed::Command {
            command,
            args: arguments.unwrap_or_default(),
            env: worktree.shell_env(),
        })
    }

    fn language_server_workspace_configuration(
        &mut self,
        id: &LanguageServerId,
        worktree: &Worktree,
    ) -> Result<Option<zed::serde_json::Value>> {
        let settings = LspSettings::for_worktree(id.as_ref(), worktree)?;
        Ok(settings.settings)
    }
}

zed::register_extension!(MasqueExtension);

-- For `vim.lsp.enable('masque')`, Neovim 0.11 or newer. Buffers stay `yaml`: only those that hold a masque, its evaluations, or
-- settings of the linter or of `masque` are attached.

local masque = require('masque')

local function is_ours(path)
  local name = vim.fn.fnamemodify(path, ':t')
  return name:match('%.masque%.ya?ml$') ~= nil
    or name:match('%.eval%.yaml$') ~= nil
    or name == '.masque-lint.yaml'
    or path:match('/%.masques/config%.yaml$') ~= nil
end

masque.create_command()

---@type vim.lsp.Config
return {
  cmd = { 'masque-lsp' },
  filetypes = { 'yaml' },
  root_dir = function(buffer, on_dir)
    local path = vim.api.nvim_buf_get_name(buffer)
    if is_ours(path) then
      on_dir(masque.root_of(path))
    end
  end,
  handlers = masque.handlers,
}

-- Attaches masque-lsp to *.masque.yaml, *.masque.yml and .masque-lint.yaml. Neovim 0.7 or newer.

local M = {}

-- The folder with manifest.yaml, else the one that holds personas/, else the file's own.
local function root_of(path)
  local own = vim.fn.fnamemodify(path, ':p:h')
  local folder, beside_personas = own, nil
  while true do
    if vim.loop.fs_stat(folder .. '/manifest.yaml') then
      return folder
    end
    local parent = vim.fn.fnamemodify(folder, ':h')
    if parent == folder then
      return beside_personas or own
    end
    if vim.fn.fnamemodify(folder, ':t') == 'personas' then
      beside_personas = beside_personas or parent
    end
    folder = parent
  end
end

-- Neovim 0.7 has no vim.lsp.start, which shares one server among the buffers of a root.
local clients = {}
local function start(config, buffer)
  if vim.lsp.start then
    return vim.lsp.start(config, { bufnr = buffer })
  end
  local client = clients[config.root_dir]
  if not client or vim.lsp.client_is_stopped(client) then
    client = vim.lsp.start_client(config)
    clients[config.root_dir] = client
  end
  if client then
    vim.lsp.buf_attach_client(buffer, client)
  end
end

-- What a command says that has a text to be read: a preview, a rule's page. The rest is for scripts.
local function show(failure, result, context)
  if failure then
    -- A question that was not answered is no failure.
    if failure.code ~= -32800 then
      vim.notify(failure.message, vim.log.levels.ERROR)
    end
    return
  end
  -- Where the server shows the result itself, once is enough.
  local argument = context and context.params and (context.params.arguments or {})[1]
  if type(argument) == 'table' and argument.show then
    return
  end
  local text = type(result) == 'table' and (result.text or result.page)
  if text then
    vim.lsp.util.open_floating_preview(vim.split(text, '\n'), 'markdown', { focus_id = 'masque', wrap = true })
  end
end

-- options: whatever vim.lsp.start takes; `cmd` above all, when masque-lsp is not on PATH.
function M.setup(options)
  vim.api.nvim_create_autocmd({ 'BufReadPost', 'BufNewFile' }, {
    group = vim.api.nvim_create_augroup('masque', { clear = true }),
    pattern = { '*.masque.yaml', '*.masque.yml', '.masque-lint.yaml' },
    callback = function(event)
      local root = root_of(vim.api.nvim_buf_get_name(event.buf))
      vim.bo[event.buf].omnifunc = 'v:lua.vim.lsp.omnifunc'
      start(vim.tbl_extend('keep', options or {}, {
        name = 'masque',
        cmd = { 'masque-lsp' },
        root_dir = root,
        workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
        handlers = { ['workspace/executeCommand'] = show },
      }), event.buf)
    end,
  })
end

return M

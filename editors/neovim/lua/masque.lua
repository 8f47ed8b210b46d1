-- Attaches masque-lsp to *.masque.yaml, *.masque.yml, *.eval.yaml, .masque-lint.yaml and ~/.masques/config.yaml. Neovim 0.7 or
-- newer.

local M = {}

-- The folder with manifest.yaml, else the one that holds personas/, else the file's own.
local function root_of(path)
  local own = vim.fn.fnamemodify(path, ':p:h')
  local folder, beside_personas = own, nil
  while true do
    if (vim.uv or vim.loop).fs_stat(folder .. '/manifest.yaml') then
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

-- The masques that can be put on, one to a line.
local function listing(masques)
  local lines = {}
  for _, each in ipairs(masques) do
    if not each.shadowed then
      local index = type(each.index) == 'number' and each.index or ''
      local tagline = type(each.tagline) == 'string' and each.tagline or ''
      table.insert(lines, ('%4s  %-26s %-9s %s'):format(index, each.name, each.ring, tagline))
    end
  end
  return table.concat(lines, '\n')
end

-- What a command says that has a text to be read: a preview, a rule's page, a list. The rest is for scripts.
local function show(failure, result, context)
  -- Where the server shows the result itself, as it does without an argument, once is enough.
  local argument = ((context and context.params or {}).arguments or {})[1]
  if context and context.params and not argument then
    return
  end
  if failure then
    -- A question that was not answered is no failure.
    if failure.code ~= -32800 then
      vim.notify(failure.message, vim.log.levels.ERROR)
    end
    return
  end
  if type(argument) == 'table' and argument.show then
    return
  end
  local text = type(result) == 'table' and (result.text or result.page or result.masques and listing(result.masques))
  if text then
    vim.lsp.util.open_floating_preview(vim.split(text, '\n'), 'markdown', { focus_id = 'masque', wrap = true })
  end
end

-- The server that is attached to a buffer, or else any that runs.
local function client_for(buffer)
  local any
  for _, client in ipairs((vim.lsp.get_clients or vim.lsp.get_active_clients)()) do
    if client.name == 'masque' then
      if vim.lsp.buf_is_attached(buffer, client.id) then
        return client
      end
      any = client
    end
  end
  return any
end

local function commands_of(client)
  local provider = client and client.server_capabilities.executeCommandProvider
  return provider and provider.commands or {}
end

-- Runs a command of the server, such as `masque.preview`, about the masque in the current buffer. What is missing in the
-- argument is asked for.
function M.execute(command, argument)
  local client = client_for(vim.api.nvim_get_current_buf())
  if not client then
    vim.notify('masque-lsp is not running: open a masque first', vim.log.levels.ERROR)
    return
  end
  if not vim.tbl_contains(commands_of(client), command) then
    vim.notify('this masque-lsp has no command ' .. command, vim.log.levels.ERROR)
    return
  end
  argument = argument or vim.empty_dict()
  local params = { command = command, arguments = { argument } }
  if vim.fn.has('nvim-0.11') == 1 then
    client:request('workspace/executeCommand', params, show)
  else
    client.request('workspace/executeCommand', params, show)
  end
end

-- What the words behind a command mean: `:Masque don Codesmith implement the parser`.
local words = {
  don = function(first, rest)
    return { masque = first, intent = rest }
  end,
  inspect = function(first)
    return { masque = first }
  end,
  preview = function(first)
    return { masque = first }
  end,
  explainRule = function(first)
    return { code = first }
  end,
  ['intent.explain'] = function(first, rest)
    return { phrase = first and (rest and first .. ' ' .. rest or first) }
  end,
  ['intent.diff'] = function(first, rest)
    return { before = first, after = rest }
  end,
}

local function run(line)
  local name, first, rest = line:match('^(%S+)%s*(%S*)%s*(.-)%s*$')
  local argument = words[name] and words[name](first ~= '' and first or nil, rest ~= '' and rest or nil) or {}
  -- What has no text of its own is said by the server.
  if not vim.tbl_contains({ 'preview', 'explainRule', 'list' }, name) then
    argument.show = true
  end
  if vim.tbl_isempty(argument) then
    argument = nil
  end
  M.execute('masque.' .. name, argument)
end

-- `:Masque preview` and so on, with the commands that the server has.
local function create_command()
  if not vim.api.nvim_create_user_command then
    return
  end
  vim.api.nvim_create_user_command('Masque', function(call)
    run(call.args)
  end, {
    nargs = '+',
    desc = 'Run a command of masque-lsp',
    complete = function(lead)
      local names = {}
      for _, command in ipairs(commands_of(client_for(vim.api.nvim_get_current_buf()))) do
        local name = command:gsub('^masque%.', '')
        if vim.startswith(name, lead) then
          table.insert(names, name)
        end
      end
      return names
    end,
  })
end

-- options: whatever vim.lsp.start takes; `cmd` above all, when masque-lsp is not on PATH.
function M.setup(options)
  create_command()
  vim.api.nvim_create_autocmd({ 'BufReadPost', 'BufNewFile' }, {
    group = vim.api.nvim_create_augroup('masque', { clear = true }),
    pattern = { '*.masque.yaml', '*.masque.yml', '*.eval.yaml', '.masque-lint.yaml', '*/.masques/config.yaml' },
    callback = function(event)
      local root = root_of(vim.api.nvim_buf_get_name(event.buf))
      vim.bo[event.buf].omnifunc = 'v:lua.vim.lsp.omnifunc'
      start(vim.tbl_extend('keep', options or {}, {
        name = 'masque',
        cmd = { 'masque-lsp' },
        root_dir = root,
        workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
        handlers = M.handlers,
      }), event.buf)
    end,
  })
end

-- For lsp/masque.lua, which configures Neovim's own vim.lsp.enable.
M.root_of = root_of
M.create_command = create_command
M.handlers = { ['workspace/executeCommand'] = show }

-- Neovim 0.12 asks for the findings of the workspace's files again and leaves out those in its buffers.
local refresh = vim.lsp.handlers['workspace/diagnostic/refresh']
if refresh then
  M.handlers['workspace/diagnostic/refresh'] = function(failure, result, context)
    local client = vim.lsp.get_client_by_id(context.client_id)
    local answer = refresh(failure, result, context)
    if client and client:supports_method('workspace/diagnostic') then
      for buffer in pairs(client.attached_buffers) do
        local document = { uri = vim.uri_from_bufnr(buffer) }
        client:request('textDocument/diagnostic', { textDocument = document, identifier = 'masque' }, nil, buffer)
      end
    end
    return answer
  end
end

return M

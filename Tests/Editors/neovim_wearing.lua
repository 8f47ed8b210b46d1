-- Somebody wears a masque in Neovim: `nvim --headless -u neovim_wearing.lua FILE`. It only clicks and looks; what it saw
-- goes as JSON to $SESSION_REPORT, and test_wearing.py judges it.

vim.opt.runtimepath:prepend(vim.env.SESSION_PLUGIN)
vim.opt.swapfile = false
require('masque').setup { cmd = { vim.env.SESSION_SERVER } }

local patience = tonumber(vim.env.SESSION_PATIENCE)
local project = vim.env.SESSION_PROJECT

local function request(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, patience) or {}
  local _, answer = next(answers)
  return answer or {}
end

local function run(command, argument)
  return request('workspace/executeCommand', { command = command, arguments = { argument or vim.empty_dict() } })
end

-- A command of which nobody waits for the result.
local function post(command, argument)
  local params = { command = command, arguments = { argument or vim.empty_dict() } }
  vim.lsp.buf_request(0, 'workspace/executeCommand', params)
end

local function read(name)
  local file = io.open(project .. '/' .. name)
  local text = file and file:read('*a')
  if file then
    file:close()
  end
  return text
end

local function wears(name)
  local session = read('.claude/masque.session.yaml') or ''
  if name then
    return session:find('active:\n  name: ' .. name, 1, true) ~= nil
  end
  return session:find('active: null', 1, true) ~= nil
end

-- 0.12 and newer keep lenses fresh themselves, and say whose they are.
local has_own_lenses = vim.lsp.codelens.enable ~= nil
if has_own_lenses then
  vim.lsp.codelens.enable(true)
end

-- The lenses as Neovim has them, once their titles have what is looked for.
local function lenses(word)
  local titles
  vim.wait(patience, function()
    if not has_own_lenses then
      vim.lsp.codelens.refresh()
    end
    vim.wait(50)
    titles = {}
    for _, lens in ipairs(vim.lsp.codelens.get(not has_own_lenses and 0 or { bufnr = 0 })) do
      lens = lens.lens or lens
      table.insert(titles, lens.command and lens.command.title or '')
    end
    return vim.tbl_contains(titles, word)
  end, 20)
  return titles
end

-- What a person does: the command in the line of the cursor that has this title.
local function choose(title)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  vim.ui.select = function(items, options, proceed)
    for _, item in ipairs(items) do
      -- A newer Neovim says behind it which server offers it.
      local shown = options.format_item(item)
      if shown == title or vim.startswith(shown, title .. ' [') then
        return proceed(item)
      end
    end
    proceed(nil)
  end
  vim.lsp.codelens.run()
end

local function session()
  local report = { told = {} }
  vim.lsp.handlers['window/showMessage'] = function(_, message)
    table.insert(report.told, message.message)
  end
  vim.wait(patience, function()
    return not vim.tbl_isempty(request('textDocument/documentSymbol', {
      textDocument = vim.lsp.util.make_text_document_params(),
    }))
  end, 20)
  local uri = vim.uri_from_bufnr(0)

  report.before = lenses('Don')
  choose('Don')
  report.donned = vim.wait(patience, function()
    return wears('Scribe')
  end, 20)
  report.worn = lenses('Doff')
  report.terminal = vim.fn.system { vim.env.SESSION_MASQUE, 'id', '--json' }
  report.settings_worn = read('.claude/settings.local.json')

  post('masque.doff', { uri = uri, show = true })
  report.doffed = vim.wait(patience, function()
    return wears(nil)
  end, 20)
  vim.wait(patience, function()
    return #report.told > 1
  end, 20)
  report.after = lenses('Don')
  report.settings = read('.claude/settings.local.json')

  -- The same block, whoever asks.
  report.block = run('masque.don', { masque = 'Scribe', intent = 'write a letter' })
  report.preview = run('masque.preview', { uri = uri })
  report.self = run('masque.inspect', { masque = 'self' })
  report.denied = run('masque.don', { uri = uri, intent = 'write a letter without sources' })
  -- Nobody waits in between: they are done in this order.
  post('masque.doff')
  post('masque.don', { uri = uri })
  post('masque.doff')
  report.last = run('masque.id')

  vim.api.nvim_buf_set_lines(0, 0, 0, true, { '# not saved' })
  report.unsaved = run('masque.don', { uri = uri })
  report.final = read('.claude/settings.local.json')
  return report
end

vim.api.nvim_create_autocmd('VimEnter', {
  callback = function()
    vim.schedule(function()
      local fine, report = pcall(session)
      local file = assert(io.open(vim.env.SESSION_REPORT, 'w'))
      file:write(vim.json.encode(fine and report or { failure = tostring(report) }))
      file:close()
      vim.cmd('cquit ' .. (fine and 0 or 1))
    end)
  end,
})

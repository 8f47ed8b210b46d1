-- An author's session in Neovim, without the author: `nvim --headless -u neovim_session.lua FILE`.
--
-- It only watches and types; what it saw goes as JSON to $SESSION_REPORT, and test_neovim.py judges it. The language
-- client is Neovim's own, set up by editors/neovim as a user would.

vim.opt.runtimepath:prepend(vim.env.SESSION_PLUGIN)
vim.opt.swapfile = false
require('masque').setup { cmd = { vim.env.SESSION_SERVER } }

local patience = tonumber(vim.env.SESSION_PATIENCE)

local function findings()
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    local lsp = (diagnostic.user_data or {}).lsp or {}
    table.insert(found, {
      code = diagnostic.code or lsp.code,
      message = diagnostic.message,
      severity = diagnostic.severity,
      range = { diagnostic.lnum, diagnostic.col, diagnostic.end_lnum, diagnostic.end_col },
    })
  end
  return found
end

local function has(code)
  for _, finding in ipairs(findings()) do
    if finding.code == code then
      return true
    end
  end
  return false
end

-- One answer of the attached server, as { result = … } or { error = … }.
local function request(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, patience) or {}
  local _, answer = next(answers)
  return answer or {}
end

-- 0.11 and newer want to be told what a position counts; 0.7 has no other encoding.
local function encoding()
  local client = vim.lsp.get_clients and vim.lsp.get_clients { bufnr = 0 }[1]
  return client and client.offset_encoding or 'utf-16'
end

local function position_params()
  return vim.lsp.util.make_position_params(0, encoding())
end

-- What Neovim's own menu makes of an item, where it says so: the word it would insert.
local function menu_entry(item)
  local convert = vim.lsp.util.text_document_completion_list_to_complete_items
  if vim.fn.has('nvim-0.10') == 1 then
    return { word = item.textEdit and item.textEdit.newText or item.insertText or item.label }
  end
  return convert({ item }, '')[1] or {}
end

local function completions()
  local result = request('textDocument/completion', position_params()).result or {}
  local offered = {}
  for _, item in ipairs(result.items or result) do
    if not item.documentation then
      item = request('completionItem/resolve', item).result or item
    end
    local entry = menu_entry(item)
    local documentation = item.documentation
    table.insert(offered, {
      label = item.label,
      word = entry.word,
      sort = item.sortText or item.label,
      detail = item.detail,
      documentation = type(documentation) == 'table' and documentation.value or documentation,
    })
  end
  return offered
end

-- What the client would show in its window.
local function hover(line, column)
  vim.api.nvim_win_set_cursor(0, { line + 1, column })
  local result = request('textDocument/hover', position_params()).result
  if type(result) ~= 'table' then
    return vim.NIL
  end
  return table.concat(vim.lsp.util.convert_input_to_markdown_lines(result.contents), '\n')
end

-- The outline as Neovim lists it: a line, a kind and a name each.
local function symbols()
  local result = request('textDocument/documentSymbol', { textDocument = vim.lsp.util.make_text_document_params() }).result
  local listed = {}
  for _, item in ipairs(vim.lsp.util.symbols_to_items(result or {}, 0, encoding())) do
    table.insert(listed, { line = item.lnum - 1, text = item.text })
  end
  return listed
end

-- Applies the first quick fix of the finding with a code, as the client does when an author picks it. This client does
-- not ask which one is preferred.
local function quick_fix(code)
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    local shown = (diagnostic.user_data or {}).lsp or {}
    if (diagnostic.code or shown.code) == code then
      vim.api.nvim_win_set_cursor(0, { diagnostic.lnum + 1, diagnostic.col })
      local params = vim.lsp.util.make_range_params(0, encoding())
      params.context = { diagnostics = { {
        range = params.range, code = code, message = diagnostic.message, severity = diagnostic.severity,
      } }, only = { 'quickfix' } }
      for _, action in ipairs(request('textDocument/codeAction', params).result or {}) do
        if action.edit then
          vim.lsp.util.apply_workspace_edit(action.edit, encoding())
          return action.title
        end
      end
    end
  end
  return vim.NIL
end

local function format()
  if vim.lsp.buf.format then
    vim.lsp.buf.format { timeout_ms = patience }
  else
    vim.lsp.buf.formatting_sync(nil, patience)
  end
end

local function replace(first, last, lines)
  vim.api.nvim_buf_set_lines(0, first, last, true, lines)
end

local function session()
  local report = {}
  local document = vim.json.decode(vim.env.SESSION_DOCUMENT)

  vim.wait(patience, function()
    return has('schema-enum') and has('unknown-key') and has('schema-required')
  end, 5)
  report.broken = findings()

  report.hover = hover(document.ring_line, 1)
  report.symbols = symbols()
  report.quick_fix = quick_fix('schema-enum')
  vim.wait(patience, function()
    return not has('schema-enum')
  end, 5)
  report.quick_fixed = findings()
  report.quick_fixed_line = vim.api.nvim_buf_get_lines(0, document.ring_line, document.ring_line + 1, true)[1]

  replace(document.ring_line, document.ring_line + 1, { 'ring: ' })
  vim.api.nvim_win_set_cursor(0, { document.ring_line + 1, 6 })
  vim.cmd('startinsert!')
  vim.api.nvim_win_set_cursor(0, { document.ring_line + 1, 6 })
  report.cursor = vim.api.nvim_win_get_cursor(0)
  report.completions = completions()

  replace(document.ring_line, document.ring_line + 1, { 'ring: player' })
  vim.wait(patience, function()
    return not has('schema-enum') and not has('schema-type')
  end, 5)
  report.ring_fixed = findings()

  replace(document.unknown_line, document.unknown_line + 1, { document.version })
  vim.wait(patience, function()
    return #findings() == 0
  end, 5)
  -- Whatever else is under way may still arrive and must not bring a finding back.
  vim.wait(100)
  report.all_fixed = findings()

  local function text()
    return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, true), '\n')
  end
  report.tidy = text()
  replace(document.ring_line, document.ring_line + 1, { 'ring  :    player  ', '', '   ' })
  report.untidy = text()
  format()
  report.formatted = text()
  format()
  report.formatted_again = text()
  -- Nothing is saved, and only one masque is open: what is meant goes without saying. What is asked gets its last answer.
  vim.lsp.handlers['window/showMessageRequest'] = function(_, question)
    report.question = question
    return question.actions[#question.actions]
  end
  report.preview = request('workspace/executeCommand', { command = 'masque.preview' })
  pcall(vim.cmd, 'Masque preview')
  vim.wait(patience, function()
    return #vim.api.nvim_list_wins() > 1
  end, 5)
  local float = vim.api.nvim_list_wins()[2]
  report.shown = float and vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(float), 0, -1, true) or {}
  report.completed = vim.fn.getcompletion('Masque int', 'cmdline')
  report.verdict = request('workspace/executeCommand', { command = 'masque.intent.explain' })
  -- What vim.lsp.enable makes of lsp/masque.lua in a newer Neovim: which buffers it attaches, and where.
  local config = dofile(vim.env.SESSION_PLUGIN .. '/lsp/masque.lua')
  report.native = { cmd = config.cmd, filetypes = config.filetypes, roots = {} }
  local folder = vim.fn.fnamemodify(document.path, ':h')
  local names = {
    'a.masque.yaml', 'a.masque.yml', '.masque-lint.yaml', 'a.eval.yaml', '.masques/config.yaml',
    'values.yaml', 'masque.yaml', 'config.yaml', 'eval.yaml',
  }
  for _, name in ipairs(names) do
    local buffer = vim.api.nvim_create_buf(false, true)
    vim.api.nvim_buf_set_name(buffer, folder .. '/' .. name)
    config.root_dir(buffer, function(root)
      report.native.roots[name] = root
    end)
  end
  -- A newer Neovim has clients with methods, and other names for the same things.
  local masque = require('masque')
  vim.fn.has = function()
    return 1
  end
  vim.lsp.get_clients = function()
    return { {
      id = 4711,
      name = 'masque',
      server_capabilities = { executeCommandProvider = { commands = { 'masque.intent.explain' } } },
      request = function(self, method, params, handler)
        report.newer = { self.id, method, params, type(handler) }
      end,
    } }
  end
  pcall(vim.cmd, 'Masque intent.explain deploy the web site')
  vim.lsp.start = function(config, options)
    report.started = { config.name, config.cmd, config.root_dir, options.bufnr }
  end
  masque.setup { cmd = { 'elsewhere' } }
  vim.api.nvim_exec_autocmds('BufReadPost', { group = 'masque', buffer = 0 })
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

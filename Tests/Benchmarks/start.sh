#!/usr/bin/env bash
# How long it takes from nothing to the first finding in Neovim, by the README's commands:
#   start.sh REPOSITORY EMPTY-FOLDER
# What the Swift toolchain has downloaded before is not downloaded again; all else is done anew, in the folder.
set -euo pipefail

repository=$(realpath "$1")
mkdir -p "$2/home/.config/nvim" "$2/home/project/.git"
cd "$2"
home=$PWD/home

seconds() { python3 -c "print(f'{$2 - $1:.2f} s')"; }

begun=$(date +%s.%N)
git clone --quiet "$repository" masques
cloned=$(date +%s.%N)
make -C masques install PREFIX="$home/.local" >install.log 2>&1
installed=$(date +%s.%N)

echo "require('masque').setup()" >"$home/.config/nvim/init.lua"
cat >"$home/project/scribe.masque.yaml" <<'MASQUE'
name: Scribe
index: 1
version: "1.0"
ring: plaer
intent:
  allowed: ["write *"]
lense: Write so that nobody has to ask twice.
MASQUE
cat >"$home/wait.lua" <<'LUA'
vim.schedule(function()
  local found = vim.wait(10000, function() return #vim.diagnostic.get(0) > 0 end, 1)
  for _, finding in ipairs(vim.diagnostic.get(0)) do
    io.stdout:write(finding.lnum + 1, ': ', finding.message, '\n')
  end
  vim.cmd(found and 'qall!' or 'cquit')
end)
LUA
cd "$home/project"
shown=$(date +%s.%N)
env -u XDG_CONFIG_HOME -u XDG_DATA_HOME HOME="$home" PATH="$home/.local/bin:$PATH" \
  nvim --headless -c "luafile $home/wait.lua" scribe.masque.yaml
ended=$(date +%s.%N)

echo
echo "git clone                    $(seconds "$begun" "$cloned")"
echo "make install                 $(seconds "$cloned" "$installed")"
echo "nvim, to the first findings  $(seconds "$shown" "$ended")"

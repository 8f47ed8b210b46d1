#!/bin/sh
# A status line of Claude Code: the masque that is worn, or nothing. Session data comes as JSON on standard input.
set -u
. "$(dirname "$0")/find-masque.sh"
folder=$(sed -n 's/.*"project_dir"[[:space:]]*:[[:space:]]*"\([^"\\]*\)".*/\1/p' | head -n 1)
[ -n "$masque" ] || exit 0
cd "${folder:-.}" 2>/dev/null || exit 0
# `masque id` answers 1 where none is worn. Its first line is the name and the version, the second the ring.
answer=$("$masque" id --color never 2>/dev/null) || exit 0
printf '%s\n' "$answer" | awk '
  NR == 1 { if (/^No masque/) exit; name = $0 }
  $1 == "ring" { ring = $2 }
  END { if (name) printf "%s%s\n", name, ring ? " · " ring : "" }'

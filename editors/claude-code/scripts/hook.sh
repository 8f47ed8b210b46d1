#!/bin/sh
# A hook of Claude Code: `hook.sh session-start|session-end`, with the event's JSON on standard input.
# Whatever happens, the session goes on: 1 shows the user what went wrong and stops nothing.
set -u
. "$(dirname "$0")/find-masque.sh"
if [ -z "$masque" ]; then
  cat >/dev/null
  [ "$1" = session-start ] && cat <<'MESSAGE'
{"systemMessage": "Masques: the program masque is not installed, or not on PATH. https://github.com/ChrisDBaldwin/masques"}
MESSAGE
  exit 0
fi
cd "${CLAUDE_PROJECT_DIR:-.}" || exit 1
"$masque" hook "$1" || exit 1

#!/bin/sh
# A hook of Claude Code: `hook.sh session-start|session-end`, with the event's JSON on standard input.
# Whatever happens, the session goes on: 1 shows the user what went wrong and stops nothing.
set -u
. "$(dirname "$0")/find-masque.sh"
event=$(cat)
if [ -z "$masque" ]; then
  [ "$1" = session-start ] && cat <<'MESSAGE'
{"systemMessage": "Masques: the program masque is not installed, or not on PATH. https://github.com/ChrisDBaldwin/masques"}
MESSAGE
  exit 0
fi
cd "${CLAUDE_PROJECT_DIR:-.}" || exit 1

start() {
  told=$(printf '%s\n' "$event" | "$masque" hook session-start) || exit 1
  if [ -n "$told" ]; then
    printf '%s\n' "$told"
    return
  fi
  # A conversation that is resumed still has the block of a masque that came off when its session ended.
  transcript=$(printf '%s\n' "$event" | sed -n 's/.*"transcript_path"[[:space:]]*:[[:space:]]*"\([^"\\]*\)".*/\1/p')
  grep -q '<masque-active name=' "${transcript:-/dev/null}" 2>/dev/null || return 0
  # What a hook has said before in the same words is not said again, hence the time.
  printf '%s %s\n' "At $(date -u +%Y-%m-%dT%H:%M:%SZ) no masque is worn here. Whichever this conversation says you wear has" \
    'come off: its lens, its context and its intent boundaries no longer hold. Go on as you were before.'
}

# Claude Code gives the hooks of a session's end 1.5 seconds, whatever they ask for. Scoring and paying may take longer,
# so they get a process that outlives this one; what it says is passed on if it says it in time.
end() {
  said=$(mktemp) || exit 1
  trap 'rm -f "$said"; exit 0' ALRM
  printf '%s\n' "$event" | $(command -v setsid || echo nohup) "$masque" hook session-end >/dev/null 2>"$said" &
  worker=$!
  { sleep 1; kill -ALRM $$; } >/dev/null 2>&1 &
  timer=$!
  wait "$worker"
  status=$?
  kill "$timer" 2>/dev/null
  cat "$said" >&2
  rm -f "$said"
  [ "$status" = 0 ] || exit 1
}

case $1 in
  session-start) start ;;
  session-end) end ;;
esac

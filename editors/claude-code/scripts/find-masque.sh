# Sourced. Sets `masque` to the program's path; empty if it is not installed. A hook's PATH may be shorter than a shell's.
masque=$(command -v masque || true)
for folder in "$HOME/.local/bin" /usr/local/bin /opt/homebrew/bin; do
  [ -n "$masque" ] && break
  [ -x "$folder/masque" ] && masque=$folder/masque
done

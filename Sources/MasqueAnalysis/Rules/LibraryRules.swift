// What is found between the masques of one library.

let duplicateIndex = RuleDescription(
  "duplicate-index", .error, fix: .safe, isAboutLibrary: true,
  summary: "Two masques of a library have the same index.",
  reason: """
    Commands accept an index in place of a name, so that one index must be one masque. It is reported on every masque but
    the first by path. The fix takes the next index that is free: the one above all others.
    """,
  bad: """
    # editor.masque.yaml
    name: Editor
    index: 3
    # tester.masque.yaml
    name: Tester
    index: 3
    """,
  good: """
    # editor.masque.yaml
    name: Editor
    index: 3
    # tester.masque.yaml
    name: Tester
    index: 4
    """)

let duplicateName = RuleDescription(
  "duplicate-name", .error, isAboutLibrary: true,
  summary: "Two masques of a library have the same name.",
  reason: """
    A masque is put on by its name, and names compare without case. It is reported on every masque but the first by path.
    Where a team wants its own version of a masque, the private library is the place for it: there, the same name wins
    over the shared one.
    """,
  bad: """
    # editor.masque.yaml
    name: Editor
    index: 3
    # team/editor.masque.yaml
    name: editor
    index: 4
    """,
  good: """
    # editor.masque.yaml
    name: Editor
    index: 3
    # team/copy-editor.masque.yaml
    name: Copy Editor
    index: 4
    """)

let manifestStale = RuleDescription(
  "manifest-stale", .hint, isAboutLibrary: true,
  summary: "The manifest does not say what the masques say.",
  reason: """
    Lists and other programs read `manifest.yaml` instead of every masque. It is made from the masques, so it has to be
    made again when one of them changes. Nothing is said while two masques share a name or an index, because the manifest
    would have to be made again afterwards.
    """,
  bad: """
    # manifest.yaml
    generated_at: "2026-01-01T00:00:00Z"
    masques:
      - name: Editor
        index: 3
        version: "0.9.0"
        ring: player
    # editor.masque.yaml
    name: Editor
    index: 3
    """,
  good: """
    # manifest.yaml
    generated_at: "2026-01-01T00:00:00Z"
    masques:
      - name: Editor
        index: 3
        version: "1.0.0"
        ring: player
    # editor.masque.yaml
    name: Editor
    index: 3
    """)

import MasqueAnalysis
import MasqueModel
import MasqueWorkspace
import SourceText
import Synchronization

/// The snapshot of one version of a document, read when somebody first asks for it, on whose thread that may be.
///
/// A version that follows another by an edit reads what the edit touches. Versions that nobody has asked for leave no
/// trace: their edits are put together.
final class LazySnapshot: Sendable {
  /// The text of this version.
  let text: SourceText
  private let path: String
  private let state: Mutex<State>

  private enum State {
    case unread(Origin)
    case read(Snapshot)
  }

  /// What a version that is not read yet comes from.
  private enum Origin {
    /// Nothing.
    case nothing
    /// A version in which the bytes `range` have become the bytes `range.start ..< end` of this one.
    case edit(base: LazySnapshot, range: ByteRange, end: Int)
  }

  /// The snapshot of a text that follows none.
  init(path: String, text: SourceText) {
    self.path = path
    self.text = text
    state = Mutex(.unread(.nothing))
  }

  private init(path: String, text: SourceText, origin: Origin) {
    self.path = path
    self.text = text
    state = Mutex(.unread(origin))
  }

  /// The snapshot. Waits if another thread is about to read it.
  var value: Snapshot {
    state.withLock { state in
      let snapshot: Snapshot
      switch state {
      case .read(let known):
        return known
      case .unread(.nothing):
        snapshot = Snapshot(path: path, text: text)
      case .unread(.edit(let base, let range, let end)):
        let edit = TextEdit(range, text[ByteRange(range.start, end)])
        snapshot = base.value.replacing(edit, newText: text)
      }
      state = .read(snapshot)
      return snapshot
    }
  }

  /// The version after one more edit.
  ///
  /// - Parameters:
  ///   - range: the bytes of this version that are replaced.
  ///   - count: how many bytes come in their place.
  ///   - newText: the text after it.
  /// - Returns: the version after it.
  func replacing(_ range: ByteRange, byCount count: Int, newText: SourceText) -> LazySnapshot {
    // Whoever holds the lock is reading this version, so the next one can follow it. Otherwise it is not worth
    // reading, and a chain of unread versions would be as long as the author types.
    let unread: Origin? =
      state.withLockIfAvailable { state in
        if case .unread(let origin) = state { origin } else { nil }
      } ?? nil
    let origin: Origin =
      switch unread {
      case nil:
        .edit(base: self, range: range, end: range.start + count)
      case .nothing:
        .nothing
      case .edit(let base, let earlier, let end):
        .edit(
          base: base,
          range: ByteRange(min(earlier.start, range.start), earlier.end + max(0, range.end - end)),
          end: max(end, range.end) + count - range.count)
      }
    return LazySnapshot(path: path, text: newText, origin: origin)
  }
}

/// What one version of a document says by itself, found out when somebody first asks for it: what is pushed, pulled and
/// offered to be mended is the same.
final class LazyAnalysis: Sendable {
  /// What there is to say about a version, and how it was checked.
  struct Value: Sendable {
    /// The findings before the settings have given them their severities.
    var analysis: FileAnalysis
    /// How the document is checked.
    var settings: CheckSettings
  }

  private let snapshot: LazySnapshot
  private let checks: CheckStore
  private let path: FilePath?
  private let known = Mutex<Value?>(nil)

  /// The analysis of a version.
  init(_ snapshot: LazySnapshot, _ path: FilePath?, _ checks: CheckStore) {
    self.snapshot = snapshot
    self.path = path
    self.checks = checks
  }

  /// The analysis. Waits if another thread is at it.
  var value: Value {
    // Nobody cancels, so there is a value.
    value(isCancelled: { false }) ?? Value(analysis: analyze(snapshot.value), settings: checks.settings(for: path))
  }

  /// The analysis, unless nobody wants to know any more: then nil, and whoever asks next begins anew.
  func value(isCancelled: () -> Bool) -> Value? {
    known.withLock { known in
      if let known { return known }
      let settings = checks.settings(for: path)
      let analysis = analyze(
        snapshot.value, schema: settings.schema ?? .bundled, options: settings.rules(for: path),
        isCancelled: isCancelled)
      known = analysis.map { Value(analysis: $0, settings: settings) }
      return known
    }
  }
}

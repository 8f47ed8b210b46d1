/// What an agent is told when its masque comes off.
public enum EndedNotice {
  /// The notice, with LF line breaks and one at its end.
  ///
  /// - Parameter name: the masque's name.
  /// - Returns: the notice.
  public static func text(of name: String) -> String {
    """
    <masque-ended name=\(FrameText.attribute(name))>
    The masque \(FrameText.line(name)) is off. Its lens, its context and its intent boundaries no longer hold: drop them, \
    and go on as you were before.
    </masque-ended>

    """
  }
}

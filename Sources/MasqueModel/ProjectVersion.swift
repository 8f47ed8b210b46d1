/// The version of this project, by Semantic Versioning 2.0.0: what its programs say when they are asked, and what their
/// reports and the wheel carry. `pyproject.toml` has the same; a test compares the two.
public let projectVersion = "0.1.0"

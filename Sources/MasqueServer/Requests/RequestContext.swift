/// What a request sees: the state at its place in the order of messages. Immutable, so it is answered on any thread.
struct RequestContext: Sendable {
  /// What may be sent.
  let client: ClientProfile
  /// The open documents.
  let documents: OpenDocuments
  /// The way to the client, for what is to be asked or told while the request is worked on.
  let connection: ClientConnection
}

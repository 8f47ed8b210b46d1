import ArgumentParser
import MasqueModel
import MasqueWorkspace

/// How a shell completes the name of a masque: by asking this program, which has to be quick.
let masqueCompletion = CompletionKind.shellCommand("masque complete masques 2>/dev/null")

/// `masque complete`: for shells.
struct CompleteSubcommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "complete", abstract: "Lists what a shell can complete: masques.", shouldDisplay: false)

  @Argument var what: What

  enum What: String, CaseIterable, ExpressibleByArgument { case masques }
}

/// The masques that can be named, a line each: as their files are called, which is what shells need not quote.
func completions(_ host: Host) -> String {
  let places = MasquePlaces(
    workspaces: [host.files.currentFolder], shipped: host.shippedPersonas, environment: host.environment,
    in: host.files)
  let entries = MasqueCollection(places, in: host.files, trustsManifests: true).entries
  let stems = entries.lazy.filter { $0.problem == nil && !$0.isShadowed }
    .compactMap { MasqueName.stem(ofPath: $0.path.description) }
  return stems.filter { !$0.contains { $0.isWhitespace } }.map { $0 + "\n" }.joined()
}

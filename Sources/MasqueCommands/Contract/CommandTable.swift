public import JSON
import MasqueModel

/// The commands that a program can run. The contracts of those without effects have their implementations in this room;
/// a program adds those that it can do beyond them.
public struct CommandTable: Sendable {
  /// What a command does with an argument that fits its contract.
  private struct Body: Sendable {
    var run: @Sendable (JSONValue, CommandContext) throws(CommandError) -> JSONValue
  }

  private var bodies: [String: Body] = [:]
  /// The contracts of the commands that can be run, in the order in which they were added.
  public private(set) var descriptions: [CommandDescription] = []

  /// A table of nothing.
  public init() {}

  /// Adds a command.
  ///
  /// - Parameters:
  ///   - command: the contract.
  ///   - body: what it does. It may run on any thread.
  public mutating func add<C: Command>(
    _ command: C.Type, _ body: @escaping @Sendable (C.Arguments, CommandContext) throws(CommandError) -> C.Result
  ) {
    let description = C.description
    descriptions.removeAll { $0.name == description.name }
    descriptions.append(description)
    bodies[description.name] = Body { (argument, context) throws(CommandError) in
      try encodedResult(C.self, try body(try Self.decoded(C.Arguments.self, argument, description), context))
    }
  }

  private static func decoded<Arguments: Decodable>(
    _ type: Arguments.Type, _ argument: JSONValue, _ description: CommandDescription
  ) throws(CommandError) -> Arguments {
    do {
      return try JSONValueDecoder().decode(type, from: argument)
    } catch let error as DecodingError {
      throw CommandError(.invalidArguments, "`\(description.name)`: \(error.summary)")
    } catch {
      throw CommandError(.invalidArguments, "`\(description.name)`: \(error)")
    }
  }

  /// Runs a command.
  ///
  /// - Parameters:
  ///   - name: its name, as in `CommandDescription.name`.
  ///   - argument: an object; nil for one without a key.
  ///   - context: where it is run.
  /// - Returns: its result, an object.
  /// - Throws: what is wrong with the name or the argument, or why the command could not do its work.
  public func run(
    _ name: String, _ argument: JSONValue?, _ context: CommandContext
  ) throws(CommandError) -> JSONValue {
    guard let description = descriptions.first(where: { $0.name == name }), let body = bodies[name] else {
      throw unknown(name)
    }
    let argument = argument ?? .object([:])
    try description.check(argument)
    return try body.run(argument, context)
  }

  private func unknown(_ name: String) -> CommandError {
    let names = descriptions.map(\.name)
    if let nearest = nearestSpelling(of: name, among: names) {
      return CommandError(.unknownCommand, "there is no command `\(name)`: did you mean `\(nearest)`?")
    }
    return CommandError(
      .unknownCommand, "there is no command `\(name)`; there are \(listed(names.map { "`\($0)`" }, "and"))")
  }
}

/// A command's result as JSON, with the version of its shape.
///
/// - Parameters:
///   - command: the command.
///   - result: what it gave.
/// - Returns: an object.
/// - Throws: why it can't be written as JSON.
public func encodedResult<C: Command>(_ command: C.Type, _ result: C.Result) throws(CommandError) -> JSONValue {
  do {
    var object: JSONObject = ["version": .integer(Int64(C.description.resultVersion))]
    for (key, value) in try JSONValueEncoder().encode(result).objectValue ?? [:] { object[key] = value }
    return .object(object)
  } catch {
    throw CommandError(.unfitMasque, "`\(C.description.name)`: the result can't be written as JSON: \(error)")
  }
}

extension CommandDescription {
  /// Holds an argument to the contract.
  ///
  /// - Parameter argument: the argument.
  /// - Throws: the first thing that is wrong, and how to mend it.
  public func check(_ argument: JSONValue) throws(CommandError) {
    guard let object = argument.objectValue else {
      throw CommandError(
        .invalidArguments, "`\(name)` takes one object as its argument, not \(argument.kindDescription)")
    }
    let names = parameters.map(\.name)
    // Null says the same as nothing.
    let given = JSONObject(object.filter { !$0.value.isNull }.map { ($0.key, $0.value) })
    for key in object.keys where !names.contains(key) {
      var message = "`\(name)` has no argument `\(key)`"
      if let nearest = nearestSpelling(of: key, among: names.filter { given[$0] == nil }) {
        message += ": did you mean `\(nearest)`?"
      } else if names.isEmpty {
        message += "; it takes none"
      } else {
        message += "; it takes \(listed(names.map { "`\($0)`" }, "and"))"
      }
      throw CommandError(.invalidArguments, message)
    }
    for problem in argumentShape.problems(in: .object(given)) {
      if problem.isMissing, names.contains(problem.path) { throw .missing(problem.path, of: self) }
      throw CommandError(.invalidArguments, "`\(name)`: `\(problem.path)` \(problem.message)")
    }
  }
}

public import JSON

extension LSP {
  /// What the server can read of a completion item (LSP 3.17 § textDocument/completion).
  public struct CompletionItemOptions: Codable, Hashable, Sendable {
    /// Whether it knows `CompletionItem.labelDetails`.
    public var labelDetailsSupport: Bool?

    /// Takes a value for each member.
    public init(labelDetailsSupport: Bool? = nil) {
      self.labelDetailsSupport = labelDetailsSupport
    }
  }

  /// What the server offers about completion (LSP 3.17 § textDocument/completion).
  public struct CompletionOptions: Codable, Hashable, Sendable {
    /// Whether it reports progress.
    public var workDoneProgress: Bool?
    /// The characters that start completion beside those of words.
    public var triggerCharacters: [String]?
    /// The characters that accept an item while one types.
    public var allCommitCharacters: [String]?
    /// Whether `completionItem/resolve` is served.
    public var resolveProvider: Bool?
    /// What the server can read of an item.
    public var completionItem: CompletionItemOptions?

    /// Takes a value for each member.
    public init(
      workDoneProgress: Bool? = nil, triggerCharacters: [String]? = nil, allCommitCharacters: [String]? = nil,
      resolveProvider: Bool? = nil, completionItem: CompletionItemOptions? = nil
    ) {
      self.workDoneProgress = workDoneProgress
      self.triggerCharacters = triggerCharacters
      self.allCommitCharacters = allCommitCharacters
      self.resolveProvider = resolveProvider
      self.completionItem = completionItem
    }
  }

  /// Why completion was asked for (LSP 3.17 § textDocument/completion).
  public struct CompletionTriggerKind: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Somebody asked, or typed a word.
    public static let invoked = CompletionTriggerKind(rawValue: 1)
    /// A trigger character was typed.
    public static let triggerCharacter = CompletionTriggerKind(rawValue: 2)
    /// The last list was incomplete.
    public static let triggerForIncompleteCompletions = CompletionTriggerKind(rawValue: 3)
  }

  /// How completion was asked for (LSP 3.17 § textDocument/completion).
  public struct CompletionContext: Codable, Hashable, Sendable {
    /// Why.
    public var triggerKind: CompletionTriggerKind
    /// The trigger character.
    public var triggerCharacter: String?

    /// Takes a value for each member.
    public init(triggerKind: CompletionTriggerKind, triggerCharacter: String? = nil) {
      self.triggerKind = triggerKind
      self.triggerCharacter = triggerCharacter
    }
  }

  /// Where completion is wanted (LSP 3.17 § textDocument/completion).
  public struct CompletionParams: Codable, Hashable, Sendable {
    /// The document.
    public var textDocument: TextDocumentIdentifier
    /// The place in the document.
    public var position: Position
    /// The token to report progress with.
    public var workDoneToken: ProgressToken?
    /// The token to send parts of the result with.
    public var partialResultToken: ProgressToken?
    /// How it was asked for.
    public var context: CompletionContext?

    /// Takes a value for each member.
    public init(
      textDocument: TextDocumentIdentifier, position: Position, workDoneToken: ProgressToken? = nil,
      partialResultToken: ProgressToken? = nil, context: CompletionContext? = nil
    ) {
      self.textDocument = textDocument
      self.position = position
      self.workDoneToken = workDoneToken
      self.partialResultToken = partialResultToken
      self.context = context
    }
  }

  /// The icon of a completion item (LSP 3.17 § textDocument/completion).
  public struct CompletionItemKind: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// A text.
    public static let text = CompletionItemKind(rawValue: 1)
    /// A method.
    public static let method = CompletionItemKind(rawValue: 2)
    /// A function.
    public static let function = CompletionItemKind(rawValue: 3)
    /// A constructor.
    public static let constructor = CompletionItemKind(rawValue: 4)
    /// A field.
    public static let field = CompletionItemKind(rawValue: 5)
    /// A variable.
    public static let variable = CompletionItemKind(rawValue: 6)
    /// A class.
    public static let `class` = CompletionItemKind(rawValue: 7)
    /// An interface.
    public static let interface = CompletionItemKind(rawValue: 8)
    /// A module.
    public static let module = CompletionItemKind(rawValue: 9)
    /// A property.
    public static let property = CompletionItemKind(rawValue: 10)
    /// A unit.
    public static let unit = CompletionItemKind(rawValue: 11)
    /// A value.
    public static let value = CompletionItemKind(rawValue: 12)
    /// An enumeration.
    public static let `enum` = CompletionItemKind(rawValue: 13)
    /// A keyword.
    public static let keyword = CompletionItemKind(rawValue: 14)
    /// A snippet.
    public static let snippet = CompletionItemKind(rawValue: 15)
    /// A colour.
    public static let color = CompletionItemKind(rawValue: 16)
    /// A file.
    public static let file = CompletionItemKind(rawValue: 17)
    /// A reference.
    public static let reference = CompletionItemKind(rawValue: 18)
    /// A folder.
    public static let folder = CompletionItemKind(rawValue: 19)
    /// A value of an enumeration.
    public static let enumMember = CompletionItemKind(rawValue: 20)
    /// A constant.
    public static let constant = CompletionItemKind(rawValue: 21)
    /// A structure.
    public static let `struct` = CompletionItemKind(rawValue: 22)
    /// An event.
    public static let event = CompletionItemKind(rawValue: 23)
    /// An operator.
    public static let `operator` = CompletionItemKind(rawValue: 24)
    /// A type parameter.
    public static let typeParameter = CompletionItemKind(rawValue: 25)
  }

  /// How a completion item is drawn (LSP 3.17 § textDocument/completion).
  public struct CompletionItemTag: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// Struck through: it should no longer be used.
    public static let deprecated = CompletionItemTag(rawValue: 1)
  }

  /// How a completion item's text is read (LSP 3.17 § textDocument/completion).
  public struct InsertTextFormat: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// As it is.
    public static let plainText = InsertTextFormat(rawValue: 1)
    /// As a snippet with `$1` and `${2:default}`.
    public static let snippet = InsertTextFormat(rawValue: 2)
  }

  /// What happens to the indentation of a text of several lines (LSP 3.17 § textDocument/completion).
  public struct InsertTextMode: RawRepresentable, Codable, Hashable, Sendable {
    public var rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// It stays.
    public static let asIs = InsertTextMode(rawValue: 1)
    /// It grows by that of the line.
    public static let adjustIndentation = InsertTextMode(rawValue: 2)
  }

  /// What stands beside a completion item's label (LSP 3.17 § textDocument/completion).
  public struct CompletionItemLabelDetails: Codable, Hashable, Sendable {
    /// Right after the label, for example a type.
    public var detail: String?
    /// At the end of the line, for example an origin.
    public var description: String?

    /// Takes a value for each member.
    public init(detail: String? = nil, description: String? = nil) {
      self.detail = detail
      self.description = description
    }
  }

  /// An edit that either inserts or replaces (LSP 3.17 § textDocument/completion).
  public struct InsertReplaceEdit: Codable, Hashable, Sendable {
    /// The new text.
    public var newText: String
    /// What goes when it is inserted.
    public var insert: Range
    /// What goes when it replaces; begins where `insert` does and contains it.
    public var replace: Range

    /// Takes a value for each member.
    public init(newText: String, insert: Range, replace: Range) {
      self.newText = newText
      self.insert = insert
      self.replace = replace
    }
  }

  /// How a completion item changes the text (LSP 3.17 § textDocument/completion).
  public enum CompletionTextEdit: Codable, Hashable, Sendable {
    /// By a replacement.
    case edit(TextEdit)
    /// By an insertion or a replacement, as people prefer.
    case insertReplace(InsertReplaceEdit)

    private enum Key: String, CodingKey {
      case insert
    }

    /// Decodes by whether there is a member `insert`.
    public init(from decoder: any Decoder) throws {
      self =
        try decoder.container(keyedBy: Key.self).contains(.insert)
        ? .insertReplace(InsertReplaceEdit(from: decoder)) : .edit(TextEdit(from: decoder))
    }

    /// Encodes the edit.
    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .edit(let edit): try edit.encode(to: encoder)
      case .insertReplace(let edit): try edit.encode(to: encoder)
      }
    }
  }

  /// One proposal (LSP 3.17 § textDocument/completion).
  public struct CompletionItem: Codable, Hashable, Sendable {
    /// What people see in the list.
    public var label: String
    /// What stands beside it.
    public var labelDetails: CompletionItemLabelDetails?
    /// The icon.
    public var kind: CompletionItemKind?
    /// How it is drawn.
    public var tags: [CompletionItemTag]?
    /// A line about it, for example a type.
    public var detail: String?
    /// What people read about it.
    public var documentation: StringOrMarkup?
    /// Whether it should no longer be used; for clients that know no tags.
    public var deprecated: Bool?
    /// Whether it is selected at first.
    public var preselect: Bool?
    /// What the list is sorted by; the label if absent.
    public var sortText: String?
    /// What typed text is compared with; the label if absent.
    public var filterText: String?
    /// What is inserted; the label if absent. `textEdit` goes first.
    public var insertText: String?
    /// How the inserted text is read.
    public var insertTextFormat: InsertTextFormat?
    /// What happens to its indentation.
    public var insertTextMode: InsertTextMode?
    /// How the text is changed.
    public var textEdit: CompletionTextEdit?
    /// The new text for `CompletionItemDefaults.editRange`.
    public var textEditText: String?
    /// Edits elsewhere in the document.
    public var additionalTextEdits: [TextEdit]?
    /// The characters that accept it while one types.
    public var commitCharacters: [String]?
    /// What is run after it has been inserted.
    public var command: Command?
    /// What comes back with `completionItem/resolve`.
    public var data: JSONValue?

    /// Takes a value for each member.
    public init(
      label: String, labelDetails: CompletionItemLabelDetails? = nil, kind: CompletionItemKind? = nil,
      tags: [CompletionItemTag]? = nil, detail: String? = nil, documentation: StringOrMarkup? = nil,
      deprecated: Bool? = nil, preselect: Bool? = nil, sortText: String? = nil, filterText: String? = nil,
      insertText: String? = nil, insertTextFormat: InsertTextFormat? = nil, insertTextMode: InsertTextMode? = nil,
      textEdit: CompletionTextEdit? = nil, textEditText: String? = nil, additionalTextEdits: [TextEdit]? = nil,
      commitCharacters: [String]? = nil, command: Command? = nil, data: JSONValue? = nil
    ) {
      self.label = label
      self.labelDetails = labelDetails
      self.kind = kind
      self.tags = tags
      self.detail = detail
      self.documentation = documentation
      self.deprecated = deprecated
      self.preselect = preselect
      self.sortText = sortText
      self.filterText = filterText
      self.insertText = insertText
      self.insertTextFormat = insertTextFormat
      self.insertTextMode = insertTextMode
      self.textEdit = textEdit
      self.textEditText = textEditText
      self.additionalTextEdits = additionalTextEdits
      self.commitCharacters = commitCharacters
      self.command = command
      self.data = data
    }
  }

  /// Where the items of a list are inserted (LSP 3.17 § textDocument/completion).
  public enum CompletionEditRange: Codable, Hashable, Sendable {
    /// In place of this stretch.
    case range(Range)
    /// In place of the first or the second stretch, as people prefer.
    case insertReplace(insert: Range, replace: Range)

    private enum Key: String, CodingKey {
      case insert
      case replace
    }

    /// Decodes by whether there is a member `insert`.
    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      if container.contains(.insert) {
        self = .insertReplace(
          insert: try container.decode(Range.self, forKey: .insert),
          replace: try container.decode(Range.self, forKey: .replace))
      } else {
        self = .range(try Range(from: decoder))
      }
    }

    /// Encodes the range or the two.
    public func encode(to encoder: any Encoder) throws {
      switch self {
      case .range(let range): try range.encode(to: encoder)
      case .insertReplace(let insert, let replace):
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(insert, forKey: .insert)
        try container.encode(replace, forKey: .replace)
      }
    }
  }

  /// What holds for the items of a list that do not say otherwise (LSP 3.17 § textDocument/completion).
  public struct CompletionItemDefaults: Codable, Hashable, Sendable {
    /// The characters that accept an item while one types.
    public var commitCharacters: [String]?
    /// Where an item is inserted.
    public var editRange: CompletionEditRange?
    /// How inserted text is read.
    public var insertTextFormat: InsertTextFormat?
    /// What happens to its indentation.
    public var insertTextMode: InsertTextMode?
    /// What comes back with `completionItem/resolve`.
    public var data: JSONValue?

    /// Takes a value for each member.
    public init(
      commitCharacters: [String]? = nil, editRange: CompletionEditRange? = nil,
      insertTextFormat: InsertTextFormat? = nil, insertTextMode: InsertTextMode? = nil, data: JSONValue? = nil
    ) {
      self.commitCharacters = commitCharacters
      self.editRange = editRange
      self.insertTextFormat = insertTextFormat
      self.insertTextMode = insertTextMode
      self.data = data
    }
  }

  /// Proposals (LSP 3.17 § textDocument/completion).
  public struct CompletionList: Codable, Hashable, Sendable {
    /// Whether to ask again when more is typed.
    public var isIncomplete: Bool
    /// What holds for items that do not say otherwise.
    public var itemDefaults: CompletionItemDefaults?
    /// The proposals.
    public var items: [CompletionItem]

    /// Takes a value for each member.
    public init(isIncomplete: Bool, itemDefaults: CompletionItemDefaults? = nil, items: [CompletionItem]) {
      self.isIncomplete = isIncomplete
      self.itemDefaults = itemDefaults
      self.items = items
    }
  }

  /// What may be written here (LSP 3.17 § textDocument/completion).
  public enum CompletionRequest: LSPRequest {
    public static let method = "textDocument/completion"
    public typealias Params = CompletionParams
    public typealias Result = CompletionList?
  }

  /// A proposal with all its details (LSP 3.17 § completionItem/resolve).
  public enum CompletionItemResolveRequest: LSPRequest {
    public static let method = "completionItem/resolve"
    public typealias Params = CompletionItem
    public typealias Result = CompletionItem
  }
}

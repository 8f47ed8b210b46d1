public import JSON

// The types of which a message may hold thousands write themselves. RoundTripTests holds each to what its `encode(to:)`
// says, member by member.

extension LSP.Position: JSONWritable {
  /// Writes the position.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key(ascii: "line")
    writer.integer(Int64(line))
    writer.key(ascii: "character")
    writer.integer(Int64(character))
    writer.endObject()
  }
}

extension LSP.Range: JSONWritable {
  /// Writes the stretch.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key(ascii: "start")
    start.write(to: &writer)
    writer.key(ascii: "end")
    end.write(to: &writer)
    writer.endObject()
  }
}

extension LSP.DocumentSymbol: JSONWritable {
  /// Writes the symbol with all symbols in it.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key(ascii: "name")
    writer.string(name)
    if let detail {
      writer.key(ascii: "detail")
      writer.string(detail)
    }
    writer.key(ascii: "kind")
    writer.integer(Int64(kind.rawValue))
    if let tags {
      writer.key(ascii: "tags")
      writer.beginArray()
      for tag in tags { writer.integer(Int64(tag.rawValue)) }
      writer.endArray()
    }
    if let deprecated {
      writer.key(ascii: "deprecated")
      writer.bool(deprecated)
    }
    writer.key(ascii: "range")
    range.write(to: &writer)
    writer.key(ascii: "selectionRange")
    selectionRange.write(to: &writer)
    if let children {
      writer.key(ascii: "children")
      writer.beginArray()
      for child in children { child.write(to: &writer) }
      writer.endArray()
    }
    writer.endObject()
  }
}

extension LSP.FoldingRange: JSONWritable {
  /// Writes the fold.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key(ascii: "startLine")
    writer.integer(Int64(startLine))
    if let startCharacter {
      writer.key(ascii: "startCharacter")
      writer.integer(Int64(startCharacter))
    }
    writer.key(ascii: "endLine")
    writer.integer(Int64(endLine))
    if let endCharacter {
      writer.key(ascii: "endCharacter")
      writer.integer(Int64(endCharacter))
    }
    if let kind {
      writer.key(ascii: "kind")
      writer.string(kind.rawValue)
    }
    if let collapsedText {
      writer.key(ascii: "collapsedText")
      writer.string(collapsedText)
    }
    writer.endObject()
  }
}

extension LSP.SemanticTokens: JSONWritable {
  /// Writes the tokens.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    if let resultId {
      writer.key(ascii: "resultId")
      writer.string(resultId)
    }
    writer.key(ascii: "data")
    writer.beginArray()
    for number in data { writer.integer(Int64(number)) }
    writer.endArray()
    writer.endObject()
  }
}

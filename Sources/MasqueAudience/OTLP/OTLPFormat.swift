/// The messages of OTLP 1.9 (opentelemetry-proto, packages `collector`, `logs`, `metrics`, `trace`, `resource` and
/// `common`), as a table that both encodings are read by.
struct OTLPFormat: Sendable {
  /// How a field's value is written, in Protobuf and in JSON.
  enum Kind: UInt8, Sendable {
    case string
    /// `bytes` that are an identifier: hexadecimal in OTLP's JSON.
    case identifier
    /// `bytes` otherwise: Base64 in JSON.
    case bytes
    case bool
    /// `enum` and `int32`: a varint, a number in JSON.
    case int32
    /// `uint32`: a varint, a number in JSON.
    case uint32
    /// `sint32`: a zigzag varint, a number in JSON.
    case sint32
    /// `fixed32`: a number in JSON.
    case fixed32
    /// `int64`: a varint, a string in JSON.
    case int64
    /// `uint64`: a varint, a string in JSON.
    case uint64
    /// `fixed64`: a string in JSON.
    case fixed64
    /// `sfixed64`: a string in JSON.
    case sfixed64
    case double
    case message
  }

  /// A field of a message.
  struct Field: Sendable {
    /// Its number, below `numberLimit`.
    var number: UInt8
    var kind: Kind
    var isRepeated = false
    /// Whether it is there although it has its type's default value: members of a `oneof` and `optional` fields.
    var hasPresence = false
    /// Which `oneof` of the message it belongs to; 0 for none. No message here has more than one.
    var isOneOf = false
    /// The type of a message.
    var type = Message.none
    /// The key in JSON with its quotes and colon.
    var key: StaticString
  }

  /// A type of message; the raw value is its place in the table.
  enum Message: UInt8, Sendable, CaseIterable {
    case none
    case logsRequest, resourceLogs, scopeLogs, logRecord
    case metricsRequest, resourceMetrics, scopeMetrics, metric
    case gauge, sum, histogram, exponentialHistogram, summary
    case numberPoint, histogramPoint, exponentialHistogramPoint, buckets, summaryPoint, quantile, exemplar
    case tracesRequest, resourceSpans, scopeSpans, span, event, link, status
    case resource, entity, scope, keyValue, anyValue, arrayValue, keyValueList

    /// Whether it is what a request carries: what people count.
    var isRecord: Bool {
      switch self {
      case .logRecord, .span, .numberPoint, .histogramPoint, .exponentialHistogramPoint, .summaryPoint: true
      default: false
      }
    }

    /// The request that exports a signal.
    static func request(_ signal: Signal) -> Message {
      switch signal {
      case .logs: .logsRequest
      case .metrics: .metricsRequest
      case .traces: .tracesRequest
      }
    }
  }

  /// How deeply messages may be nested, as in other readers of Protobuf.
  static let maximumDepth = 100
  /// One more than the greatest number of a field.
  static let numberLimit = 17

  /// All fields, message by message in the order of `Message`.
  let fields: [Field]
  /// The place in `fields` of each message's first field, and behind the last one the end.
  let starts: [Int]
  /// The place in `fields` by message and number: `Int(message) * numberLimit + number`; -1 for none.
  let places: [Int16]

  static let shared = OTLPFormat()

  private init() {
    var fields: [Field] = []
    var starts: [Int] = []
    var places = [Int16](repeating: -1, count: Message.allCases.count * Self.numberLimit)
    for message in Message.allCases {
      starts.append(fields.count)
      for field in Self.fields(of: message) {
        places[Int(message.rawValue) * Self.numberLimit + Int(field.number)] = Int16(fields.count)
        fields.append(field)
      }
    }
    starts.append(fields.count)
    self.fields = fields
    self.starts = starts
    self.places = places
  }

  private static func fields(of message: Message) -> [Field] {
    switch message {
    case .none: []
    case .logsRequest: [many(1, .resourceLogs, #""resourceLogs":"#)]
    case .resourceLogs: owned(.scopeLogs, #""scopeLogs":"#)
    case .scopeLogs: scoped(.logRecord, #""logRecords":"#)
    case .metricsRequest: [many(1, .resourceMetrics, #""resourceMetrics":"#)]
    case .resourceMetrics: owned(.scopeMetrics, #""scopeMetrics":"#)
    case .scopeMetrics: scoped(.metric, #""metrics":"#)
    case .tracesRequest: [many(1, .resourceSpans, #""resourceSpans":"#)]
    case .resourceSpans: owned(.scopeSpans, #""scopeSpans":"#)
    case .scopeSpans: scoped(.span, #""spans":"#)
    case .logRecord, .span, .event, .link, .status: traceFields(of: message)
    case .resource, .entity, .scope, .keyValue, .anyValue, .arrayValue, .keyValueList: commonFields(of: message)
    default: metricFields(of: message)
    }
  }

  private static func traceFields(of message: Message) -> [Field] {
    switch message {
    case .logRecord:
      [
        one(1, .fixed64, #""timeUnixNano":"#), one(11, .fixed64, #""observedTimeUnixNano":"#),
        one(2, .int32, #""severityNumber":"#), one(3, .string, #""severityText":"#), one(5, .anyValue, #""body":"#),
        attributes(6), dropped(7), one(8, .fixed32, #""flags":"#), one(9, .identifier, #""traceId":"#),
        one(10, .identifier, #""spanId":"#), one(12, .string, #""eventName":"#),
      ]
    case .span:
      [
        one(1, .identifier, #""traceId":"#), one(2, .identifier, #""spanId":"#), one(3, .string, #""traceState":"#),
        one(4, .identifier, #""parentSpanId":"#), one(5, .string, #""name":"#), one(6, .int32, #""kind":"#),
        one(7, .fixed64, #""startTimeUnixNano":"#), one(8, .fixed64, #""endTimeUnixNano":"#), attributes(9),
        dropped(10), many(11, .event, #""events":"#), one(12, .uint32, #""droppedEventsCount":"#),
        many(13, .link, #""links":"#), one(14, .uint32, #""droppedLinksCount":"#), one(15, .status, #""status":"#),
        one(16, .fixed32, #""flags":"#),
      ]
    case .event:
      [one(1, .fixed64, #""timeUnixNano":"#), one(2, .string, #""name":"#), attributes(3), dropped(4)]
    case .link:
      [
        one(1, .identifier, #""traceId":"#), one(2, .identifier, #""spanId":"#), one(3, .string, #""traceState":"#),
        attributes(4), dropped(5), one(6, .fixed32, #""flags":"#),
      ]
    default:
      [one(2, .string, #""message":"#), one(3, .int32, #""code":"#)]
    }
  }

  private static func metricFields(of message: Message) -> [Field] {
    let start = one(2, .fixed64, #""startTimeUnixNano":"#)
    let time = one(3, .fixed64, #""timeUnixNano":"#)
    let count = one(4, .fixed64, #""count":"#)
    switch message {
    case .metric:
      return [
        one(1, .string, #""name":"#), one(2, .string, #""description":"#), one(3, .string, #""unit":"#),
        choice(5, .gauge, #""gauge":"#), choice(7, .sum, #""sum":"#), choice(9, .histogram, #""histogram":"#),
        choice(10, .exponentialHistogram, #""exponentialHistogram":"#), choice(11, .summary, #""summary":"#),
        many(12, .keyValue, #""metadata":"#),
      ]
    case .gauge: return [many(1, .numberPoint, #""dataPoints":"#)]
    case .sum:
      return [many(1, .numberPoint, #""dataPoints":"#), temporality, one(3, .bool, #""isMonotonic":"#)]
    case .histogram: return [many(1, .histogramPoint, #""dataPoints":"#), temporality]
    case .exponentialHistogram: return [many(1, .exponentialHistogramPoint, #""dataPoints":"#), temporality]
    case .summary: return [many(1, .summaryPoint, #""dataPoints":"#)]
    case .numberPoint:
      return [
        attributes(7), start, time, choice(4, .double, #""asDouble":"#), choice(6, .sfixed64, #""asInt":"#),
        many(5, .exemplar, #""exemplars":"#), one(8, .uint32, #""flags":"#),
      ]
    case .histogramPoint:
      return [
        attributes(9), start, time, count, optional(5, #""sum":"#), several(6, .fixed64, #""bucketCounts":"#),
        several(7, .double, #""explicitBounds":"#), many(8, .exemplar, #""exemplars":"#),
        one(10, .uint32, #""flags":"#), optional(11, #""min":"#), optional(12, #""max":"#),
      ]
    case .exponentialHistogramPoint:
      return [
        attributes(1), start, time, count, optional(5, #""sum":"#), one(6, .sint32, #""scale":"#),
        one(7, .fixed64, #""zeroCount":"#), one(8, .buckets, #""positive":"#), one(9, .buckets, #""negative":"#),
        one(10, .uint32, #""flags":"#), many(11, .exemplar, #""exemplars":"#), optional(12, #""min":"#),
        optional(13, #""max":"#), one(14, .double, #""zeroThreshold":"#),
      ]
    case .buckets: return [one(1, .sint32, #""offset":"#), several(2, .uint64, #""bucketCounts":"#)]
    case .summaryPoint:
      return [
        attributes(7), start, time, count, one(5, .double, #""sum":"#), many(6, .quantile, #""quantileValues":"#),
        one(8, .uint32, #""flags":"#),
      ]
    case .quantile: return [one(1, .double, #""quantile":"#), one(2, .double, #""value":"#)]
    default:
      return [
        many(7, .keyValue, #""filteredAttributes":"#), one(2, .fixed64, #""timeUnixNano":"#),
        choice(3, .double, #""asDouble":"#), choice(6, .sfixed64, #""asInt":"#), one(4, .identifier, #""spanId":"#),
        one(5, .identifier, #""traceId":"#),
      ]
    }
  }

  private static func commonFields(of message: Message) -> [Field] {
    switch message {
    case .resource: [attributes(1), dropped(2), many(3, .entity, #""entityRefs":"#)]
    case .entity:
      [
        one(1, .string, #""schemaUrl":"#), one(2, .string, #""type":"#), several(3, .string, #""idKeys":"#),
        several(4, .string, #""descriptionKeys":"#),
      ]
    case .scope: [one(1, .string, #""name":"#), one(2, .string, #""version":"#), attributes(3), dropped(4)]
    case .keyValue: [one(1, .string, #""key":"#), one(2, .anyValue, #""value":"#)]
    case .anyValue:
      [
        choice(1, .string, #""stringValue":"#), choice(2, .bool, #""boolValue":"#), choice(3, .int64, #""intValue":"#),
        choice(4, .double, #""doubleValue":"#), choice(5, .arrayValue, #""arrayValue":"#),
        choice(6, .keyValueList, #""kvlistValue":"#), choice(7, .bytes, #""bytesValue":"#),
      ]
    case .arrayValue: [many(1, .anyValue, #""values":"#)]
    default: [many(1, .keyValue, #""values":"#)]
    }
  }

  // MARK: - Fields

  private static func one(_ number: UInt8, _ kind: Kind, _ key: StaticString) -> Field {
    Field(number: number, kind: kind, key: key)
  }

  private static func one(_ number: UInt8, _ type: Message, _ key: StaticString) -> Field {
    Field(number: number, kind: .message, hasPresence: true, type: type, key: key)
  }

  private static func many(_ number: UInt8, _ type: Message, _ key: StaticString) -> Field {
    Field(number: number, kind: .message, isRepeated: true, type: type, key: key)
  }

  private static func several(_ number: UInt8, _ kind: Kind, _ key: StaticString) -> Field {
    Field(number: number, kind: kind, isRepeated: true, key: key)
  }

  private static func choice(_ number: UInt8, _ kind: Kind, _ key: StaticString) -> Field {
    Field(number: number, kind: kind, hasPresence: true, isOneOf: true, key: key)
  }

  private static func choice(_ number: UInt8, _ type: Message, _ key: StaticString) -> Field {
    Field(number: number, kind: .message, hasPresence: true, isOneOf: true, type: type, key: key)
  }

  private static func optional(_ number: UInt8, _ key: StaticString) -> Field {
    Field(number: number, kind: .double, hasPresence: true, key: key)
  }

  private static func attributes(_ number: UInt8) -> Field { many(number, .keyValue, #""attributes":"#) }
  private static func dropped(_ number: UInt8) -> Field { one(number, .uint32, #""droppedAttributesCount":"#) }
  private static let temporality = one(2, .int32, #""aggregationTemporality":"#)

  private static func owned(_ inner: Message, _ key: StaticString) -> [Field] {
    [one(1, .resource, #""resource":"#), many(2, inner, key), one(3, .string, #""schemaUrl":"#)]
  }

  private static func scoped(_ inner: Message, _ key: StaticString) -> [Field] {
    [one(1, .scope, #""scope":"#), many(2, inner, key), one(3, .string, #""schemaUrl":"#)]
  }
}

// Generated from schemas/masque.config.schema.yaml by `swift run masque-dev generate`. Do not edit.

/// The text of `schemas/masque.config.schema.yaml`: what `config.yaml` may say, carried by the programs.
enum EmbeddedUserConfigurationSchema {
  static let yaml: StaticString = ##"""
    # The one source of `${MASQUES_HOME}/config.yaml`: what masque, masque-lint and the language server check it against.
    # JSON Schema, draft 2020-12.
    #
    # - The order of `properties` is the canonical order of keys.
    # - `x-enumDescriptions` is an annotation: value → what it means. Beside `examples` it describes the examples.
    # - Amounts are read from their digits, never through floating point: `type` lets both spellings through, and what is no
    #   amount is found by the reader, which says how to write it.
    $schema: https://json-schema.org/draft/2020-12/schema
    $id: "urn:masques:schema:masque-config:1"
    title: masque configuration
    description: |-
      Who wears masques on this machine, under which conditions, and where money, telemetry and analytics go. Everything has
      a default: nobody needs this file.
    type: object
    additionalProperties: false
    properties:
      operator:
        title: Operator
        description: Who wears masques on this machine.
        type: object
        additionalProperties: false
        properties:
          name:
            title: Name
            description: |-
              The name that the ledger's account is made from. Another name is another account. If it is not given, that of
              the system's user.
            type: string
            pattern: '^\S(.*\S)?$'
            maxLength: 200
            examples: [ada]
          ring:
            title: Ring
            description: |-
              The ring that the operator belongs to. Masques of it and of the rings outside it can be worn: admin, then
              player, then guest, then outsider. Who declares a ring has a guardrail, not a lock.
            default: player
            enum: [admin, player, guest, outsider]
            x-enumDescriptions:
              admin: Wears every masque.
              player: Wears masques of players, guests and outsiders.
              guest: Wears masques of guests and outsiders.
              outsider: Wears masques of outsiders.
        examples:
          - {name: ada, ring: player}
      intent_gate:
        title: Intent gate
        description: |-
          What happens when a masque is put on with an intent that no pattern of it allows. A denied one is always refused.
        default: warn
        enum: [warn, enforce]
        x-enumDescriptions:
          warn: The masque is worn, with a warning that names the nearest pattern.
          enforce: The masque is not worn.
        examples: [enforce]
      guest:
        title: Guests
        description: What holds for masques of the ring guest.
        type: object
        additionalProperties: false
        properties:
          maximum_ttl:
            title: Longest lifetime
            description: |-
              How long a guest masque without a lifetime of its own may be worn, and the most that any may: an ISO 8601
              duration of days, hours, minutes and seconds, or of weeks. Without it a guest masque needs an `access.ttl`.
            type: string
            format: duration
            examples: [PT1H, P1D]
            x-enumDescriptions:
              PT1H: An hour.
              P1D: A day.
        examples:
          - {maximum_ttl: PT1H}
      libraries:
        title: Owners of libraries
        description: |-
          Who is paid for the masques of a folder. The first folder that holds a masque counts. What the masques of other
          folders earn waits until somebody owns them.
        type: array
        items:
          type: object
          additionalProperties: false
          required: [path, owner]
          properties:
            path:
              title: Folder
              description: |-
                The folder, with all below it: absolute, from the home folder as `~/masques`, or seen from this file's
                folder.
              type: string
              minLength: 1
              examples: ["~/projects/theatre/personas"]
            owner:
              title: Owner
              description: The owner's name, which the ledger's account is made from.
              type: string
              pattern: '^\S(.*\S)?$'
              maxLength: 200
              examples: [ada]
        examples:
          - [{path: "~/projects/theatre/personas", owner: ada}]
      ledger:
        title: Ledger
        description: Where the money is kept.
        type: object
        additionalProperties: false
        properties:
          engine:
            title: Engine
            description: What keeps the accounts.
            default: sqlite
            enum: [sqlite, tigerbeetle]
            x-enumDescriptions:
              sqlite: One file, ledger.db in ${MASQUES_HOME}.
              tigerbeetle: A TigerBeetle cluster; needs `addresses` and the client library.
          policy:
            title: While the ledger does not answer
            description: What putting a masque on does while the ledger can't be reached.
            default: require
            enum: [require, defer]
            x-enumDescriptions:
              require: The masque is not worn.
              defer: The masque is worn, and the hold is placed later.
          account:
            title: Account
            description: What the operator's account may do.
            default: prepaid
            enum: [prepaid, postpaid]
            x-enumDescriptions:
              prepaid: Only what was deposited before can be spent.
              postpaid: The account may be overdrawn.
          cluster:
            title: Cluster
            description: TigerBeetle's cluster.
            type: integer
            minimum: 0
            maximum: 340282366920938463463374607431768211455
            default: 0
          addresses:
            title: Addresses
            description: The addresses of TigerBeetle's replicas, in their order; a port alone is one of this machine, and an address alone has the port 3001.
            type: array
            minItems: 1
            items:
              type: string
              pattern: '^(\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?|\d{1,5})$'
              examples: ["127.0.0.1:3000"]
            examples:
              - ["127.0.0.1:3000"]
          client_library:
            title: Client library
            description: |-
              TigerBeetle's C client library, libtb_client.so: absolute, from the home folder, or seen from this file's
              folder. If it is not given, it is looked for in the usual places.
            type: string
            minLength: 1
            examples: ["/usr/local/lib/libtb_client.so"]
          deadline:
            title: Deadline
            description: How long an answer of the ledger is waited for, from 0.001 seconds to an hour.
            type: string
            pattern: '^PT(\d+H)?(\d+M)?(\d+(\.\d+)?S)?$'
            default: PT5S
            examples: [PT5S]
          maximum_hold:
            title: Longest hold
            description: |-
              How long money stays set aside for a wearing that nobody ends, at the most: an ISO 8601 duration of days, hours,
              minutes and seconds, or of weeks, from an hour to ten years. The hold of a wearing that takes longer is renewed
              when half of that is over and the masque is seen again.
            type: string
            format: duration
            default: P31D
            examples: [P31D]
        if:
          required: [engine]
          properties:
            engine:
              const: tigerbeetle
        then:
          required: [addresses]
        examples:
          - {policy: defer}
      rates:
        title: Rates
        description: |-
          What wearing a masque costs, in US dollars with at most six decimal places. What is not given is free.
        type: object
        additionalProperties: false
        properties:
          hold:
            $ref: "#/$defs/hold"
          per_session:
            $ref: "#/$defs/perSession"
          per_minute:
            $ref: "#/$defs/perMinute"
          per_tool_call:
            $ref: "#/$defs/perToolCall"
          per_1k_tokens:
            $ref: "#/$defs/perThousandTokens"
          fee_basis_points:
            title: Fee
            description: The platform's share of what is paid, in hundredths of a percent; 250 is 2.5%. It is rounded down.
            type: integer
            minimum: 0
            maximum: 10000
            default: 0
            examples: [250]
          masques:
            title: Rates of single masques
            description: Other rates for some masques, by their names. What is not given there is as for all masques.
            type: object
            additionalProperties:
              title: Rates of a masque
              type: object
              additionalProperties: false
              properties:
                hold:
                  $ref: "#/$defs/hold"
                per_session:
                  $ref: "#/$defs/perSession"
                per_minute:
                  $ref: "#/$defs/perMinute"
                per_tool_call:
                  $ref: "#/$defs/perToolCall"
                per_1k_tokens:
                  $ref: "#/$defs/perThousandTokens"
            examples:
              - {Codesmith: {per_minute: 0.02}}
        examples:
          - {hold: 1.00, per_minute: 0.01, fee_basis_points: 250}
      telemetry:
        title: Telemetry
        description: The receiver of telemetry, `masque audience`.
        type: object
        additionalProperties: false
        properties:
          port:
            title: Port
            description: The port for OTLP over HTTP, on the loopback interface.
            $ref: "#/$defs/port"
            default: 4318
          health_port:
            title: Port of the health check
            description: The port that says whether the receiver is well, on the loopback interface.
            $ref: "#/$defs/port"
            default: 13133
          maximum_file_size:
            title: Largest file
            description: The most that one file of telemetry has before the next one is begun.
            $ref: "#/$defs/size"
            default: 256 MiB
          maximum_total_size:
            title: Largest store
            description: The most that all files of telemetry have together; the oldest go first.
            $ref: "#/$defs/size"
            default: 4 GiB
          maximum_age:
            title: Oldest file
            description: How long telemetry is kept, in whole days or weeks.
            type: string
            format: duration
            default: P30D
            examples: [P30D]
        examples:
          - {maximum_total_size: 1 GiB, maximum_age: P14D}
      clickhouse:
        title: ClickHouse
        description: |-
          The ClickHouse server that gets copies for analytics. Without this key nothing is ever sent anywhere.
        type: object
        additionalProperties: false
        required: [url]
        properties:
          url:
            title: URL
            description: The server's HTTP interface.
            type: string
            pattern: '^https?://[^\s/?#@]+(/[^\s?#]*)?$'
            examples: ["http://localhost:8123"]
          database:
            title: Database
            description: The database that the tables are made in.
            type: string
            pattern: '^[A-Za-z_][A-Za-z0-9_]*$'
            default: masques
          user:
            title: User
            description: The user that writes.
            type: string
            minLength: 1
            default: default
          password_variable:
            title: Variable with the password
            description: The environment variable that holds the user's password. The password itself is written nowhere.
            type: string
            pattern: '^[A-Za-z_][A-Za-z0-9_]*$'
            examples: [CLICKHOUSE_PASSWORD]
        examples:
          - {url: "http://localhost:8123", password_variable: CLICKHOUSE_PASSWORD}

    $defs:
      hold:
        title: Hold
        description: What is set aside when a masque is put on. No session costs more.
        $ref: "#/$defs/amount"
        examples: [1.00]
      perSession:
        title: Per session
        description: What each wearing costs.
        $ref: "#/$defs/amount"
        examples: [0.05]
      perMinute:
        title: Per minute
        description: What each minute costs that has begun.
        $ref: "#/$defs/amount"
        examples: [0.01]
      perToolCall:
        title: Per tool call
        description: What each use of a tool costs.
        $ref: "#/$defs/amount"
        examples: [0.001]
      perThousandTokens:
        title: Per thousand tokens
        description: What a thousand tokens cost, in and out; parts of a thousand count by their share.
        $ref: "#/$defs/amount"
        examples: [0.002]
      amount:
        type: [number, string]
        minimum: 0
      port:
        type: integer
        minimum: 1
        maximum: 65535
      size:
        type: [integer, string]
        minimum: 1
        pattern: '^[1-9]\d*( ?([KMGT]i?|k)?B)?$'
        examples: [256 MiB]

    """##
}

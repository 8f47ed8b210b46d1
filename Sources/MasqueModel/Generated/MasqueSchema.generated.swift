// Generated from schemas/masque.schema.yaml by `swift run masque-dev generate`. Do not edit.

/// The text of `schemas/masque.schema.yaml`: the one source of the format, carried by the programs.
enum EmbeddedSchema {
  static let yaml: StaticString = ##"""
    # The one source of the masque format. Everything that knows the format reads it from here: validation, completion,
    # hover and the reference pages.
    #
    # - JSON Schema, draft 2020-12. Patterns use regular constructs only: no look-around, no back-references.
    # - The order of `properties` is the canonical order of keys in a masque.
    # - Unknown keys are not errors, because the format grows. `additionalProperties` marks the objects whose keys are
    #   the author's own: there, and only there, no key is unknown.
    # - `x-enumDescriptions` is an annotation: value → what it means. The value null is written "null". Beside `examples`
    #   it describes the examples.
    # - Enumerations carry no `type`, so that one wrong value is one error.
    $schema: https://json-schema.org/draft/2020-12/schema
    $id: "urn:masques:schema:masque:1"
    title: Masque
    description: |-
      A temporary identity for an agent: what it may set out to do, what it should know, what it may reach, and how it
      should think.
    type: object
    required: [name, index, version, ring, intent, lens]
    properties:
      name:
        title: Name
        description: |-
          What people call this masque. Names compare without case, and the file is named after it: the name in lower
          case, words joined by hyphens, then `.masque.yaml`.
        type: string
        minLength: 1
        examples: [Codesmith]
      index:
        title: Index
        description: |-
          A number that stands for this masque wherever its name is accepted. Count from 1; no two masques of a library
          share one.
        type: integer
        minimum: 1
        examples: [1]
      version:
        $ref: "#/$defs/semanticVersion"
      ring:
        $ref: "#/$defs/ring"
      attributes:
        $ref: "#/$defs/attributes"
      spinnerVerbs:
        $ref: "#/$defs/spinnerVerbs"
      skills:
        title: Skills
        description: |-
          What this masque claims to be good at, and how good. A claim, to be held against what is observed.
        type: array
        items:
          $ref: "#/$defs/skill"
      intent:
        $ref: "#/$defs/intent"
      context:
        title: Context
        description: |-
          The situation the agent walks into: whom it works for, what they value, what is scarce. Read once, when the
          masque is put on.
        type: string
      knowledge:
        title: Knowledge
        description: |-
          Where knowledge is to be looked up while working. Pointers only: the content stays at its source.
        type: array
        items:
          $ref: "#/$defs/knowledgeURI"
      access:
        $ref: "#/$defs/access"
      lens:
        title: Lens
        description: |-
          How the agent should think while it wears this masque: what comes first, what to weigh, what to turn down.
          Becomes part of the system prompt, so write it to the agent.
        type: string
        pattern: '\S'
      mcp:
        $ref: "#/$defs/mcp"
      performance:
        $ref: "#/$defs/performance"

    $defs:
      semanticVersion:
        title: Version
        description: |-
          A version by [Semantic Versioning 2.0.0](https://semver.org/spec/v2.0.0.html), such as `1.4.0` or `2.0.0-rc.1`.
          Wearers pin it, so raise it with every change that they would notice.
        type: string
        pattern: '^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$'
        examples: ["1.0.0", "0.1.0", "2.0.0-rc.1"]

      ring:
        title: Ring
        description: |-
          How much trust it takes to wear this masque. Operators may wear masques of their own ring and of every ring
          further out.
        enum: [admin, player, guest, outsider]
        x-enumDescriptions:
          admin: May touch everything, and answers for everything.
          player: A contributor with something at stake, trusted with everyday work.
          guest: Here for a limited time and purpose, under supervision. Give it an `access.ttl`.
          outsider: Not trusted at all; sees what the public sees.

      attributes:
        title: Attributes
        description: |-
          Facts about the masque, under keys of your own. Lists and tables show `domain` and `tagline`.
        type: object
        properties:
          domain:
            title: Domain
            description: The field this masque works in, in a word or two.
            examples: [programming]
          tagline:
            title: Tagline
            description: One line that says what wearing it is like. Shown when the masque is put on, and in lists.
            examples: ["Small changes, proven by tests."]
          philosophy:
            title: Philosophy
            description: The belief behind the masque. Lists show it where there is no tagline.
        additionalProperties: true

      spinnerVerbs:
        title: Spinner verbs
        description: What the agent's progress indicator says while it works.
        type: object
        required: [verbs]
        properties:
          mode:
            title: Mode
            description: How these verbs and the agent's own ones come together.
            enum: [replace, append, prepend]
            default: replace
            x-enumDescriptions:
              replace: Only these verbs are shown.
              append: These verbs follow the agent's own.
              prepend: These verbs come before the agent's own.
          verbs:
            title: Verbs
            description: |-
              At least one. The usual form is the masque's name, a colon, and a verb: `Codesmith:Forging...`.
            type: array
            minItems: 1
            items:
              title: Verb
              description: "One text of the indicator, usually `Name:Verb...`."
              type: string
              minLength: 1
              examples: ["Codesmith:Forging..."]

      skill:
        title: Skill
        description: One claim to a skill.
        type: object
        required: [uri, level]
        properties:
          uri:
            title: Skill URI
            description: The skill, as `skill://domain/name`.
            type: string
            pattern: '^skill://[^\s/?#]+/[^\s/?#]+$'
            examples: ["skill://programming/swift"]
          level:
            title: Level
            description: How well the masque claims to master the skill.
            enum: [novice, competent, proficient, expert, master]
            x-enumDescriptions:
              novice: Still learning; needs guidance.
              competent: Handles ordinary tasks alone.
              proficient: Handles hard cases and can teach others.
              expert: Knows the skill to the ground and sets good practice.
              master: Changes how the skill itself is practised.

      intent:
        title: Intent
        description: |-
          What the wearer may set out to do, as patterns over phrases. A denied pattern wins over any allowed one. A phrase
          that matches neither list is not allowed, unless `allowed` is left out altogether.
        type: object
        properties:
          allowed:
            title: Allowed
            description: Phrases that match one of these may be taken on, unless they are denied.
            type: array
            items:
              $ref: "#/$defs/intentPattern"
          denied:
            title: Denied
            description: Phrases that match one of these are turned down, whatever `allowed` says.
            type: array
            items:
              $ref: "#/$defs/intentPattern"

      intentPattern:
        title: Intent pattern
        description: |-
          A pattern that a whole phrase must match; case and runs of spaces do not count. `*` is any text, `?` one
          character other than a space, `[a-z]` one of a class, `{a,b}` alternatives; `\` escapes. At the end, ` *` also
          stands for nothing: `test *` covers `test`. Put it in quotes: many patterns mean something else to YAML.
        type: string
        minLength: 1
        examples: ["implement *", "review *"]

      knowledgeURI:
        title: Knowledge URI
        description: |-
          A resource of an MCP server, as `mcp://server/resource`. It is a declaration: where no such server runs, the agent
          asks for the content instead.
        type: string
        pattern: '^mcp://[^\s/?#]+/\S+$'
        examples: ["mcp://handbook/style-guide"]

      access:
        title: Access
        description: |-
          What the masque needs in order to do its work. It declares needs; whoever holds the credentials grants them.
        type: object
        properties:
          vault_role:
            title: Vault role
            description: The role under which a vault mints credentials for this masque.
            type: string
            examples: [repository-writer]
          ttl:
            title: Time to live
            description: |-
              How long the access lasts: `session`, or an ISO 8601 duration such as `PT1H30M` or `P2W`. Only the last part of
              a duration may have a fraction.
            type: string
            pattern: '^(?:session|P(?:[0-9]+(?:[.,][0-9]+)?[WY]|(?:[0-9]+Y)?[0-9]+(?:[.,][0-9]+)?M|(?:[0-9]+Y)?(?:[0-9]+M)?[0-9]+(?:[.,][0-9]+)?D|(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?T(?:[0-9]+(?:[.,][0-9]+)?H|(?:[0-9]+H)?[0-9]+(?:[.,][0-9]+)?M|(?:[0-9]+H)?(?:[0-9]+M)?[0-9]+(?:[.,][0-9]+)?S)))$'
            examples: [session, PT30M, PT1H, PT8H, P1D, P2W]
            x-enumDescriptions:
              session: Until the masque is taken off.
              PT30M: Half an hour.
              PT1H: One hour.
              PT8H: A working day of eight hours.
              P1D: One day.
              P2W: Two weeks.
          credentials:
            title: Credentials
            description: The credentials that the work calls for.
            type: array
            items:
              $ref: "#/$defs/credential"
          capabilities:
            title: Capabilities
            description: |-
              What the masque is able to do with its access, under keys of your own: `database: read`,
              `writes: file-output-only`, `logs: [ecs, ec2]`.
            type: object
            additionalProperties: true

      credential:
        title: Credential
        description: One source of credentials, and how far they reach.
        type: object
        required: [source, scope]
        properties:
          source:
            title: Source
            description: Where the credential comes from.
            type: string
            examples: [vault, aws-secrets-manager]
          scope:
            title: Scope
            description: What the credential permits.
            type: string
            examples: [read-only, read-write]

      mcp:
        title: MCP
        description: The Model Context Protocol servers that give this masque its tools.
        type: object
        properties:
          servers:
            title: Servers
            description: |-
              Servers worth enabling with this masque. They are suggestions: nothing named here is started by putting the
              masque on.
            type: array
            items:
              $ref: "#/$defs/mcpServer"

      mcpServer:
        title: MCP server
        description: |-
          One server. A `stdio` server needs a `command`; an `sse` or `http` server needs a `url` or a `command`.
        type: object
        required: [name, type]
        properties:
          name:
            title: Server name
            description: What the server is called here, once per masque. `mcp://` URIs name the server in this way.
            type: string
            minLength: 1
            examples: [handbook]
          type:
            title: Transport
            description: How the agent talks to the server.
            enum: [stdio, sse, http]
            x-enumDescriptions:
              stdio: A local program, spoken to over its standard input and output.
              sse: A remote server that streams server-sent events.
              http: A remote server, spoken to over streamable HTTP.
          command:
            title: Command
            description: The program that starts the server.
            type: string
            minLength: 1
            examples: [npx, uvx, docker]
          args:
            title: Arguments
            description: The command's arguments, one item each. Nothing is split or expanded.
            type: array
            items:
              title: Argument
              description: One argument, passed on as it stands.
              type: string
          env:
            title: Environment
            description: |-
              Environment variables of the server. Never write a secret: name a variable, `API_KEY: "${API_KEY}"`.
            type: object
            additionalProperties:
              title: Value
              description: "The variable's value, as text. `${NAME}` stands for a variable of the user's environment."
              type: string
          url:
            title: URL
            description: Where a remote server is reached.
            type: string
            minLength: 1
            examples: ["https://mcp.example.com/"]
        allOf:
          - $comment: A stdio server is started, so it has to be told how.
            if:
              properties:
                type:
                  const: stdio
              required: [type]
            then:
              required: [command]
          - $comment: |-
              A remote server is reached by its url, or started first by its command. Not an anyOf, whose error would say
              little.
            if:
              properties:
                type:
                  enum: [sse, http]
              required: [type]
              not:
                required: [command]
            then:
              required: [url]

      performance:
        title: Performance
        description: How the masque has done so far.
        type: object
        properties:
          score:
            title: Score
            description: The latest verdict on what the masque contributes, or null while there is none.
            enum: ["+", "-", "/", "*", "e", null]
            x-enumDescriptions:
              "+": Additive. Useful work, step by step.
              "-": Negative. Costs more than it brings.
              "/": Dividing. Splits effort and makes working together harder.
              "*": Multiplicative. Makes everyone around it more effective.
              "e": Exponential. Opens up what nobody could do before.
              "null": Not evaluated yet.
          history:
            title: History
            description: Past evaluations, oldest first.
            type: array
            items:
              $ref: "#/$defs/evaluation"

      evaluation:
        title: Evaluation
        description: One evaluation of the masque.
        type: object
        required: [date, score]
        properties:
          date:
            title: Date
            description: "When it was made: date and time with an offset, by RFC 3339."
            type: string
            format: date-time
            examples: ["2026-01-31T09:30:00Z"]
          score:
            title: Score
            description: The verdict.
            enum: ["+", "-", "/", "*", "e"]
            x-enumDescriptions:
              "+": Additive. Useful work, step by step.
              "-": Negative. Costs more than it brings.
              "/": Dividing. Splits effort and makes working together harder.
              "*": Multiplicative. Makes everyone around it more effective.
              "e": Exponential. Opens up what nobody could do before.
          notes:
            title: Notes
            description: Why this verdict.
            type: string

    """##
}

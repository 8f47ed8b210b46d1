// Generated from schemas/masque.eval.schema.yaml by `swift run masque-dev generate`. Do not edit.

/// The text of `schemas/masque.eval.schema.yaml`: what evaluations may say, carried by the programs.
enum EmbeddedEvaluationSchema {
  static let yaml: StaticString = ##"""
    $schema: https://json-schema.org/draft/2020-12/schema
    $id: urn:masques:schema:eval:1
    title: Evaluations of a masque
    description: |-
      How a masque is to behave: what it lets its wearer set out to do, and what recorded transcripts of sessions must show.
      The file lies beside the masque and is called `NAME.eval.yaml`; `masque eval` runs it, without a model and without a
      network.
    type: object
    additionalProperties: false
    anyOf:
      - required: [intents]
      - required: [transcripts]
    properties:
      masque:
        title: Masque
        description: The masque's file, seen from this one's folder. `NAME.masque.yaml` if not given.
        type: string
        minLength: 1
        examples: [codesmith.masque.yaml]
      intents:
        title: Intents
        description: Phrases, and what the masque's intent is to say of each.
        type: array
        minItems: 1
        items:
          $ref: "#/$defs/intent"
      transcripts:
        title: Transcripts
        description: Recorded sessions, and what the agent's words in them are to show.
        type: array
        minItems: 1
        items:
          $ref: "#/$defs/transcript"

    $defs:
      intent:
        title: Intent
        description: A phrase with its verdict.
        type: object
        additionalProperties: false
        required: [phrase, verdict]
        properties:
          phrase:
            title: Phrase
            description: What somebody sets out to do.
            type: string
            minLength: 1
            examples: ["implement the parser"]
          verdict:
            title: Verdict
            description: What the masque says to it.
            enum: [allowed, denied, not-allowed]
            x-enumDescriptions:
              allowed: A pattern of `allowed` matches, and none of `denied`.
              denied: A pattern of `denied` matches.
              not-allowed: Nothing matches.
          because:
            title: Because
            description: Why it is to be so. Shown where it is not.
            type: string

      transcript:
        title: Transcript
        description: A recorded session with what is expected of it.
        type: object
        additionalProperties: false
        required: [name, expect]
        oneOf:
          - required: [turns]
          - required: [file]
        properties:
          name:
            title: Name
            description: What it is about.
            type: string
            minLength: 1
          turns:
            title: Turns
            description: What was said, in order.
            type: array
            minItems: 1
            items:
              type: object
              additionalProperties: false
              minProperties: 1
              maxProperties: 1
              properties:
                user:
                  title: User
                  description: What the user said.
                  type: string
                agent:
                  title: Agent
                  description: What the agent said, wearing the masque.
                  type: string
          file:
            title: File
            description: |-
              A file with the transcript, seen from this one's folder and inside it: JSON lines as Claude Code keeps them
              (`.jsonl`), or a text, which is the agent's from its first letter to its last.
            type: string
            minLength: 1
            examples: [recordings/flaky-test.jsonl]
          expect:
            $ref: "#/$defs/expectations"

      expectations:
        title: Expectations
        description: What the agent's words are to show. Letter case and the number of blanks do not matter to texts.
        type: object
        additionalProperties: false
        minProperties: 1
        properties:
          mention:
            title: Mention
            description: Texts that must be there.
            $ref: "#/$defs/texts"
          avoid:
            title: Avoid
            description: Texts that must not be there.
            $ref: "#/$defs/texts"
          match:
            title: Match
            description: Regular expressions (ECMA-262, flag u) of which each must match somewhere.
            $ref: "#/$defs/patterns"
          reject:
            title: Reject
            description: Regular expressions (ECMA-262, flag u) of which none may match anywhere.
            $ref: "#/$defs/patterns"
          order:
            title: Order
            description: Texts that must be there one after the other.
            type: array
            minItems: 2
            items:
              type: string
              minLength: 1

      texts:
        type: array
        minItems: 1
        items:
          type: string
          minLength: 1

      patterns:
        type: array
        minItems: 1
        items:
          type: string
          minLength: 1
          format: regex

    """##
}

// Generated from schemas/masque-lint.config.schema.yaml by `swift run masque-dev generate`. Do not edit.

/// The text of `schemas/masque-lint.config.schema.yaml`: what a configuration may say, carried by the programs.
enum EmbeddedConfigurationSchema {
  static let yaml: StaticString = ##"""
    # The one source of `.masque-lint.yaml`: what masque-lint and the language server check a configuration against.
    # JSON Schema, draft 2020-12.
    $schema: https://json-schema.org/draft/2020-12/schema
    $id: "urn:masques:schema:masque-lint-config:1"
    title: masque-lint configuration
    description: |-
      What masque-lint and the language server check in the masques beside this file and below it. The nearest file counts,
      looking upwards from a masque to the repository's root; files are not combined. Options on the command line come
      before it.
    type: object
    additionalProperties: false
    properties:
      select:
        title: Selected codes
        description: |-
          Report only these codes, or families of codes such as `schema`. A code that is off by default is on when it
          is named here.
        $ref: "#/$defs/codes"
        examples:
          - [schema, yaml-syntax]
      enable:
        title: Enabled codes
        description: Report these codes beside the others though they are off by default.
        $ref: "#/$defs/codes"
        examples:
          - [knowledge-unknown-server]
      ignore:
        title: Ignored codes
        description: Do not report these codes, or families of codes.
        $ref: "#/$defs/codes"
        examples:
          - [file-name-mismatch]
      per-file-ignores:
        title: Codes ignored in some files
        description: |-
          For each pattern, written as a line of `.gitignore` and seen from this file's folder, the codes that are not
          reported there.
        type: object
        additionalProperties:
          $ref: "#/$defs/codes"
        examples:
          - {"drafts/": [schema-required]}
      severity:
        title: Severities
        description: The severity of a code's findings, where it is to be another one than usual.
        type: object
        additionalProperties:
          $ref: "#/$defs/severity"
        examples:
          - {unknown-key: error}
      fail-on:
        title: Severity that fails
        description: The least severity for exit status 1.
        $ref: "#/$defs/severity"
        default: error
        examples: [warning]
      exclude:
        title: Excluded files
        description: |-
          Files and folders that are not checked, as lines of a `.gitignore` in this file's folder. What is named on the
          command line is checked all the same, unless --force-exclude is given.
        type: array
        items:
          type: string
          pattern: '\S'
        examples:
          - [vendor/]
      schema:
        title: Schema
        description: |-
          An extended schema to check masques against instead of the one that masque-lint carries: a JSON Schema, in YAML
          or JSON, seen from this file's folder.
        type: string
        minLength: 1
        examples: [schemas/our-masque.schema.yaml]

    $defs:
      codes:
        type: array
        items:
          type: string
          minLength: 1
      severity:
        enum: [error, warning, information, hint]

    """##
}

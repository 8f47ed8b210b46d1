(comment) @comment
(boolean_scalar) @boolean
(null_scalar) @constant.builtin
[(integer_scalar) (float_scalar)] @number
[(double_quote_scalar) (single_quote_scalar) (block_scalar) (string_scalar)] @string
(escape_sequence) @string.escape
[(anchor_name) (alias_name)] @label
(tag) @type
(block_mapping_pair key: (flow_node [(double_quote_scalar) (single_quote_scalar) (plain_scalar (string_scalar))] @property))
(flow_mapping (_ key: (flow_node [(double_quote_scalar) (single_quote_scalar) (plain_scalar (string_scalar))] @property)))
["," "-" ":" ">" "?" "|"] @punctuation.delimiter
["[" "]" "{" "}"] @punctuation.bracket

/// The hand-written cases; `Script` explains their words.
let handWrittenScripts: [Script] = [
  Script(
    "a transfer moves money, once",
    """
    account 1
    account 2
    transfer 10 1>2 100
    balance 1 = 0 100 0 0
    balance 2 = 0 0 0 100
    transfer 10 1>2 100 -> exists
    transfer 10 1>2 101 -> exists_with_different_amount
    balance 1 = 0 100 0 0
    """),
  Script(
    "an amount may be zero",
    """
    account 1 flags=2
    account 2
    transfer 10 1>2 0
    amount 10 = 0
    balance 1 = 0 0 0 0
    """),
  Script(
    "accounts and transfers have identifiers of their own",
    """
    account 1
    account 2
    transfer 1 1>2 5
    balance 2 = 0 0 0 5
    """),
  Script(
    "an account exists",
    """
    account 1 flags=2 code=7
    account 1 flags=2 code=7 -> exists
    account 1 flags=4 code=7 -> exists_with_different_flags
    account 1 flags=2 code=8 -> exists_with_different_code
    """),
  Script(
    "debits must not exceed credits, pending included",
    """
    account 1 flags=2
    account 2
    transfer 10 1>2 1 -> exceeds_credits
    transfer 11 2>1 100
    transfer 12 1>2 60 flags=2
    transfer 13 1>2 41 -> exceeds_credits
    transfer 14 1>2 40
    balance 1 = 60 40 0 100
    transfer 15 1>2 1 flags=2 -> exceeds_credits
    void 16 of 12
    transfer 17 1>2 60
    balance 1 = 0 100 0 100
    """),
  Script(
    "pending credits are no money",
    """
    account 1 flags=2
    account 2
    transfer 10 2>1 100 flags=2
    transfer 11 1>2 1 -> exceeds_credits
    post 12 of 10 all
    transfer 13 1>2 1
    """),
  Script(
    "credits must not exceed debits",
    """
    account 1 flags=4
    account 2
    transfer 10 2>1 1 -> exceeds_debits
    transfer 11 1>2 100
    transfer 12 2>1 60 flags=2
    transfer 13 2>1 41 -> exceeds_debits
    transfer 14 2>1 40
    balance 1 = 0 100 60 40
    """),
  Script(
    "what failed for a passing reason stays failed",
    """
    account 1 flags=2
    account 2
    transfer 10 1>2 10 -> exceeds_credits
    transfer 11 2>1 100
    transfer 10 1>2 10 -> id_already_failed
    transfer 10 1>2 1 -> id_already_failed
    missing 10
    transfer 12 1>9 1 -> credit_account_not_found
    transfer 13 9>1 1 -> debit_account_not_found
    account 9
    transfer 12 1>9 1 -> id_already_failed
    transfer 13 9>1 1 -> id_already_failed
    transfer 14 1>9 1
    """),
  Script(
    "what failed for a lasting reason may be mended",
    """
    account 1
    account 2
    transfer 10 1>1 10 -> accounts_must_be_different
    transfer 10 1>2 10 code=0 -> code_must_not_be_zero
    transfer 10 1>2 10
    """),
  Script(
    "a burned identifier counts before the rest",
    """
    account 1 flags=2
    account 2
    transfer 10 1>2 10 -> exceeds_credits
    transfer 10 0>0 10 code=0 -> id_already_failed
    post 10 of 10 5 -> id_already_failed
    transfer 10 1>2 10 flags=512 -> reserved_flag
    """),
  Script(
    "posting a hold that is not there burns",
    """
    account 1
    account 2
    post 11 of 10 5 -> pending_transfer_not_found
    transfer 10 1>2 5 flags=2
    post 11 of 10 5 -> id_already_failed
    post 12 of 10 5
    """),
  Script(
    "a hold is posted in part",
    """
    account 1
    account 2
    transfer 10 1>2 100 flags=2
    balance 1 = 100 0 0 0
    balance 2 = 0 0 100 0
    post 11 of 10 30
    balance 1 = 0 30 0 0
    balance 2 = 0 0 0 30
    amount 11 = 30
    post 11 of 10 30 -> exists
    post 11 of 10 31 -> exists_with_different_amount
    post 12 of 10 30 -> pending_transfer_already_posted
    void 13 of 10 -> pending_transfer_already_posted
    """),
  Script(
    "all ones post all",
    """
    account 1
    account 2
    transfer 10 1>2 100 flags=2
    post 11 of 10 all
    amount 11 = 100
    post 11 of 10 all -> exists
    post 11 of 10 100 -> exists
    post 11 of 10 99 -> exists_with_different_amount
    balance 2 = 0 0 0 100
    """),
  Script(
    "posting zero releases all",
    """
    account 1
    account 2
    transfer 10 1>2 100 flags=2
    post 11 of 10 0
    amount 11 = 0
    balance 1 = 0 0 0 0
    post 12 of 10 0 -> pending_transfer_already_posted
    post 11 of 10 0 -> exists
    post 11 of 10 all -> exists_with_different_amount
    """),
  Script(
    "more than the hold can't be posted",
    """
    account 1
    account 2
    transfer 10 1>2 100 flags=2
    post 11 of 10 101 -> exceeds_pending_transfer_amount
    post 11 of 10 max-1 -> exceeds_pending_transfer_amount
    post 11 of 10 100
    """),
  Script(
    "a hold is voided",
    """
    account 1
    account 2
    transfer 10 1>2 100 flags=2
    void 11 of 10 99 -> pending_transfer_has_different_amount
    void 11 of 10 101 -> exceeds_pending_transfer_amount
    void 11 of 10 100
    void 11 of 10 0 -> exists
    void 11 of 10 100 -> exists
    void 11 of 10 1 -> exists_with_different_amount
    void 12 of 10 -> pending_transfer_already_voided
    post 13 of 10 1 -> pending_transfer_already_voided
    balance 1 = 0 0 0 0
    amount 11 = 100
    """),
  Script(
    "a hold of zero",
    """
    account 1 flags=2
    account 2
    transfer 10 1>2 0 flags=2
    post 11 of 10 1 -> exceeds_pending_transfer_amount
    post 12 of 10 all
    transfer 13 1>2 0 flags=2
    void 14 of 13
    transfer 15 1>2 0 flags=2
    post 16 of 15 0
    """),
  Script(
    "an end inherits from its hold",
    """
    account 1
    account 2
    transfer 10 1>2 100 flags=2 ud128=11 ud64=12 ud32=13 code=14
    post 11 of 10 50 ud64=99
    field 11 ud128 = 11
    field 11 ud64 = 99
    field 11 ud32 = 13
    field 11 code = 14
    field 11 ledger = 1
    field 11 debit = 1
    field 11 credit = 2
    field 11 timeout = 0
    field 10 ud64 = 12
    """),
  Script(
    "an end names its hold's accounts, ledger and code, or none",
    """
    account 1
    account 2
    account 3
    transfer 10 1>2 100 flags=2 code=5
    post 11 of 10 1 debit=3 -> pending_transfer_has_different_debit_account_id
    post 11 of 10 1 debit=2 -> pending_transfer_has_different_debit_account_id
    post 11 of 10 1 credit=1 -> pending_transfer_has_different_credit_account_id
    post 11 of 10 1 ledger=9 -> pending_transfer_has_different_ledger
    post 11 of 10 1 code=9 -> pending_transfer_has_different_code
    post 11 of 10 1 debit=1 credit=2 ledger=1 code=5
    """),
  Script(
    "an end ends a hold and nothing else",
    """
    account 1
    account 2
    transfer 10 1>2 100
    post 11 of 10 1 -> pending_transfer_not_pending
    void 11 of 10 -> pending_transfer_not_pending
    post 11 of 11 1 -> pending_id_must_be_different
    post 11 of 0 1 -> pending_id_must_not_be_zero
    post 11 of max 1 -> pending_id_must_not_be_int_max
    post 11 of 10 1 flags=8 -> flags_are_mutually_exclusive
    post 11 of 10 1 flags=2 -> flags_are_mutually_exclusive
    post 11 of 10 1 flags=32 -> flags_are_mutually_exclusive
    void 11 of 10 1 flags=64 -> flags_are_mutually_exclusive
    void 11 of 10 1 flags=128 -> flags_are_mutually_exclusive
    post 11 of 10 1 timeout=1 -> timeout_reserved_for_pending_transfer
    """),
  Script(
    "a hold expires on the second",
    """
    account 1 flags=2
    account 2
    transfer 9 2>1 100
    transfer 10 1>2 100 flags=2 timeout=1
    balance 1 = 100 0 0 100
    transfer 11 1>2 1 -> exceeds_credits
    wait 1001
    balance 1 = 0 0 0 100
    post 12 of 10 100 -> pending_transfer_expired
    void 13 of 10 -> pending_transfer_expired
    transfer 14 1>2 100
    post 15 of 10 101 -> exceeds_pending_transfer_amount
    """),
  Script(
    "a hold that was ended in time does not expire",
    """
    account 1
    account 2
    transfer 10 1>2 100 flags=2 timeout=1
    transfer 11 1>2 50 flags=2 timeout=1
    post 12 of 10 70
    void 13 of 11
    wait 1500
    balance 1 = 0 70 0 0
    balance 2 = 0 0 0 70
    post 14 of 10 70 -> pending_transfer_already_posted
    void 15 of 11 -> pending_transfer_already_voided
    post 12 of 10 70 -> exists
    """),
  Script(
    "a hold without a timeout stays",
    """
    account 1
    account 2
    transfer 10 1>2 100 flags=2
    transfer 11 1>2 100 flags=2 timeout=3600
    wait 2000
    balance 1 = 200 0 0 0
    post 12 of 10 1
    post 13 of 11 1
    """),
  Script(
    "several holds expire together",
    """
    account 1
    account 2
    account 3
    begin
    transfer 10 1>2 1 flags=2 timeout=1
    transfer 11 1>3 10 flags=2 timeout=1
    transfer 12 3>2 100 flags=2 timeout=1
    end
    wait 1500
    balance 1 = 0 0 0 0
    balance 2 = 0 0 0 0
    balance 3 = 0 0 0 0
    """),
  Script(
    "a chain is all or nothing",
    """
    account 1
    account 2 flags=2
    begin
    + transfer 10 1>2 100
    + transfer 11 2>1 30
    transfer 12 2>1 70
    end
    balance 2 = 0 100 0 100
    begin
    + transfer 13 1>2 50 -> linked_event_failed
    + transfer 14 2>1 51 -> exceeds_credits
    transfer 15 1>2 1 -> linked_event_failed
    end
    balance 2 = 0 100 0 100
    missing 13
    missing 15
    """),
  Script(
    "innocent members keep their identifiers, the culprit loses its",
    """
    account 1
    account 2 flags=2
    begin
    + transfer 10 1>2 10 -> linked_event_failed
    + transfer 11 2>1 11 -> exceeds_credits
    transfer 12 1>2 1 -> linked_event_failed
    end
    transfer 10 1>2 10
    transfer 12 1>2 1
    transfer 11 2>1 1 -> id_already_failed
    """),
  Script(
    "a chain that exists fails as a chain",
    """
    account 1
    account 2
    begin
    + transfer 10 1>2 10
    transfer 11 1>2 20
    end
    begin
    + transfer 10 1>2 10 -> exists
    transfer 11 1>2 20 -> linked_event_failed
    end
    balance 1 = 0 30 0 0
    """),
  Script(
    "chains beside each other",
    """
    account 1
    account 2
    begin
    + transfer 10 1>2 1
    transfer 11 1>2 2
    transfer 12 1>2 4
    + transfer 13 1>2 8 -> linked_event_failed
    transfer 14 1>1 16 -> accounts_must_be_different
    + transfer 15 1>2 32
    transfer 16 1>2 64
    end
    balance 1 = 0 103 0 0
    """),
  Script(
    "an open chain",
    """
    account 1
    account 2
    begin
    + transfer 10 1>2 1 -> linked_event_failed
    + transfer 11 1>2 2 -> linked_event_chain_open
    end
    + transfer 12 1>2 2 -> linked_event_chain_open
    begin
    transfer 13 1>2 4
    + transfer 14 1>1 4 -> accounts_must_be_different
    + transfer 15 1>2 4 -> linked_event_chain_open
    end
    balance 1 = 0 4 0 0
    """),
  Script(
    "linked is a flag like any other when identifiers meet",
    """
    account 1
    account 2
    begin
    + transfer 10 1>2 1
    transfer 11 1>2 2
    end
    transfer 10 1>2 1 -> exists_with_different_flags
    transfer 11 1>2 2 -> exists
    """),
  Script(
    "accounts in chains",
    """
    begin
    + account 1 -> linked_event_failed
    account 2 code=0 -> code_must_not_be_zero
    end
    begin
    + account 1
    account 2
    end
    begin
    + account 3 -> linked_event_failed
    + account 2 -> exists_with_different_flags
    account 4 -> linked_event_failed
    end
    + account 5 -> linked_event_chain_open
    account 3
    transfer 10 1>2 1
    """),
  Script(
    "later members see earlier ones",
    """
    account 1
    account 2 flags=2
    account 3 flags=2
    begin
    + transfer 10 1>2 100 flags=2
    + post 11 of 10 80
    + transfer 12 2>3 80
    transfer 13 3>1 80 flags=2
    end
    balance 3 = 80 0 0 80
    begin
    + void 14 of 13 -> linked_event_failed
    + transfer 15 3>1 80 -> linked_event_failed
    transfer 16 3>1 1 -> exceeds_credits
    end
    balance 3 = 80 0 0 80
    begin
    + void 17 of 13
    transfer 18 3>1 80
    end
    balance 3 = 0 80 0 80
    """),
  Script(
    "a chain undone leaves its hold open",
    """
    account 1
    account 2
    transfer 10 1>2 100 flags=2 timeout=100
    begin
    + post 11 of 10 100 -> linked_event_failed
    transfer 12 1>2 5 code=0 -> code_must_not_be_zero
    end
    balance 1 = 100 0 0 0
    void 13 of 10
    """),
  Script(
    "the same identifier twice in a request",
    """
    account 1
    account 2
    begin
    transfer 10 1>2 1
    transfer 10 1>2 1 -> exists
    transfer 10 1>2 2 -> exists_with_different_amount
    transfer 11 1>9 2 -> credit_account_not_found
    transfer 11 1>2 2 -> id_already_failed
    end
    begin
    account 5
    account 5 -> exists
    account 5 code=2 -> exists_with_different_code
    end
    """),
  Script(
    "one request holds and ends",
    """
    account 1
    account 2
    begin
    transfer 10 1>2 10 flags=2
    post 11 of 10 10
    void 12 of 10 -> pending_transfer_already_posted
    end
    """),
  Script(
    "balancing a debit",
    """
    account 1 flags=2
    account 2
    transfer 9 2>1 100
    transfer 10 1>2 30 flags=16
    amount 10 = 30
    transfer 11 1>2 max flags=16
    amount 11 = 70
    transfer 12 1>2 5 flags=16
    amount 12 = 0
    transfer 11 1>2 max flags=16 -> exists
    transfer 11 1>2 70 flags=16 -> exists
    transfer 11 1>2 69 flags=16 -> exists_with_different_amount
    """),
  Script(
    "balancing a debit leaves holds alone",
    """
    account 1
    account 2
    transfer 9 2>1 100
    transfer 10 1>2 60 flags=2
    transfer 11 1>2 100 flags=18
    amount 11 = 40
    balance 1 = 100 0 0 100
    """),
  Script(
    "balancing a credit",
    """
    account 1
    account 2
    transfer 9 2>1 100
    transfer 10 1>2 250 flags=32
    amount 10 = 100
    transfer 11 1>2 1 flags=32
    amount 11 = 0
    """),
  Script(
    "balancing both",
    """
    account 1
    account 2
    account 3
    transfer 8 3>1 100
    transfer 9 2>3 30
    transfer 10 1>2 max flags=48
    amount 10 = 30
    """),
  Script(
    "closing an account and opening it again",
    """
    account 1
    account 2
    transfer 9 1>2 5 flags=2
    transfer 10 1>2 0 flags=66
    closed 1
    transfer 11 1>2 1 -> debit_account_already_closed
    transfer 12 2>1 1 -> credit_account_already_closed
    post 13 of 9 5 -> debit_account_already_closed
    void 14 of 9
    transfer 11 1>2 1 -> id_already_failed
    void 15 of 10
    open 1
    transfer 16 1>2 1
    transfer 17 1>2 0 flags=130
    closed 2
    transfer 18 1>2 1 -> credit_account_already_closed
    """),
  Script(
    "an account that was closed is another one",
    """
    account 1
    account 2
    transfer 10 1>2 0 flags=66
    account 1 -> exists_with_different_flags
    account 1 flags=32 -> exists
    account 3 flags=32
    closed 3
    transfer 11 3>2 0 -> debit_account_already_closed
    """),
  Script(
    "a closing hold that expires opens the account",
    """
    account 1
    account 2
    transfer 10 1>2 7 flags=66 timeout=1
    closed 1
    wait 1500
    open 1
    transfer 11 1>2 1
    """),
  Script(
    "sums beyond 128 bits",
    """
    account 1
    account 2
    account 3
    transfer 10 1>2 max-5 flags=2
    transfer 11 1>3 6 flags=2 -> overflows_debits_pending
    transfer 12 3>2 6 flags=2 -> overflows_credits_pending
    transfer 13 1>3 6 -> overflows_debits
    transfer 14 3>2 6 -> overflows_credits
    transfer 15 1>3 5
    transfer 11 1>3 1 flags=2 -> overflows_debits
    post 16 of 10 all
    transfer 17 1>3 1 -> overflows_debits_posted
    transfer 18 3>2 6 -> overflows_credits_posted
    transfer 19 1>3 1 flags=2 -> overflows_debits_posted
    balance 1 = 0 max 0 0
    """),
  Script(
    "an overflow burns nothing",
    """
    account 1
    account 2
    account 3
    transfer 10 1>2 max
    transfer 11 1>3 1 -> overflows_debits_posted
    transfer 11 3>1 1
    """),
  Script(
    "large amounts",
    """
    account 1 flags=2
    account 2
    transfer 10 2>1 half
    transfer 11 1>2 half
    balance 1 = 0 half 0 half
    transfer 12 1>2 1 -> exceeds_credits
    """),
  Script(
    "ledgers are apart",
    """
    account 1 ledger=1
    account 2 ledger=2
    account 3 ledger=2
    transfer 10 1>2 1 -> accounts_must_have_the_same_ledger
    transfer 11 2>3 1 ledger=1 -> transfer_must_have_the_same_ledger_as_accounts
    transfer 12 2>3 1 ledger=2
    """),
  Script(
    "the transfers of an account",
    """
    account 1
    account 2
    account 3
    transfer 10 1>2 1 code=1 ud64=5
    transfer 11 2>1 2 code=2 ud32=6
    transfer 12 1>3 3 code=1 ud128=7
    transfer 13 3>2 4 code=1
    transfer 14 1>2 5 code=3 flags=2
    post 15 of 14 2
    list 1 = 10 11 12 14 15
    list 1 reversed=1 = 15 14 12 11 10
    list 1 limit=2 = 10 11
    list 1 limit=2 reversed=1 = 15 14
    list 1 sides=d = 10 12 14 15
    list 1 sides=c = 11
    list 1 sides=x =
    list 1 limit=0 =
    list 1 code=1 = 10 12
    list 1 code=2 = 11
    list 1 ud64=5 = 10
    list 1 ud32=6 = 11
    list 1 ud128=7 = 12
    list 1 from=11 = 11 12 14 15
    list 1 to=12 = 10 11 12
    list 1 from=11 to=14 = 11 12 14
    list 1 from=14 to=11 =
    list 1 from=12 limit=1 = 12
    list 1 to=12 reversed=1 limit=2 = 12 11
    list 3 = 12 13
    list 9 =
    list 0 =
    list max =
    list 1 from=99 =
    """),
  Script(
    "balances after each transfer, of accounts with a history",
    """
    account 1 flags=8
    account 2
    transfer 10 1>2 10
    transfer 11 2>1 4
    transfer 12 1>2 5 flags=2
    post 13 of 12 2
    transfer 14 2>1 0
    history 1 = 0/10/0/0 0/10/0/4 5/10/0/4 0/12/0/4 0/12/0/4
    history 1 reversed=1 limit=2 = 0/12/0/4 0/12/0/4
    history 1 sides=c = 0/10/0/4 0/12/0/4
    history 1 from=11 to=12 = 0/10/0/4 5/10/0/4
    history 2 =
    history 9 =
    """),
  Script(
    "a history on both sides",
    """
    account 1 flags=8
    account 2 flags=10
    begin
    transfer 10 1>2 10
    transfer 11 2>1 4
    end
    begin
    + transfer 12 2>1 6 -> linked_event_failed
    transfer 13 2>1 1 -> exceeds_credits
    end
    history 1 = 0/10/0/0 0/10/0/4
    history 2 = 0/0/0/10 0/4/0/10
    """),
  Script(
    "transfers by what they have in common",
    """
    account 1
    account 2
    transfer 10 1>2 1 ud64=77001 ud32=5 code=900
    transfer 11 1>2 2 ud64=77001 ud32=6 code=901
    transfer 12 1>2 3 ud64=77001 ud32=5 code=901
    query ud64=77001 limit=0 =
    """),
  Script(
    "a settlement with its fee",
    """
    account 1 flags=2     # the operator
    account 2 flags=2     # the author
    account 3             # the treasury
    account 4             # fees
    transfer 9 3>1 1000
    transfer 10 1>2 400 flags=2 timeout=90000 code=2
    begin
    + post 11 of 10 250
    transfer 12 2>4 25 code=3
    end
    balance 1 = 0 250 0 1000
    balance 2 = 0 25 0 250
    balance 4 = 0 0 0 25
    begin
    + post 11 of 10 250 -> exists
    transfer 12 2>4 25 code=3 -> linked_event_failed
    end
    balance 2 = 0 25 0 250
    """),
]

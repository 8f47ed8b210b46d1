import JSON
import MasqueCommands
import MasqueModel
import MasqueRuntime
import MasqueWorkspace

extension LedgerDesk {
  /// Money comes in.
  func deposit(_ arguments: LedgerDepositCommand.Arguments) throws(CommandError) -> LedgerMovement {
    let amount = try amount(arguments.amount)
    let holder = operatorAccount(arguments.operator ?? setup.configuration.operator.name ?? runtime.user)
    return try move(amount.micros, from: Holder(.treasury), to: holder, .deposit, arguments.reference, told: holder)
  }

  /// An author is paid out.
  func settle(_ arguments: LedgerSettleCommand.Arguments) throws(CommandError) -> LedgerMovement {
    let author = Holder(.author, arguments.author)
    let claimed = try claim(for: author)
    let account = try account(author)
    var wanted: UInt128?
    if let text = arguments.amount { wanted = try amount(text).micros }
    // Written down before under this reference: the amount of then is meant.
    if wanted == nil, let reference = arguments.reference,
      let known = try ask({ () throws(EngineError) in
        try engine.transfers([referenceID(.settlement, author, reference)])
      }).first
    {
      return try told(known, author, reference, changed: false, claimed: claimed)
    }
    let paid = wanted ?? account.available
    guard paid > 0 else { throw CommandError(.notFound, "there is nothing to be paid out to `\(author.name)`") }
    return try move(
      paid, from: author, to: Holder(.treasury), .settlement, arguments.reference, told: author, claimed: claimed)
  }

  private func move(
    _ amount: UInt128, from debit: Holder, to credit: Holder, _ kind: TransferKind, _ reference: String?,
    told holder: Holder, claimed: UInt128 = 0
  ) throws(CommandError) -> LedgerMovement {
    let now = UInt64(clamping: runtime.now().seconds) * 1_000_000_000
    let id = reference.map { referenceID(kind, holder, $0) } ?? freshIdentifier(nanoseconds: now)
    let transfer = Transfer(
      id: id, debit: debit.id, credit: credit.id, amount: amount, ledger: ledgerCode, code: kind.rawValue)
    let note = TransferNote(transfer: id, body: reference.map { ["reference": .string($0)] } ?? [:])
    let status = try ask { () throws(EngineError) in
      try store.submit(accounts: [debit, credit], transfers: [transfer], notes: [note])
    }.first?.status
    switch status {
    case .created?: return try told(transfer, holder, reference, changed: true, claimed: claimed)
    case .exists?: return try told(transfer, holder, reference, changed: false, claimed: claimed)
    case .existsWithDifferentAmount?:
      let known = try ask { () throws(EngineError) in try engine.transfers([id]) }.first
      throw CommandError(
        .refused,
        "under the reference `\(reference ?? "")` \(Amount(micros: known?.amount ?? 0).text) USD were written down before"
      )
    case .exceedsCredits?, .idAlreadyFailed?:
      let available = try account(debit).available
      let hint =
        reference == nil || status == .exceedsCredits
        ? "" : "; use another reference, since this one was refused before"
      throw CommandError(
        .paymentRequired,
        "`\(debit)` has \(Amount(micros: available).text) USD, and \(Amount(micros: amount).text) USD are wanted\(hint)"
      )
    case let status: throw CommandError(.file, "the ledger refuses it: \(status.map { "\($0)" } ?? "no answer")")
    }
  }

  private func told(
    _ transfer: Transfer, _ holder: Holder, _ reference: String?, changed: Bool, claimed: UInt128 = 0
  ) throws(CommandError) -> LedgerMovement {
    let account = try account(holder)
    return LedgerMovement(
      account: holder.description, amount: Amount(micros: transfer.amount).text,
      balance: signed(account.creditsPosted, account.debitsPosted), claimed: Amount(micros: claimed).text,
      reference: reference, transfer: hexadecimal(transfer.id), changed: changed)
  }

  /// The identifier that follows from a reference, so that it counts once.
  private func referenceID(_ kind: TransferKind, _ holder: Holder, _ reference: String) -> UInt128 {
    identifier("reference", String(kind.rawValue), holder.description, reference)
  }

  // MARK: Claims

  /// Moves the earnings of libraries that had no owner to the owner that the configuration names.
  ///
  /// - Returns: how much.
  private func claim(for author: Holder) throws(CommandError) -> UInt128 {
    let unclaimed = try holders().values.filter { $0.kind == .unclaimed && owner(of: $0.name) == author.name }
    guard !unclaimed.isEmpty else { return 0 }
    let now = UInt64(clamping: runtime.now().seconds) * 1_000_000_000
    var sum: UInt128 = 0
    for holder in unclaimed {
      // At most what there is: nobody comes between.
      let transfer = Transfer(
        id: freshIdentifier(nanoseconds: now), debit: holder.id, credit: author.id, amount: .max, ledger: ledgerCode,
        code: TransferKind.claim.rawValue, flags: .balancingDebit)
      let left = try account(holder).available
      guard left > 0 else { continue }
      let note = TransferNote(transfer: transfer.id, body: ["reference": .string(holder.name)])
      let status = try ask { () throws(EngineError) in
        try store.submit(accounts: [author], transfers: [transfer], notes: [note])
      }.first?.status
      guard status == .created else {
        throw CommandError(.file, "the ledger refuses a claim: \(status.map { "\($0)" } ?? "no answer")")
      }
      sum &+= try ask { () throws(EngineError) in try engine.transfers([transfer.id]) }.first?.amount ?? 0
    }
    return sum
  }

  /// The owner of a library, as wearing a masque finds it: the first that holds the folder.
  private func owner(of library: String) -> String? {
    let folder =
      switch library {
      case "private": context.places.privateFolder
      case "shipped": context.places.shippedFolder
      default: FilePath?(FilePath(library))
      }
    guard let folder else { return nil }
    func canonical(_ path: FilePath) -> FilePath { (try? context.files.canonicalPath(of: path)) ?? path }
    let place = canonical(folder)
    return setup.configuration.libraries.first { place.relative(to: canonical($0.folder)) != nil }?.owner
  }
}

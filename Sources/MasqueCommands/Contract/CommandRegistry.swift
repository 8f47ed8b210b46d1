/// Every command, in the order in which they are listed. A command is added by its contract here, and by its
/// implementation in the table of each program that can run it.
public let commandDescriptions: [CommandDescription] = [
  ListCommand.description, InspectCommand.description, PreviewCommand.description, IntentExplainCommand.description,
  IntentDiffCommand.description, ExplainRuleCommand.description, NewCommand.description,
  SyncManifestCommand.description, PinCommand.description, UpgradeCommand.description, DonCommand.description,
  DoffCommand.description, IDCommand.description, HookSessionStartCommand.description,
  HookSessionEndCommand.description, DoctorCommand.description,
  LedgerBalanceCommand.description, LedgerStatementCommand.description,
  LedgerEarningsCommand.description, LedgerDepositCommand.description, LedgerSettleCommand.description,
  LedgerVerifyCommand.description, LedgerExportCommand.description, LedgerMigrateCommand.description,
  AudienceStartCommand.description, AudienceStopCommand.description,
  AudienceStatusCommand.description, AudienceConfigCommand.description, AudienceLogsCommand.description,
  AnalyticsMigrateCommand.description, AnalyticsStatusCommand.description, AnalyticsFlushCommand.description,
  PerformanceCommand.description, EvalCommand.description,
]

extension CommandTable {
  /// The commands that need nothing but files and the model: what they give depends on the masques alone, and they
  /// change nothing.
  public static var pure: CommandTable {
    var table = CommandTable()
    table.add(ListCommand.self, listMasques)
    table.add(InspectCommand.self, inspectMasque)
    table.add(PreviewCommand.self, previewMasque)
    table.add(IntentExplainCommand.self, explainIntent)
    table.add(IntentDiffCommand.self, compareIntents)
    table.add(EvalCommand.self, runEvaluations)
    return table
  }
}

import MasqueCommands

/// The page.
func performancePage(_ result: PerformanceCommand.Result, _ details: WindowDetails) -> String { "" }

import LanguageServerProtocol
import MasqueAnalysis
import SourceText

/// Phrases at the place as expectations: a comment that holds the intent to the verdict that it gives now.
let expectations = CodeActionProvider(
  name: "expect", kinds: [.refactorRewrite],
  actions: { query in
    guard query.affordsEdits else { return [] }
    return expectationOffers(in: query.document.snapshot, at: query.range).map { offer in
      query.action(offer.title, .refactorRewrite, [offer.edit])
    }
  })

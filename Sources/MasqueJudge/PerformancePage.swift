import MasqueCommands
import MasqueModel

/// A page about a score: one HTML document with its charts as SVG, in light and in dark, for a desk and for a telephone.
/// It asks nobody for anything: no script, no font, no picture.
///
/// The drawings are stretched to the width that there is, so that no letter stands in them: what there is to read is HTML
/// around them, and what they show is told in words for those who can't see them.
///
/// - Parameters:
///   - result: the score.
///   - details: the course of the session.
/// - Returns: the document, with LF line breaks.
func performancePage(_ result: PerformanceCommand.Result, _ details: WindowDetails) -> String {
  let name = result.masque.map(escaped) ?? "A window of time"
  var body = header(result, name)
  body += section("Dimensions", dimensionRows(result))
  body += section("Course", course(details, result))
  if !result.tools.isEmpty { body += section("Tools", toolTable(result.tools)) }
  body += section("Tokens", tokens(result))
  body += section("Trend", trend(result))
  if !result.skills.isEmpty { body += section("Claimed and observed", skillTable(result.skills)) }
  return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>\(name): \(decimal(result.composite ?? 0, 1)) of 10</title>
    <style>
    \(pageStyle)</style>
    </head>
    <body>
    <main>
    \(body)</main>
    </body>
    </html>

    """
}

private func section(_ title: String, _ content: String) -> String {
  "<section>\n<h2>\(title)</h2>\n\(content)</section>\n"
}

private func header(_ result: PerformanceCommand.Result, _ name: String) -> String {
  let composite = result.composite ?? 0
  let stats = result.stats
  let facts = [
    ("Duration", "\(decimal(result.durationMin, 1)) min"),
    ("Successful tools", "\(grouped(stats?.toolsOK ?? 0)) of \(grouped(stats?.tools ?? 0))"),
    ("Prompts", grouped(stats?.prompts ?? 0)), ("Cost", "\(decimal(stats?.cost ?? 0, 2)) USD"),
    ("Model answers", grouped(stats?.requests ?? 0)), ("Failed requests", grouped(stats?.errors ?? 0)),
  ]
  let session = result.session.map { "<p class=\"faint\">Session \(escaped($0))</p>\n" } ?? ""
  let turn = 2 * 3.14159265 * 54
  return """
    <header>
    <div>
    <h1>\(name)</h1>
    <p>\(minute(result.from)) to \(minute(result.to)) UTC</p>
    \(session)</div>
    <div class="score">
    <svg viewBox="0 0 120 120" role="img" aria-label="Composite \(decimal(composite, 1)) of 10">
    <circle cx="60" cy="60" r="54" class="track"/>
    <circle cx="60" cy="60" r="54" class="ring \(tone(composite))" stroke-dasharray="\(decimal(turn * composite / 10, 2)) \(decimal(turn, 2))" transform="rotate(-90 60 60)"/>
    </svg>
    <p><strong>\(decimal(composite, 1))</strong><span class="\(tone(composite))">\(escaped(result.recommendation ?? ""))</span><span class="faint">suggests <code>\(escaped(result.symbol ?? ""))</code></span></p>
    </div>
    </header>
    <dl>
    \(facts.map { "<div><dt>\($0)</dt><dd>\($1)</dd></div>\n" }.joined())</dl>

    """
}

// MARK: Dimensions

private func dimensionRows(_ result: PerformanceCommand.Result) -> String {
  guard let scores = result.dimensions else { return "" }
  let rows = [
    ("Quality", 30, scores.quality, "successful results of tools among all"),
    ("Autonomy", 25, scores.autonomy, "tools for each prompt, twice"),
    ("Productivity", 20, scores.productivity, "successful tools a minute, ten times"),
    ("Token efficiency", 15, scores.tokenEfficiency, "tokens that came from the cache among those read"),
    ("Cost efficiency", 10, scores.costEfficiency, "10 less 1 for each cent that a successful tool cost"),
  ]
  return rows.map { name, weight, score, meaning in
    """
    <div class="row">
    <p><b>\(name)</b> <span class="faint">\(weight) % · \(meaning)</span></p>
    <p class="value">\(decimal(score, 1))</p>
    \(bar([(score, tone(score))], of: 10, "\(name) \(decimal(score, 1)) of 10"))</div>

    """
  }.joined()
}

/// A bar that is as wide as there is room.
private func bar(_ parts: [(value: Double, tone: String)], of total: Double, _ label: String) -> String {
  var x = 0.0
  var shapes = ""
  for part in parts where part.value > 0 {
    let width = min(part.value / max(total, 1e-9) * 100, 100 - x)
    shapes += "<rect x=\"\(decimal(x, 2))\" width=\"\(decimal(width, 2))\" height=\"10\" class=\"\(part.tone)\"/>"
    x += width
  }
  return "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"\(label)\">"
    + "<rect width=\"100\" height=\"10\" class=\"track\"/>\(shapes)</svg>\n"
}

// MARK: Course

private let partCount = 40

private func course(_ details: WindowDetails, _ result: PerformanceCommand.Result) -> String {
  let most = Double(details.course.map { $0.toolsOK + $0.toolsFailed }.max() ?? 0)
  guard most > 0 else { return "<p class=\"faint\">No tool was run.</p>\n" }
  var shapes = ""
  for part in details.course where (0..<partCount).contains(part.part) {
    let x = Double(part.part) * 10
    let ok = Double(part.toolsOK) / most * 86
    let failed = Double(part.toolsFailed) / most * 86
    shapes += column(x, 100 - ok, ok, "good") + column(x, 100 - ok - failed, failed, "bad")
    if part.prompts > 0 {
      shapes += "<rect x=\"\(decimal(x + 1, 1))\" y=\"4\" width=\"8\" height=\"5\" class=\"mark\"/>"
    }
  }
  let label = "Tools over time: at most \(grouped(Int64(most))) in a fortieth of the session"
  return """
    <div class="chart">
    <svg viewBox="0 0 400 100" preserveAspectRatio="none" role="img" aria-label="\(label)">
    <rect y="99.4" width="400" height="0.6" class="axis"/>\(shapes)
    </svg>
    <p class="ends faint"><span>\(escaped(String(result.from.dropFirst(11).prefix(5))))</span><span>at most \(grouped(Int64(most))) tools in a column</span><span>\(escaped(String(result.to.dropFirst(11).prefix(5)))) UTC</span></p>
    </div>
    \(legend([("good", "succeeded"), ("bad", "failed"), ("mark", "a prompt")]))
    """
}

private func column(_ x: Double, _ y: Double, _ height: Double, _ tone: String) -> String {
  guard height > 0 else { return "" }
  return
    "<rect x=\"\(decimal(x + 1, 1))\" y=\"\(decimal(y, 2))\" width=\"8\" height=\"\(decimal(height, 2))\" class=\"\(tone)\"/>"
}

private func legend(_ entries: [(tone: String, text: String)]) -> String {
  let items = entries.map { entry in
    "<span><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect width=\"10\" height=\"10\" class=\"\(entry.tone)\"/></svg>"
      + "\(entry.text)</span>"
  }
  return "<p class=\"legend\">\(items.joined())</p>\n"
}

// MARK: Tables

private func toolTable(_ tools: [PerformanceCommand.Tool]) -> String {
  let most = Double(tools.map(\.calls).max() ?? 1)
  let rows = tools.prefix(20).map { tool in
    let share = Double(tool.ok) / Double(max(tool.calls, 1)) * 100
    let label = "\(escaped(tool.name)): \(tool.ok) of \(tool.calls) succeeded"
    return """
      <tr><th scope="row">\(breakable(tool.name))</th><td class="wide">\(bar([(Double(tool.ok), "good"), (Double(tool.calls - tool.ok), "bad")], of: most, label))</td><td>\(grouped(tool.calls))</td><td>\(decimal(share, 0)) %</td><td>\(grouped(Int64(tool.meanMS.rounded()))) ms</td></tr>

      """
  }
  let rest = tools.count > 20 ? "<p class=\"faint\">and \(tools.count - 20) more</p>\n" : ""
  return """
    <table>
    <thead><tr><th scope="col">Tool</th><td class="wide"></td><th scope="col">Runs</th><th scope="col">Success</th><th scope="col">Mean</th></tr></thead>
    <tbody>
    \(rows.joined())</tbody>
    </table>
    \(rest)
    """
}

private func tokens(_ result: PerformanceCommand.Result) -> String {
  guard let tokens = result.stats?.tokens else { return "" }
  let parts = [
    (tokens.cacheRead, "good", "from the cache"), (tokens.cacheCreation, "mild", "into the cache"),
    (tokens.input, "bad", "read anew"),
  ]
  let total = parts.reduce(0.0) { $0 + Double($1.0) }
  guard total > 0 else { return "<p class=\"faint\">The model was not asked.</p>\n" }
  let words = parts.map { "\(grouped($0.0)) \($0.2)" }
  return bar(parts.map { (Double($0.0), $0.1) }, of: total, "Tokens read: \(words.joined(separator: ", "))")
    + legend(zip(parts, words).map { ($0.1, $1) })
    + "<p class=\"faint\">\(grouped(tokens.output)) tokens were written.</p>\n"
}

private func trend(_ result: PerformanceCommand.Result) -> String {
  let scores = result.trend.map(\.composite) + [result.composite]
  guard scores.count > 1 else { return "<p class=\"faint\">This is the first session of this masque.</p>\n" }
  let step = 400 / Double(scores.count)
  let points = scores.enumerated().compactMap { index, score in
    score.map { (x: (Double(index) + 0.5) * step, y: 96 - $0 * 9.2, score: $0) }
  }
  let line = points.map { "\(decimal($0.x, 1)),\(decimal($0.y, 1))" }.joined(separator: " ")
  let marks = points.map { point in
    // Lines of no length with round ends stay round, however the drawing is stretched.
    "<path d=\"M\(decimal(point.x, 1)) \(decimal(point.y, 1))h0\" class=\"dot \(tone(point.score))\"/>"
  }
  let grid = [4.0, 7.0].map { "<path d=\"M0 \(decimal(96 - $0 * 9.2, 1))h400\" class=\"grid\"/>" }.joined()
  let words = scores.map { $0.map { decimal($0, 1) } ?? "none" }.joined(separator: ", ")
  return """
    <div class="chart">
    <svg viewBox="0 0 400 100" preserveAspectRatio="none" role="img" aria-label="Composites, the oldest first: \(words)">
    \(grid)<polyline points="\(line)" class="line"/>\(marks.joined())
    </svg>
    <p class="ends faint"><span>\(escaped(String(result.trend.first?.date.prefix(10) ?? "")))</span><span>lines at 4 and 7</span><span>\(escaped(String(result.to.prefix(10))))</span></p>
    </div>

    """
}

private func skillTable(_ skills: [PerformanceCommand.Skill]) -> String {
  let rows = skills.map { skill in
    let seen =
      skill.tools > 0
      ? "\(escaped(skill.observed ?? "")) <span class=\"faint\">\(skill.toolsOK) of \(skill.tools) tools</span>"
      : "<span class=\"faint\">not seen</span>"
    let tone = ["above": "good", "met": "good", "below": "doubtful"][skill.verdict] ?? "faint"
    return """
      <tr><th scope="row">\(breakable(skill.uri.replacing("skill://", with: "")))</th><td>\(escaped(skill.claimed ?? "no level"))</td><td>\(seen)</td><td class="\(tone)">\(skill.verdict == "unseen" ? "–" : skill.verdict)</td></tr>

      """
  }
  return """
    <table class="words">
    <thead><tr><th scope="col">Skill</th><th scope="col">Claimed</th><th scope="col">Observed</th><th scope="col">Claim</th></tr></thead>
    <tbody>
    \(rows.joined())</tbody>
    </table>
    <p class="faint">Observed is the share of success of the tools that were run for prompts in which the skill was activated.</p>

    """
}

// MARK: Words

private func tone(_ score: Double) -> String { score >= 7 ? "good" : score >= 4 ? "doubtful" : "bad" }

private func escaped(_ text: String) -> String {
  text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    .replacing("\"", with: "&quot;")
}

/// A name that may be broken where its parts meet.
private func breakable(_ text: String) -> String {
  escaped(text).replacing("/", with: "/<wbr>").replacing("__", with: "__<wbr>")
}

/// A moment without its seconds.
private func minute(_ time: String) -> String { escaped(String(time.prefix(16)).replacing("T", with: " ")) }

/// A number that is not negative with at most so many decimal places.
private func decimal(_ value: Double, _ places: Int) -> String {
  let unit = [1.0, 10, 100][min(places, 2)]
  guard value.isFinite, value < 9e12 else { return "0" }
  let scaled = Int((value * unit).rounded())
  if places == 0 { return String(scaled) }
  let rest = String(abs(scaled) % Int(unit))
  return
    "\(scaled < 0 ? "-" : "")\(abs(scaled) / Int(unit)).\(String(repeating: "0", count: places - rest.count))\(rest)"
}

/// A number with narrow blanks between its thousands.
private func grouped(_ value: Int64) -> String { groupedDigits(value, by: "\u{202F}") }

private let pageStyle = """
  :root {
    --paper: #fbfaf7; --card: #fff; --ink: #22252a; --faint: #666c75; --edge: #dedbd3; --track: #ebe8e1;
    --good: #2d7d5a; --doubtful: #b07514; --bad: #b8433a; --mild: #7f9bb8; --mark: #5a6fae;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --paper: #17191c; --card: #1f2226; --ink: #e6e4df; --faint: #9aa0a8; --edge: #33373d; --track: #2c3036;
      --good: #5db88d; --doubtful: #dba647; --bad: #e17a70; --mild: #6d89a8; --mark: #94a5e0;
    }
  }
  * { box-sizing: border-box; }
  body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
  main { max-width: 60rem; margin: 0 auto; padding: clamp(1rem, 4vw, 2.5rem); }
  h1 { font-size: clamp(1.6rem, 5vw, 2.4rem); line-height: 1.15; margin: 0 0 .4rem; overflow-wrap: anywhere; }
  h2 { font-size: 1.05rem; margin: 0 0 .8rem; }
  p { margin: 0; }
  code { font: 1em ui-monospace, monospace; }
  .faint { color: var(--faint); font-size: .875rem; overflow-wrap: anywhere; }
  header { display: flex; flex-wrap: wrap; gap: 1.5rem; justify-content: space-between; align-items: center; }
  header > div:first-child { flex: 1 1 18rem; }
  .score { display: flex; align-items: center; gap: 1rem; }
  .score svg { width: 7rem; height: 7rem; }
  .score p { display: grid; line-height: 1.25; }
  .score strong { font-size: 2.4rem; line-height: 1; font-variant-numeric: tabular-nums; }
  .score span { font-weight: 600; }
  .score .faint { font-weight: 400; }
  dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); gap: .8rem 1.5rem; margin: 1.5rem 0; }
  dt { color: var(--faint); font-size: .875rem; }
  dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
  section { background: var(--card); border: 1px solid var(--edge); border-radius: .6rem; padding: 1.1rem 1.2rem; margin-top: 1rem; overflow-x: auto; }
  .row { display: grid; grid-template-columns: 1fr auto; gap: .15rem 1rem; margin-bottom: .9rem; }
  .row:last-child { margin-bottom: 0; }
  .row svg { grid-column: 1 / -1; }
  .value { font-weight: 600; font-variant-numeric: tabular-nums; }
  .bar { display: block; width: 100%; height: .6rem; border-radius: .3rem; }
  .chart svg { display: block; width: 100%; height: 9rem; }
  .ends { display: flex; justify-content: space-between; gap: 1rem; text-align: center; }
  .ends span:first-child, .ends span:last-child { white-space: nowrap; }
  .legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin-top: .5rem; font-size: .875rem; }
  .legend svg { width: .7rem; height: .7rem; margin-right: .4rem; }
  table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
  th, td { text-align: right; padding: .35rem 0 .35rem 1rem; white-space: nowrap; font-weight: 400; }
  th:first-child { text-align: left; padding-left: 0; white-space: normal; overflow-wrap: break-word; }
  .words th, .words td { text-align: left; white-space: normal; }
  thead th { color: var(--faint); font-size: .875rem; }
  tbody tr { border-top: 1px solid var(--edge); }
  table + .faint { margin-top: .6rem; }
  .wide { width: 45%; }
  rect.track { fill: var(--track); }
  circle.track, .ring { fill: none; stroke: var(--track); stroke-width: 11; }
  .ring.good { stroke: var(--good); } .ring.doubtful { stroke: var(--doubtful); } .ring.bad { stroke: var(--bad); }
  rect.good { fill: var(--good); } rect.doubtful { fill: var(--doubtful); } rect.bad { fill: var(--bad); }
  rect.mild { fill: var(--mild); } rect.mark { fill: var(--mark); } rect.axis { fill: var(--edge); }
  span.good, td.good { color: var(--good); } span.doubtful, td.doubtful { color: var(--doubtful); }
  span.bad, td.bad { color: var(--bad); }
  .line { fill: none; stroke: var(--mark); stroke-width: 2; vector-effect: non-scaling-stroke; }
  .grid { stroke: var(--edge); stroke-width: 1; stroke-dasharray: 4 4; vector-effect: non-scaling-stroke; }
  .dot { stroke-width: 9; stroke-linecap: round; vector-effect: non-scaling-stroke; }
  .dot.good { stroke: var(--good); } .dot.doubtful { stroke: var(--doubtful); } .dot.bad { stroke: var(--bad); }
  @media (max-width: 34rem) {
    .wide { display: none; }
    th, td { padding-left: .6rem; font-size: .9rem; }
    th:first-child { overflow-wrap: anywhere; min-width: 5.5rem; }
    section { padding: 1rem .9rem; }
  }
  @media print { section { break-inside: avoid; } }

  """

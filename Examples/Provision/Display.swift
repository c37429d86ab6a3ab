import APIKeys
import Foundation

/// Shows how far the run is: a bar on a terminal, lines otherwise. Never a secret.
struct Display {
    private let isTerminal = Terminal.isOutput
    private let clock = ContinuousClock()
    private var lastUpdate: ContinuousClock.Instant?
    private var limit: Int?
    /// The server's words when it last asked to slow down.
    private var reason: String?

    /// Shows an event.
    mutating func show(_ event: ProvisioningEvent) {
        switch event.kind {
        case .failed(let error): line("failed \(event.item ?? ""): \(Output.text(of: error))")
        case .throttled(let limit):
            self.limit = limit
            if let message = event.message, message != reason { line("slowed down: \(message)") }
            reason = event.message ?? reason
        case .finished: return update(event.progress, isLast: true)
        case .started, .created, .adopted, .verified, .stored, .replaced, .retired, .skipped: break
        }
        update(event.progress, isLast: false)
    }

    /// Writes a line, above the bar.
    func line(_ text: String) {
        Output.standard.write((isTerminal ? "\r\u{1B}[K" : "") + text + "\n")
    }

    private mutating func update(_ progress: ProvisioningEvent.Progress, isLast: Bool) {
        let interval = isTerminal ? Duration.milliseconds(100) : .seconds(1)
        if !isLast, let lastUpdate, lastUpdate.duration(to: clock.now) < interval { return }
        lastUpdate = clock.now
        let facts = facts(progress, isLast: isLast)
        guard isTerminal else { return Output.standard.write(facts + "\n") }
        let width = max(min(Terminal.columns - facts.count - 4, 40), 10)
        let filled =
            progress.total > 0 ? width * min(progress.done + progress.failed, progress.total) / progress.total : width
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        Output.standard.write("\r\u{1B}[K\(bar)  \(facts)" + (isLast ? "\n" : ""))
    }

    private func facts(_ progress: ProvisioningEvent.Progress, isLast: Bool) -> String {
        var facts = ["\(progress.done)/\(progress.total) stored"]
        if progress.failed > 0 { facts.append("\(progress.failed) failed") }
        facts.append("\(progress.rate.formatted(.number.precision(.fractionLength(1))))/s")
        if let limit, !isLast { facts.append("slowed down to \(limit)") }
        if let remaining = progress.remaining, !isLast {
            facts.append("\(Int((remaining / .seconds(1)).rounded(.up))) s left")
        }
        return facts.joined(separator: ", ")
    }
}

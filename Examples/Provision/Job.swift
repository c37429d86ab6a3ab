import APIKeys
import Foundation

/// The job that the command line asks for.
struct Job {
    let arguments: Arguments
    let items: [Item]
    let files: Files
    let target: Target
    let environment: [String: String]

    private var output: Output { .standard }

    /// Does what is asked for.
    ///
    /// - Returns: The exit status.
    func run() async throws -> Int32 {
        if arguments.isDryRun { return try await dryRun() }
        try files.createTemporary()
        defer { files.removeTemporary() }
        return arguments.isRetirement ? try await retire() : try await provision()
    }

    // MARK: - Create and replace

    private func provision() async throws -> Int32 {
        let ledger = try await JobLedger(arguments, files)
        defer { ledger.close() }
        let run = provisioning(
            ledger, replacing: try await replacement(ledger), store: try store(ledger),
            verify: arguments.verifyCommand.map { command("verify", $0, ledger) })
        var display = Display()
        display.line("\(items.count) items, \(target.description)")
        if let notice = files.notice { display.line(notice) }
        for try await event in run.events(for: items) {
            display.show(event)
            if case .finished(let report) = event.kind { return status(of: report, display) }
        }
        return 1
    }

    /// Says how a run has ended.
    private func status(of report: ProvisioningReport, _ display: Display) -> Int32 {
        let replaced = report.replaced.isEmpty ? "" : "\(report.replaced.count) replaced, "
        display.line(
            "\(report.stored.count) stored, \(replaced)\(report.skipped.count) skipped, \(report.failed.count) failed, "
                + "\(report.notTried.count) not tried, \(report.unresolved.count) unresolved")
        for marker in report.unresolved { display.line("unresolved: a key labelled #\(marker) may work") }
        if let until = report.overlapping.map(\.until).max() {
            let count = report.overlapping.count
            display.line(
                (count == 1 ? "1 key that was replaced still works" : "\(count) keys that were replaced still work")
                    + ", until \(until.argument); run it again then, and it revokes \(count == 1 ? "it" : "them")")
        }
        guard report.failed.isEmpty, report.notTried.isEmpty, report.unresolved.isEmpty else { return 1 }
        return report.overlapping.isEmpty ? 0 : 3
    }

    private func provisioning(
        _ ledger: JobLedger, replacing: KeyReplacement? = nil,
        store: @escaping @Sendable (Item, IssuedKey) async throws -> Void = { _, _ in },
        verify: (@Sendable (Item, IssuedKey) async throws -> Void)? = nil
    ) -> Provisioning<Item> {
        Provisioning(
            ledger: ledger.ledger, concurrency: arguments.concurrency, failureBudget: arguments.failures,
            settling: arguments.settling, replacing: replacing, verifyTimeout: arguments.verifyTimeout,
            ring: target.ring, verify: verify, store: store)
    }

    private func replacement(_ ledger: JobLedger) async throws -> KeyReplacement? {
        guard arguments.storedBefore != nil || arguments.replacesMissing else { return nil }
        var overlap = arguments.overlap ?? .zero
        if arguments.overlap == nil, arguments.storedBefore == nil {
            // What is missing needs no overlap; those that earlier runs have promised must not become shorter.
            overlap = .seconds(try await ledger.ledger.entries().compactMap(\.overlap).max() ?? 0)
        }
        return KeyReplacement(
            storedBefore: arguments.storedBefore ?? .distantPast, overlap: overlap,
            replacesMissing: arguments.replacesMissing)
    }

    private func store(_ ledger: JobLedger) throws -> @Sendable (Item, IssuedKey) async throws -> Void {
        if let text = arguments.storeCommand { return command("store", text, ledger) }
        guard let url = files.secrets else { throw Problem("nothing stores the secrets") }
        let file = try SecretFile(url, notice: output.complain)
        return { item, key in try await file.store(key, for: item) }
    }

    private func command(
        _ name: String, _ text: String, _ ledger: JobLedger
    ) -> @Sendable (Item, IssuedKey) async throws -> Void {
        let command = KeyCommand(
            name: name, text: text, lock: ledger.descriptor, limit: ledger.commandLimit,
            environment: CommandEnvironment(environment, usesDatabase: arguments.database != nil))
        return { item, key in try await command.run(key, for: item) }
    }

    // MARK: - Retire

    private func retire() async throws -> Int32 {
        if let file = files.ledger, !FileManager.default.fileExists(atPath: file.path) {
            throw Problem(
                "there is no ledger \(file.relativePath), so no key of these items is known; name the ledger that they "
                    + "were created with by --ledger")
        }
        let ledger = try await JobLedger(arguments, files)
        defer { ledger.close() }
        output.write("\(items.count) items to retire, \(target.description)\n")
        let report = try await provisioning(ledger).retire(items)
        for item in items {
            if let error = report.failed[item.id] { output.write("failed \(item.id): \(Output.text(of: error))\n") }
        }
        for marker in report.unresolved { output.write("unresolved: a key labelled #\(marker) may work\n") }
        output.write(
            "\(report.retired.count) retired, \(report.failed.count) failed, \(report.unresolved.count) unresolved\n")
        return report.failed.isEmpty && report.unresolved.isEmpty ? 0 : 1
    }

    // MARK: - Dry run

    /// Says what a run would do, and changes nothing.
    private func dryRun() async throws -> Int32 {
        let ledger = try await JobLedger(arguments, files, isReadOnly: true)
        defer { ledger.close() }
        let entries = Dictionary(grouping: try await ledger.ledger.entries(), by: \.item)
        func known(_ item: Item) -> [LedgerEntry] {
            guard let entries = entries[item.id] else { return [] }
            let place = target.ring(item).place
            return entries.filter { $0.place == place }
        }
        if arguments.isRetirement {
            let unknown = items.filter { known($0).isEmpty }
            if arguments.isVerbose { for item in unknown { output.write("unknown to the ledger: \(item.id)\n") } }
            output.write(
                "\(items.count) items: \(items.count - unknown.count) to retire, \(unknown.count) unknown to the ledger\n"
            )
            return 0
        }
        let replacing = try await replacement(ledger)
        let plan = try await provisioning(ledger, replacing: replacing).plan(for: items)
        let dates = items.map { ($0.id, KeyDates(known($0), overlap: replacing?.overlap)) }
        let table = PlanTable(
            plan, items, dates: Dictionary(uniqueKeysWithValues: dates), overlap: replacing?.overlap ?? .zero, now: .now
        )
        if arguments.isVerbose {
            for line in table.lines(width: Terminal.isOutput ? Terminal.columns : nil) { output.write(line + "\n") }
        }
        output.write(table.summary + "\n")
        return 0
    }
}

import Foundation

/// Measures what a limit costs at one size and at four times that size, and prints a row for it.
final class Measurement {
    private(set) var failures = 0
    /// What is measured alone.
    private let chosen = CommandLine.arguments.dropFirst().first

    /// Prints the table's head.
    init() {
        print("| what | size | result | CPU time | a fourth of it takes | memory |")
        print("|---|---|---|---|---|---|")
    }

    /// Does the work at a size and at a fourth of it. Four times as much is to take six times as long at most, or
    /// as often as `growth` says.
    ///
    /// - Parameters:
    ///   - name: What is at its limit.
    ///   - size: How much of it there is.
    ///   - unit: What is counted.
    ///   - maximumMegabytes: How much memory the work may take.
    ///   - growth: How many times as long it may take than a fourth of it.
    ///   - prepare: Makes the input, which is not measured.
    ///   - work: Says what became of the input.
    func measure<Input>(
        _ name: String, _ size: Int, _ unit: String, maximumMegabytes: Int, growth: Double = 6,
        prepare: (Int) throws -> Input,
        _ work: (Input) async throws -> String
    ) async {
        guard chosen.map(name.contains) ?? true else { return }
        do {
            let small = try prepare(size / 4)
            _ = try await work(small)
            let part = try await time { _ = try await work(small) }
            let large = try prepare(size)
            let before = Memory.resetPeak()
            var result = ""
            let whole = try await time { result = try await work(large) }
            let megabytes = before.map { max(Memory.peak() - $0, 0) / 1_000_000 }
            let memory = megabytes.map { "\($0) MB" } ?? "not known"
            print("| \(name) | \(size.formatted()) \(unit) | \(result) | \(ms(whole)) | \(ms(part)) | \(memory) |")
            if whole > part * growth + 0.05 { fail("\(name): not linear") }
            if let megabytes, megabytes > maximumMegabytes { fail("\(name): more than \(maximumMegabytes) MB") }
        } catch {
            fail("\(name): \(error)")
        }
    }

    func fail(_ problem: String) {
        failures += 1
        print("failed: \(problem)")
    }

    /// How many seconds of a processor the work takes: other programs don't change that.
    private func time(_ work: () async throws -> Void) async rethrows -> Double {
        let start = clock()
        try await work()
        return Double(clock() - start) / Double(CLOCKS_PER_SEC)
    }

    private func ms(_ seconds: Double) -> String { String(format: "%.1f ms", seconds * 1000) }
}

/// The most memory that the process has had at a time, where the system tells.
enum Memory {
    /// Forgets the past peak and returns what the process has now; `nil` if the system does not tell.
    static func resetPeak() -> Int? {
        guard (try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))) != nil else { return nil }
        return peak()
    }

    static func peak() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
    }
}

import APIKeys
import Foundation

/// What a run would do, as lines.
struct PlanTable {
    private static let header = ["item", "its key", "what would happen", "predecessor"]

    private let plan: ProvisioningPlan
    private let rows: [[String]]

    /// Describes a plan.
    ///
    /// - Parameters:
    ///   - plan: The plan.
    ///   - items: The items, in the order of the lines.
    ///   - dates: What the ledger says of the items, by their IDs.
    ///   - overlap: How long a key goes on working after it is replaced.
    ///   - now: The time that ages count to.
    init(_ plan: ProvisioningPlan, _ items: [Item], dates: [String: KeyDates], overlap: Duration, now: Date) {
        let (create, replace, doubts) = (Set(plan.create), Set(plan.replace), Set(plan.inDoubt))
        let (revoke, missing) = (Set(plan.revoke), Set(plan.missing))
        self.plan = plan
        rows = items.map { item in
            let (id, dates) = (item.id, dates[item.id])
            let age = dates?.storedAt.map { $0 > now ? "of the future" : now.timeIntervalSince($0).inWords + " old" }
            let isMissing = missing.contains(id)
            let action =
                if create.contains(id) {
                    "is created"
                } else if replace.contains(id) {
                    isMissing ? "is replaced: not listed" : "is replaced"
                } else if doubts.contains(id) {
                    "is looked for"
                } else {
                    isMissing ? "is kept, but not listed" : "is kept"
                }
            let predecessor: String? =
                if replace.contains(id), overlap > .zero {
                    "goes in " + (overlap / .seconds(1)).inWords
                } else if revoke.contains(id) {
                    "goes now"
                } else if let end = dates?.predecessorEnd, end > now {
                    "goes in " + end.timeIntervalSince(now).inWords
                } else {
                    nil
                }
            return [id, age ?? "–", action, predecessor ?? "–"]
        }
    }

    /// A line for all items.
    var summary: String {
        var parts = [
            "\(plan.keep.count) stored", "\(plan.inDoubt.count) begun", "\(plan.create.count) to create",
        ]
        for (ids, words) in [(plan.replace, "to replace"), (plan.revoke, "to revoke"), (plan.missing, "missing")]
        where !ids.isEmpty {
            parts.append("\(ids.count) \(words)")
        }
        return "\(rows.count) items: " + parts.joined(separator: ", ")
    }

    /// A line per item, below a header.
    ///
    /// - Parameter width: How long a line may be, if it has to fit: IDs are cut, and if that is not enough, lines are.
    /// - Returns: The lines.
    func lines(width: Int?) -> [String] {
        let table = [Self.header] + rows
        var widths = Self.header.indices.map { column in table.map { $0[column].columns }.max() ?? 0 }
        if let width {
            let others = widths.dropFirst().reduce(0) { $0 + $1 + 2 }
            widths[0] = min(widths[0], max(width - others, 8))
        }
        return table.map { row in
            var cells = zip(row, widths).map { $0.cut(to: $1).padded(to: $1) }
            cells[cells.count - 1] = row[row.count - 1]
            let line = cells.joined(separator: "  ")
            return width.map { line.cut(to: $0) } ?? line
        }
    }
}

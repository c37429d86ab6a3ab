import APIKeys
import Foundation

func measureLedger(_ measurement: Measurement) async {
    await measurement.measure(
        "a ledger", 1_000_000, "lines", maximumMegabytes: 2000, prepare: { try ledger($0, at: ["2026-01-01"]) },
        { file in
            let ledger = try FileLedger(file)
            defer { ledger.close() }
            return "\(try await ledger.entries().count) entries"
        })
}

/// A ledger of items with three lines each, in a file of the temporary folder.
func ledger(_ count: Int, at days: [String]) throws -> URL {
    let file = FileManager.default.temporaryDirectory.appending(path: "limits-\(UUID().uuidString)")
    var text = #"{"ledger":"swift-api-keys","version":1}"# + "\n"
    for line in 0..<count {
        let item = line / 3
        text += #"{"at":"\#(days[item % days.count])T00:00:00Z","item":"item-\#(item)","keyID":"k\#(item)","#
        text += #""marker":"\#(marker(item))","place":"Limits","#
        text += #""state":"\#(["begun", "created", "stored"][line % 3])"}"# + "\n"
    }
    try Data(text.utf8).write(to: file)
    return file
}

/// The marker of an item's key.
func marker(_ item: Int) -> String {
    let digits = String(item, radix: 36)
    return String(repeating: "0", count: max(8 - digits.count, 0)) + digits
}

import Foundation
import Testing

@testable import APIKeys

@Suite(.timeLimit(.minutes(5))) struct ItemHistoryTests {
    private let start = Date(timeIntervalSince1970: 1_800_000_000)
    private let a = KeyMarker.random()
    private let b = KeyMarker.random()

    private func entry(
        _ marker: KeyMarker, _ state: LedgerEntry.State, keyID: String? = nil, overlap: TimeInterval? = nil,
        after seconds: TimeInterval = 0
    ) -> LedgerEntry {
        LedgerEntry(
            item: "i", place: "p", marker: marker, state: state, keyID: keyID, overlap: overlap, at: start + seconds)
    }

    private func history(_ entries: [LedgerEntry]) -> ItemHistory {
        entries.reduce(into: ItemHistory()) { $0.add($1) }
    }

    /// What a history says, without the order in which it was told.
    private func meaning(_ history: ItemHistory) -> [[KeyMarker]] {
        [
            history.current.map { [$0.marker] } ?? [], history.begun.map(\.marker), history.maybeInUse.map(\.marker),
            history.predecessors.map(\.marker),
        ]
    }

    private func permutations<Element>(_ elements: [Element]) -> [[Element]] {
        guard elements.count > 1 else { return [elements] }
        return elements.indices.flatMap { index in
            var rest = elements
            let element = rest.remove(at: index)
            return permutations(rest).map { [element] + $0 }
        }
    }

    /// Duplicates, and any order of the lines of one marker, end the same.
    @Test(arguments: [
        ([LedgerEntry.State.begun], [[], [true], [], []]),
        ([.begun, .failed], [[], [], [], []]),
        ([.begun, .created], [[], [], [true], []]),
        ([.begun, .failed, .created], [[], [], [true], []]),
        ([.begun, .created, .stored], [[true], [], [], []]),
        ([.begun, .created, .stored, .revoked], [[], [], [], []]),
        ([.begun, .revoked], [[], [], [], []]),
    ])
    func aStateOnlyRises(_ states: [LedgerEntry.State], _ expected: [[Bool]]) {
        for order in permutations(states) {
            let entries = order.map { entry(a, $0) }
            let wanted = expected.map { $0.map { _ in a } }
            #expect(meaning(history(entries)) == wanted, "\(order)")
            for index in entries.indices {
                #expect(meaning(history(entries + [entries[index]])) == wanted, "\(order), then \(order[index])")
                #expect(meaning(history([entries[index]] + entries)) == wanted, "\(order[index]), then \(order)")
            }
        }
    }

    /// A repeated line of a key that is stored opens it no more.
    @Test(arguments: [LedgerEntry.State.begun, .created, .failed])
    func aStoredKeyStaysTheItems(_ late: LedgerEntry.State) {
        let entries = [entry(a, .begun), entry(a, .created, keyID: "k"), entry(a, .stored, keyID: "k"), entry(a, late)]
        #expect(meaning(history(entries)) == [[a], [], [], []])
    }

    @Test func theLastStoredLineNamesTheKeyWhateverTheClock() {
        let entries = [
            entry(a, .stored, after: 100), entry(b, .begun), entry(b, .created), entry(b, .stored, after: 50),
        ]
        #expect(meaning(history(entries)) == [[b], [], [], [a]])
    }

    @Test func aPredecessorIsNotPromoted() {
        let entries = [entry(a, .stored), entry(b, .stored), entry(b, .revoked)]
        #expect(history(entries).current == nil)
    }

    @Test func aKeyThatIsNewerThanTheItemsMayBeInUse() {
        let entries = [entry(a, .stored), entry(b, .begun), entry(b, .created)]
        #expect(meaning(history(entries)) == [[a], [], [b], []])
    }

    /// Begun before the item's key, and adopted after it: readers may have it.
    @Test func whatCountsIsWhenAKeyCameIntoOurHands() {
        let entries = [entry(b, .begun), entry(a, .begun), entry(a, .stored), entry(b, .created)]
        #expect(meaning(history(entries)) == [[a], [], [b], []])
    }

    @Test func aKeyInHandThatIsOlderIsAPredecessor() {
        let entries = [entry(a, .begun), entry(a, .created), entry(b, .begun), entry(b, .created), entry(b, .stored)]
        #expect(meaning(history(entries)) == [[b], [], [], [a]])
    }

    @Test func entriesOfOneKeyIDAreOneKey() {
        let id = "123e4567-e89b-12d3-a456-426614174000"
        let entries = [entry(a, .stored, keyID: id), entry(b, .stored, keyID: id.uppercased())]
        let history = history(entries)
        #expect(history.keys.count == 1)
        #expect(history.current != nil)
        #expect(history.predecessors == [])
        #expect(self.history(entries + [entry(b, .revoked)]).current == nil)
    }

    // MARK: - Overlap

    @Test(arguments: [(Duration?.none, 3600.0), (.seconds(60), 60), (.zero, 0)])
    func aPredecessorWorksUntilItsOverlapIsOver(_ overlap: Duration?, _ seconds: Double) throws {
        let history = history([
            entry(a, .stored), entry(b, .begun, overlap: 3600), entry(b, .created), entry(b, .stored, after: 10),
        ])
        let predecessor = try #require(history.predecessors.first)
        #expect(history.end(of: predecessor, overlap: overlap) == start + 10 + seconds)
    }

    /// Replaced by the second key, not by the third one.
    @Test func theEntryThatReplacedItCounts() throws {
        let c = KeyMarker.random()
        let history = history([
            entry(a, .stored), entry(b, .stored, after: 10), entry(c, .begun, overlap: 3600),
            entry(c, .stored, after: 99),
        ])
        let ends = history.predecessors.map { history.end(of: $0, overlap: nil) }
        #expect(ends == [start + 10, start + 99 + 3600])
    }

    @Test(arguments: [TimeInterval.nan, .infinity, -5, 1e300])
    func anAbsurdOverlapDoesNotTrap(_ overlap: TimeInterval) throws {
        let history = history([entry(a, .stored), entry(b, .begun, overlap: overlap), entry(b, .stored)])
        _ = history.end(of: try #require(history.predecessors.first), overlap: nil)
    }

    // MARK: - Places

    /// What was not listed was the key that the item had then.
    @Test func aKeyThatAnotherRunHasStoredIsNotMissing() {
        var ring = FakeRing(provider: FakeProvider())
        ring.place = "p"
        let entries = [entry(a, .stored), entry(b, .stored)]
        var work = ItemWork(index: 0, ring: ring, history: history([entries[0]]))
        work.isMissing = true
        work.replaceHistory(by: [entries[0]])
        #expect(work.isMissing)
        work.replaceHistory(by: entries)
        #expect(!work.isMissing)
    }

    @Test func anEntryIsOfAnItemAtAPlace() {
        var elsewhere = entry(a, .stored)
        elsewhere.place = "sandbox"
        var reading = LedgerReading([elsewhere, entry(b, .begun)])
        #expect(meaning(reading.remove("i", at: "p")) == [[], [b], [], []])
        #expect(reading.rest(overlap: nil, now: start) == [:])
        elsewhere.state = .begun
        #expect(LedgerReading([elsewhere]).rest(overlap: nil, now: start) == ["i": [a]])
    }
}

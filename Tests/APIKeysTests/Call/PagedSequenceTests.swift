import APIKeys
import Testing
import TestSupport

@Suite(.timeLimit(.minutes(5))) struct PagedSequenceTests {
    private typealias Numbers = PagedSequence<Int>

    /// A list whose pages are looked up by their cursor, and the cursors that were asked for.
    private func list(_ pages: [String?: Numbers.Page]) -> (list: Numbers, asked: Locked<[String?]>) {
        let asked = Locked<[String?]>([])
        let list = Numbers(provider: "Test", operation: "numbers") { cursor throws(APIError) in
            asked.withLock { $0.append(cursor) }
            guard !Task.isCancelled, let page = pages[cursor] else {
                throw APIError(
                    kind: Task.isCancelled ? .cancelled : .server, outcome: .unknown, provider: "Test",
                    operation: "numbers")
            }
            return page
        }
        return (list, asked)
    }

    private let pages: [String?: Numbers.Page] = [
        nil: .init(elements: [1, 2], nextCursor: "a"), "a": .init(elements: [], nextCursor: "b"),
        "b": .init(elements: [3], nextCursor: ""),
    ]

    @Test func everyPageIsReadInOrderAndEmptyOnesAreNoEnd() async throws {
        let (list, asked) = list(pages)
        var elements: [Int] = []
        for try await element in list { elements.append(element) }
        #expect(elements == [1, 2, 3])
        #expect(asked.withLock { $0 } == [nil, "a", "b"])
        #expect(try await list.all() == [1, 2, 3])
        #expect(asked.withLock { $0 } == [nil, "a", "b", nil, "a", "b"])
    }

    @Test func pagesCanBeReadOneByOne() async throws {
        let (list, _) = list(pages)
        var sizes: [Int] = []
        var cursors: [String?] = []
        for try await page in list.pages {
            sizes.append(page.elements.count)
            cursors.append(page.nextCursor)
        }
        #expect(sizes == [2, 0, 1])
        #expect(cursors == ["a", "b", nil])
    }

    @Test func aPageIsFetchedWhenItIsNeeded() async throws {
        let (list, asked) = list(pages)
        var iterator = list.makeAsyncIterator()
        #expect(asked.withLock { $0 }.isEmpty)
        #expect(try await iterator.next() == 1)
        #expect(try await iterator.next() == 2)
        #expect(asked.withLock { $0 } == [nil])
        for try await element in list where element == 2 { break }
        #expect(asked.withLock { $0 } == [nil, nil])
    }

    @Test(arguments: [["a", "a"], ["a", "b", "a"], ["a", "b", "c", "b"]])
    func aCursorThatComesAgainIsAnErrorAndNoLoop(cursors: [String]) async throws {
        var pages: [String?: Numbers.Page] = [:]
        var last: String?
        for cursor in cursors {
            pages[last] = .init(elements: [1], nextCursor: cursor)
            last = cursor
        }
        let (list, asked) = list(pages)
        var iterator = list.makeAsyncIterator()
        for _ in cursors { #expect(try await iterator.next() == 1) }
        let error = await thrownError { _ = try await iterator.next() }
        #expect(error?.kind == .decoding)
        #expect(error?.outcome == .processed)
        #expect(error?.message == "the list does not end: the server repeats the cursor of an earlier page")
        #expect(error?.operation == "numbers")
        #expect(try await iterator.next() == nil)
        #expect(asked.withLock { $0 }.count == cursors.count)
    }

    @Test func anErrorEndsTheIteration() async throws {
        let (list, asked) = list([nil: .init(elements: [1], nextCursor: "lost")])
        var iterator = list.makeAsyncIterator()
        #expect(try await iterator.next() == 1)
        #expect(await thrownError { _ = try await iterator.next() }?.kind == .server)
        #expect(try await iterator.next() == nil)
        #expect(asked.withLock { $0 } == [nil, "lost"])
    }

    @Test func aCancelledTaskEndsTheIterationWithTheNextPage() async throws {
        let (list, asked) = list(pages)
        let task = Task { () -> ([Int], APIError.Kind?) in
            var elements: [Int] = []
            do {
                for try await element in list {
                    elements.append(element)
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            } catch {
                return (elements, (error as? APIError)?.kind)
            }
            return (elements, nil)
        }
        let (elements, kind) = await task.value
        #expect(elements == [1, 2])
        #expect(kind == .cancelled)
        #expect(asked.withLock { $0 } == [nil, "a"])
    }

    /// By hand: before macOS 15 and its like, a loop over a sequence does not know the type of its errors.
    @Test @MainActor func theErrorIsTypedAlsoOnAnActor() async {
        var iterator = list([:]).list.makeAsyncIterator()
        do throws(APIError) {
            while try await iterator.next() != nil {}
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.kind == .server)
        }
    }

    /// A server that goes on for ever without a repetition.
    @Test func emptyPagesWithoutAnEndAreAnError() async throws {
        let asked = Locked(0)
        let list = Numbers { cursor throws(APIError) in
            let count = asked.withLock { asked in
                asked += 1
                return asked
            }
            // The test has to end as well.
            return .init(elements: [], nextCursor: count < 1000 ? (cursor ?? "") + "x" : nil)
        }
        let error = await thrownError { _ = try await list.all() }
        #expect(error?.kind == .decoding)
        #expect(error?.message == "the list does not end: the server sent 100 empty pages in a row")
        #expect(asked.withLock { $0 } == 100)
    }

    @Test func manyPagesWithFewElementsAreNone() async throws {
        let list = Numbers { cursor throws(APIError) in
            let number = Int(cursor ?? "") ?? 0
            return .init(
                elements: number % 100 == 99 ? [number] : [], nextCursor: number == 998 ? nil : "\(number + 1)")
        }
        #expect(try await list.all().count == 9)
    }

    @Test func operatorsThrowTheTypedErrorAndFetchNoMoreThanTheyNeed() async throws {
        let (list, asked) = list(pages)
        do throws(APIError) {
            #expect(try await list.first { $0 > 1 } == 2)
            #expect(try await list.contains { $0 == 1 })
            #expect(try await list.allSatisfy { $0 > 1 } == false)
            #expect(asked.withLock { $0 } == [nil, nil, nil])
            #expect(try await list.first { $0 > 3 } == nil)
            #expect(try await list.reduce(0) { $0 + $1 } == 6)
            #expect(try await list.reduce(into: []) { $0.append($1) } == [1, 2, 3])
        } catch {
            Issue.record("\(error.kind)")
        }
    }
}

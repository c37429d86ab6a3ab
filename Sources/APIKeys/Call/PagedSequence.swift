/// The elements of a list, fetched a page at a time as they are needed.
///
/// ```swift
/// for try await team in junction.teams() {
///     print(team.name)
/// }
/// ```
///
/// Creating a sequence sends nothing. Each iteration starts with the first page, and requests a page only when it needs
/// one: a loop that ends early fetches no more. Each page is a separate call, with its own timeout and retries. If a
/// page can't be fetched, ``AsyncIterator/next()`` throws and the iteration is over.
public struct PagedSequence<Element: Sendable>: AsyncSequence, Sendable {
    /// The same list, a page at a time.
    public let pages: Pages

    /// Creates a sequence from a function that fetches its pages, such as in a test.
    ///
    /// - Parameters:
    ///   - provider: The provider's name, for errors.
    ///   - operation: The name of the client's method, for errors.
    ///   - fetch: Fetches the page at a cursor; `nil` stands for the first page.
    public init(
        provider: String = "",
        operation: String = "",
        fetch: @escaping @Sendable (_ cursor: String?) async throws(APIError) -> Page
    ) {
        pages = Pages(provider: provider, operation: operation, fetch: fetch)
    }

    /// Starts an iteration.
    ///
    /// - Returns: An iterator before the first element.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(pages: pages.makeAsyncIterator())
    }

    /// An iterator over the elements of all pages.
    public struct AsyncIterator: AsyncIteratorProtocol, Sendable {
        private var pages: Pages.AsyncIterator
        private var elements: ArraySlice<Element> = []

        fileprivate init(pages: Pages.AsyncIterator) {
            self.pages = pages
        }

        /// Returns the next element, and requests the next page if necessary.
        ///
        /// - Returns: The element, or `nil` at the end.
        /// - Throws: ``APIError`` if the page can't be fetched.
        public mutating func next() async throws(APIError) -> Element? {
            while elements.isEmpty {
                guard let page = try await pages.next() else { return nil }
                elements = page.elements[...]
            }
            return elements.popFirst()
        }
    }

    /// One page of a list.
    public struct Page: Sendable {
        /// The page's elements. A page can be empty and still have a cursor: it is then not the last one.
        public var elements: [Element]
        /// The cursor of the next page; `nil` on the last page.
        public var nextCursor: String?

        /// Creates a page.
        ///
        /// - Parameters:
        ///   - elements: The page's elements.
        ///   - nextCursor: The cursor of the next page; `nil` or empty on the last page.
        public init(elements: [Element], nextCursor: String? = nil) {
            self.elements = elements
            self.nextCursor = nextCursor?.isEmpty == true ? nil : nextCursor
        }
    }

    /// A list, a page at a time.
    public struct Pages: AsyncSequence, Sendable {
        fileprivate let provider: String
        fileprivate let operation: String
        fileprivate let fetch: @Sendable (_ cursor: String?) async throws(APIError) -> Page

        /// Starts an iteration.
        ///
        /// - Returns: An iterator before the first page.
        public func makeAsyncIterator() -> AsyncIterator {
            AsyncIterator(pages: self)
        }

        /// An iterator over the pages of a list.
        public struct AsyncIterator: AsyncIteratorProtocol, Sendable {
            /// A list with more empty pages in a row is taken for one without an end.
            private static var maximumEmptyPages: Int { 100 }

            private let pages: Pages
            private var cursor: String?
            /// Hashes: 8 bytes for a page, however long its cursor is.
            private var earlierCursors: Set<Int> = []
            private var emptyPages = 0
            private var isAtEnd = false

            fileprivate init(pages: Pages) {
                self.pages = pages
            }

            /// Requests the next page.
            ///
            /// - Returns: The page, or `nil` after the last one.
            /// - Throws: ``APIError`` if the page can't be fetched; of the kind ``APIError/Kind/decoding`` if the list
            ///   does not end: if the server sends the same cursor twice, or 100 empty pages in a row.
            public mutating func next() async throws(APIError) -> Page? {
                guard !isAtEnd else { return nil }
                isAtEnd = true
                if let cursor, !earlierCursors.insert(cursor.hashValue).inserted {
                    throw endless("the server repeats the cursor of an earlier page")
                }
                let page = try await pages.fetch(cursor)
                emptyPages = page.elements.isEmpty ? emptyPages + 1 : 0
                cursor = page.nextCursor
                if cursor != nil, emptyPages == Self.maximumEmptyPages {
                    throw endless("the server sent \(emptyPages) empty pages in a row")
                }
                isAtEnd = cursor == nil
                return page
            }

            private func endless(_ reason: String) -> APIError {
                var error = APIError(
                    kind: .decoding, outcome: .processed, message: "the list does not end: \(reason)",
                    provider: pages.provider, operation: pages.operation)
                error.isRead = true
                return error
            }
        }
    }
}

// The operators of `AsyncSequence` that end in one value, with the type of the error: the standard library's rethrow
// `any Error`, and inside a `do throws(APIError)` they crash the compiler of Swift 6.3. They run where they are called,
// so that a closure of the main actor's can be passed.
extension PagedSequence {
    /// Fetches every page.
    ///
    /// - Returns: The elements of all pages, in order.
    /// - Throws: ``APIError`` if a page can't be fetched.
    public func all() async throws(APIError) -> [Element] {
        var elements: [Element] = []
        var pages = pages.makeAsyncIterator()
        while let page = try await pages.next() { elements += page.elements }
        return elements
    }

    /// Returns the first element that satisfies a predicate, and fetches no page after it.
    ///
    /// - Throws: ``APIError`` if a page can't be fetched.
    public func first(
        isolation: isolated (any Actor)? = #isolation, where predicate: (Element) -> Bool
    ) async throws(APIError) -> Element? {
        var iterator = makeAsyncIterator()
        while let element = try await iterator.next() {
            if predicate(element) { return element }
        }
        return nil
    }

    /// Returns whether an element satisfies a predicate, and fetches no page after the first one that does.
    ///
    /// - Throws: ``APIError`` if a page can't be fetched.
    public func contains(
        isolation: isolated (any Actor)? = #isolation, where predicate: (Element) -> Bool
    ) async throws(APIError) -> Bool {
        try await first(where: predicate) != nil
    }

    /// Returns whether every element satisfies a predicate, and fetches no page after the first one that does not.
    ///
    /// - Throws: ``APIError`` if a page can't be fetched.
    public func allSatisfy(
        isolation: isolated (any Actor)? = #isolation, _ predicate: (Element) -> Bool
    ) async throws(APIError) -> Bool {
        try await first { !predicate($0) } == nil
    }

    /// Combines the elements of all pages.
    ///
    /// - Throws: ``APIError`` if a page can't be fetched.
    public func reduce<Result>(
        isolation: isolated (any Actor)? = #isolation, _ initial: Result, _ combine: (Result, Element) -> Result
    ) async throws(APIError) -> Result {
        try await reduce(into: initial) { $0 = combine($0, $1) }
    }

    /// Combines the elements of all pages into a value.
    ///
    /// - Throws: ``APIError`` if a page can't be fetched.
    public func reduce<Result>(
        isolation: isolated (any Actor)? = #isolation, into initial: Result,
        _ update: (inout Result, Element) -> Void
    ) async throws(APIError) -> Result {
        var result = initial
        var iterator = makeAsyncIterator()
        while let element = try await iterator.next() { update(&result, element) }
        return result
    }
}

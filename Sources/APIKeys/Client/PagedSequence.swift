/// Everything that a list holds, fetched a page at a time as it is asked for.
///
/// ```swift
/// for try await team in junction.teams() {
///     print(team.name)
/// }
/// ```
///
/// Making one sends nothing. Each iteration starts anew with the first page, and a page is requested when the elements
/// before it are used up: a loop that is left early fetches no more. Each page is a call of its own, with the options'
/// timeout and retries for itself. Where a page can't be had, ``AsyncIterator/next()`` throws and the iteration is over.
public struct PagedSequence<Element: Sendable>: AsyncSequence, Sendable {
    /// The same list, a page at a time.
    public let pages: Pages

    /// Makes a sequence.
    ///
    /// - Parameters:
    ///   - provider: The provider's name, for errors.
    ///   - operation: The name of the client's method, for errors.
    ///   - fetch: Fetches the page that a cursor stands for; the first one for `nil`.
    package init(
        provider: String,
        operation: String,
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

    /// Fetches every page.
    ///
    /// - Returns: The elements of all pages, in order.
    /// - Throws: ``APIError`` where a page can't be had.
    public func all() async throws(APIError) -> [Element] {
        var elements: [Element] = []
        var pages = pages.makeAsyncIterator()
        while let page = try await pages.next() { elements += page.elements }
        return elements
    }
}

extension PagedSequence {
    /// Goes through the elements of all pages.
    public struct AsyncIterator: AsyncIteratorProtocol, Sendable {
        private var pages: Pages.AsyncIterator
        private var elements: ArraySlice<Element> = []

        init(pages: Pages.AsyncIterator) {
            self.pages = pages
        }

        /// The next element; requests the next page where this one is used up.
        ///
        /// - Returns: The element, or `nil` at the end.
        /// - Throws: ``APIError`` where the page can't be had.
        public mutating func next() async throws(APIError) -> Element? {
            while elements.isEmpty {
                guard let page = try await pages.next() else { return nil }
                elements = page.elements[...]
            }
            return elements.popFirst()
        }
    }
}

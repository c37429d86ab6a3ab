extension PagedSequence {
    /// One page of a list.
    public struct Page: Sendable {
        /// The page's elements, maybe none: an empty page is not the last one where it has a cursor.
        public var elements: [Element]
        /// The server's mark for the page after this one; `nil` on the last page.
        public var nextCursor: String?

        /// Makes a page.
        ///
        /// - Parameters:
        ///   - elements: The page's elements.
        ///   - nextCursor: The mark for the page after this one. An empty one stands for none.
        public init(elements: [Element], nextCursor: String? = nil) {
            self.elements = elements
            self.nextCursor = nextCursor?.isEmpty == true ? nil : nextCursor
        }
    }

    /// A list, a page at a time.
    public struct Pages: AsyncSequence, Sendable {
        let provider: String
        let operation: String
        let fetch: @Sendable (_ cursor: String?) async throws(APIError) -> Page

        /// Starts an iteration.
        ///
        /// - Returns: An iterator before the first page.
        public func makeAsyncIterator() -> AsyncIterator {
            AsyncIterator(pages: self)
        }

        /// Goes through the pages of a list.
        public struct AsyncIterator: AsyncIteratorProtocol, Sendable {
            private let pages: Pages
            private var cursor: String?
            private var earlierCursors: Set<String> = []
            private var isAtEnd = false

            init(pages: Pages) {
                self.pages = pages
            }

            /// Requests the next page.
            ///
            /// - Returns: The page, or `nil` after the last one.
            /// - Throws: ``APIError`` where the page can't be had; of the kind ``APIError/Kind/decoding`` where the server
            ///   hands out a cursor for the second time, which would go on for ever.
            public mutating func next() async throws(APIError) -> Page? {
                guard !isAtEnd else { return nil }
                isAtEnd = true
                if let cursor, !earlierCursors.insert(cursor).inserted {
                    throw APIError(
                        kind: .decoding, outcome: .processed,
                        message: "the list does not end: the server repeats the cursor of an earlier page",
                        provider: pages.provider, operation: pages.operation)
                }
                let page = try await pages.fetch(cursor)
                cursor = page.nextCursor
                isAtEnd = cursor == nil
                return page
            }
        }
    }
}

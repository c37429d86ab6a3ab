package import Foundation

extension APIClient {
    /// A list that is read a page at a time.
    ///
    /// - Parameters:
    ///   - name: The name of the client's method, such as `teams`.
    ///   - path: The path of every page.
    ///   - query: The query of every page, without the cursor.
    ///   - cursorName: The name of the query's cursor.
    ///   - options: Settings of each page's call.
    ///   - decode: Reads a page from a response body.
    /// - Returns: The list. Nothing is sent before it is iterated.
    package func pages<Element>(
        _ name: String,
        _ path: RequestPath,
        query: [QueryItem] = [],
        cursorName: String,
        options: RequestOptions,
        decode: @escaping @Sendable (Data) throws -> PagedSequence<Element>.Page
    ) -> PagedSequence<Element> {
        PagedSequence(provider: provider, operation: name) { cursor throws(APIError) in
            let query = query + QueryItem.optional(cursorName, cursor)
            return try await send(
                .init(name, .get, path, query: query, safety: .read, decode: decode), options: options)
        }
    }
}

extension APIError.Kind {
    /// The kind's name alone, without values, for events.
    var label: String {
        switch self {
        case .invalidRequest: "invalidRequest"
        case .validation: "validation"
        case .badRequest: "badRequest"
        case .unauthorized: "unauthorized"
        case .forbidden: "forbidden"
        case .notFound: "notFound"
        case .conflict: "conflict"
        case .rateLimited: "rateLimited"
        case .server: "server"
        case .redirect: "redirect"
        case .unexpectedStatus: "unexpectedStatus"
        case .network(let failure): "network: \(failure)"
        case .timedOut: "timedOut"
        case .cancelled: "cancelled"
        case .decoding: "decoding"
        case .responseTooLarge: "responseTooLarge"
        case .credential: "credential"
        case .middleware: "middleware"
        }
    }
}

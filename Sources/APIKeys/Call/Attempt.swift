import Foundation

/// One attempt of a call: hands its requests to the transport, and knows the most that they may have done.
///
/// It sees a request where it meets the transport, so that what it knows is true also if a middleware changes what
/// passes it, and if the attempt is abandoned.
final class Attempt: Sendable {
    /// What is known of an attempt's requests.
    struct Record: Sendable {
        /// The most that a request may have done. It only rises.
        fileprivate(set) var outcome = APIError.Outcome.notProcessed
        /// The first response with a 2xx status, whole or in part: what a create made is in there.
        fileprivate(set) var success: HTTPResponse?
        /// What the transport brought back last, whole or in part.
        fileprivate(set) var response: HTTPResponse?
        /// What the transport threw last, and the error behind it.
        fileprivate(set) var failure: NetworkFailure?
        fileprivate(set) var underlying: (any Error)?
        /// What the transport threw, if that says everything by itself.
        fileprivate(set) var verdict: APIError?
    }

    /// Why a request was not handed to the transport.
    enum Refusal: Error, CustomStringConvertible {
        case attemptIsOver, mayHaveBeenProcessed

        var description: String {
            switch self {
            case .attemptIsOver: "the attempt is over: nothing was sent"
            case .mayHaveBeenProcessed: "an earlier request may have created what this one creates: nothing was sent"
            }
        }
    }

    private struct State: Sendable {
        var record = Record()
        var requestsOnTheWire = 0
        /// Whether requests may still be handed over.
        var isOpen = true
        /// Whether the record's last word was taken.
        var isOver = false

        var outcome: APIError.Outcome { requestsOnTheWire > 0 ? record.outcome.raised(to: .unknown) : record.outcome }
    }

    private let transport: any HTTPTransport
    private let safety: Safety
    private let state = Locked(State())

    init(transport: any HTTPTransport, safety: Safety) {
        self.transport = transport
        self.safety = safety
    }

    /// Hands a request to the transport and records what becomes of it.
    ///
    /// - Throws: What the transport throws, a ``NetworkFailure`` in place of anything unknown; ``InvalidInput`` for a
    ///   header that may not be sent; ``Refusal`` once the attempt is over, or if the request could create a second
    ///   time.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        if let problem = request.headers.problem { throw InvalidInput(problem) }
        try state.withLock { state in
            guard state.isOpen else { throw Refusal.attemptIsOver }
            guard safety != .create || state.outcome == .notProcessed else { throw Refusal.mayHaveBeenProcessed }
            state.requestsOnTheWire += 1
        }
        do {
            let response = try await transport.send(request)
            record(APIError.Outcome(status: response.status, of: safety), response: response)
            return response
        } catch let error as APIError {
            record(error.outcome) { $0.verdict = error }
            throw error
        } catch {
            let failure =
                error as? NetworkFailure ?? NetworkFailure(reason: error is CancellationError ? .cancelled : .other)
            let outcome = failure.partialResponse.map { APIError.Outcome(status: $0.status, of: safety) }
            record(outcome ?? (failure.nothingWasSent ? .notProcessed : .unknown), response: failure.partialResponse) {
                $0.failure = failure
                $0.underlying = error is NetworkFailure ? nil : error
            }
            throw failure
        }
    }

    private func record(
        _ outcome: APIError.Outcome, response: HTTPResponse? = nil, _ note: (inout Record) -> Void = { _ in }
    ) {
        state.withLock { state in
            guard !state.isOver else { return }
            state.requestsOnTheWire -= 1
            state.record.outcome = state.record.outcome.raised(to: outcome)
            if response?.isSuccess == true { state.record.success = state.record.success ?? response }
            state.record.response = response
            (state.record.failure, state.record.underlying) = (nil, nil)
            note(&state.record)
        }
    }

    /// Sends nothing more, and says whether an answer may come, or has come, that holds what a create made.
    func stopSending() -> Bool {
        state.withLock { state in
            state.isOpen = false
            return safety == .create && state.outcome != .notProcessed
        }
    }

    /// Ends the attempt: nothing is sent and nothing is recorded after this.
    func end() -> Record {
        state.withLock { state in
            state.isOpen = false
            state.isOver = true
            state.record.outcome = state.outcome
            return state.record
        }
    }
}

/// What an attempt brings back, read within its time.
enum ReceivedAnswer<Value: Sendable>: Sendable {
    case value(Value, HTTPResponse)
    case unreadable(HTTPResponse, any Error)
    case tooLarge(HTTPResponse)
    case refusal(HTTPResponse, ErrorBody)

    /// Reads a response.
    init(_ response: HTTPResponse, maximumBytes: Int, _ decode: (Data) throws -> Value) {
        guard response.isSuccess else {
            self = .refusal(response, ErrorBody(response))
            return
        }
        guard response.body.count <= maximumBytes else {
            self = .tooLarge(response)
            return
        }
        do { self = .value(try decode(response.body), response) } catch { self = .unreadable(response, error) }
    }

    var response: HTTPResponse {
        switch self {
        case .value(_, let response), .unreadable(let response, _), .tooLarge(let response), .refusal(let response, _):
            response
        }
    }
}

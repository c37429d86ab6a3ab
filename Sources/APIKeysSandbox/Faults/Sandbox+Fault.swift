public import APIKeys
import Foundation

extension Sandbox {
    /// Something that goes wrong on the way to a provider, in it, or on the way back.
    public struct Fault: Sendable {
        /// When a fault happens.
        public enum Stage: Hashable, Sendable {
            /// Before the request is carried out: nothing is created.
            case beforeProcessing
            /// After the request was carried out: what it creates exists.
            case afterProcessing
        }

        enum Effect: Sendable {
            case refuse
            case drop
            case pause(Duration)
            case answer(HTTPResponse)
            case cut(Int)
            case expire
        }

        let effect: Effect
        let stage: Stage

        /// No connection is made: provably nothing was sent. A ``LoopbackServer`` resets the connection, which it has
        /// accepted by then, so that its client can't tell.
        public static let connectionRefused = Fault(effect: .refuse, stage: .beforeProcessing)

        /// The connection ends before the request is carried out.
        public static let droppedRequest = Fault(effect: .drop, stage: .beforeProcessing)

        /// The request is carried out, and the connection ends before the answer comes.
        public static let lostAnswer = Fault(effect: .drop, stage: .afterProcessing)

        /// The credential is answered as one that has expired: 401, in the provider's words.
        public static let expiredCredential = Fault(effect: .expire, stage: .beforeProcessing)

        /// The answer is late, by the sandbox's clock.
        ///
        /// - Parameters:
        ///   - duration: How late.
        ///   - stage: Whether the pause comes before the request is carried out or behind; before by default.
        /// - Returns: The fault.
        public static func slow(_ duration: Duration, _ stage: Stage = .beforeProcessing) -> Fault {
            Fault(effect: .pause(duration), stage: stage)
        }

        /// The answer's body ends early, behind a whole head.
        ///
        /// - Parameter bytes: How many bytes of the body arrive. A body that is not longer arrives in full.
        /// - Returns: The fault.
        public static func cutBody(afterBytes bytes: Int) -> Fault {
            Fault(effect: .cut(max(bytes, 0)), stage: .afterProcessing)
        }

        /// 429, with nothing carried out.
        ///
        /// - Parameter retryAfter: How long to wait, said as `retry-after-ms` and, in whole seconds rounded up, as
        ///   `Retry-After`; `nil`, the default, for no hint.
        /// - Returns: The fault.
        public static func rateLimited(retryAfter: Duration? = nil) -> Fault {
            .answer(detail("Too Many Requests", status: 429, retryAfter: retryAfter))
        }

        /// A server error.
        ///
        /// - Parameters:
        ///   - status: The status; 503 by default.
        ///   - stage: Whether it comes before the request is carried out or behind; before by default.
        ///   - retryAfter: How long to wait, said as with ``rateLimited(retryAfter:)``.
        /// - Returns: The fault.
        public static func serverError(
            _ status: Int = 503, _ stage: Stage = .beforeProcessing, retryAfter: Duration? = nil
        ) -> Fault {
            .answer(detail("Server Error", status: status, retryAfter: retryAfter), stage)
        }

        /// Any answer in place of the provider's.
        ///
        /// - Parameters:
        ///   - response: The answer.
        ///   - stage: Whether it comes before the request is carried out or behind; before by default.
        /// - Returns: The fault.
        public static func answer(_ response: HTTPResponse, _ stage: Stage = .beforeProcessing) -> Fault {
            Fault(effect: .answer(response), stage: stage)
        }

        private static func detail(_ text: String, status: Int, retryAfter: Duration?) -> HTTPResponse {
            var headers: HTTPHeaders = [:]
            if let retryAfter {
                let bounded = min(max(retryAfter, .zero), .seconds(31_536_000))
                let milliseconds = Int((bounded / .milliseconds(1)).rounded(.up))
                headers["Retry-After"] = String((milliseconds + 999) / 1000)
                headers["retry-after-ms"] = String(milliseconds)
            }
            return Reply.detail(.string(text), status: status, headers: headers).response
        }
    }
}

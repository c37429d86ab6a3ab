public import APIKeys
import Foundation

extension Sandbox {
    /// Something that goes wrong on the way to a provider, at the provider, or on the way back.
    public struct Fault: Sendable, CustomStringConvertible {
        /// When a fault happens.
        public enum Stage: Hashable, Sendable {
            /// Before the request is carried out: nothing is created.
            case beforeProcessing
            /// After the request was carried out: what it creates exists.
            case afterProcessing
        }

        enum Effect: Sendable {
            case drop(LoopbackServer.ConnectionDrop)
            case pause(Duration)
            case answer(HTTPResponse)
            case cutBody(Int)
            case cutHead(Int, byReset: Bool)
            case expire
            case carryOutLate(Duration)
            case delayListing(Duration)
            case delayActivation(Duration)
            case changeLabel(LabelChange)
            case denyRevocation

            var kind: Kind {
                switch self {
                case .delayListing: .listing
                case .delayActivation: .activation
                case .changeLabel: .label
                default: .course
                }
            }

            /// Whether a call can be the effect's target; `nil` is a request that no provider has a call for.
            func suits(_ route: Route?) -> Bool {
                // Each of the providers' POSTs creates something.
                if kind != .course { return route?.method == .post }
                if case .denyRevocation = self { return route?.denial != nil }
                return true
            }
        }

        /// What a fault happens to: one fault of each kind happens to the same request.
        enum Kind: Sendable {
            /// The course of the exchange.
            case course
            // What is created, of creates only.
            case listing, activation, label
        }

        let effect: Effect
        let stage: Stage
        /// The fault as ``Sandbox/inject(parsing:)`` reads it, such as `slow=200@after`; ``answer(_:_:)`` has no such
        /// form.
        public let description: String

        private init(_ description: String, _ effect: Effect, _ stage: Stage) {
            self.effect = effect
            self.stage = stage
            self.description = description
        }

        /// No connection is made, so that provably nothing was sent. A ``LoopbackServer`` can only reset a connection
        /// that it has accepted: its client can't tell that nothing was processed.
        public static let connectionRefused = Fault("connectionRefused", .drop(.reset), .beforeProcessing)

        /// The connection ends before the request is carried out.
        public static let droppedRequest = Fault("droppedRequest", .drop(.withoutAnswer), .beforeProcessing)

        /// The request is carried out, and the connection ends before the answer comes.
        public static let lostAnswer = Fault("lostAnswer", .drop(.withoutAnswer), .afterProcessing)

        /// The connection ends at once, and the request is carried out after a delay by the sandbox's clock. Until
        /// then, lists do not show what it creates.
        public static func carriedOutLate(after delay: Duration) -> Fault {
            Fault("carriedOutLate=\(delay.milliseconds)", .carryOutLate(delay), .beforeProcessing)
        }

        /// The request is answered, and what it creates appears in lists after a delay by the sandbox's clock. Happens
        /// only to requests that create something, and in addition to any other fault of the same request.
        public static func delayedListing(by delay: Duration) -> Fault {
            Fault("delayedListing=\(delay.milliseconds)", .delayListing(delay), .afterProcessing)
        }

        /// The request is answered, and the key that it creates works after a delay by the sandbox's clock: until then,
        /// it is a wrong credential, and ``Sandbox/accepts(_:)`` returns `false` for it. Happens only to requests that
        /// create something, and in addition to any other fault of the same request.
        public static func activates(after delay: Duration) -> Fault {
            Fault("activatesAfter=\(delay.milliseconds)", .delayActivation(delay), .afterProcessing)
        }

        /// What is created gets another label than the one that was sent; the answer and the lists show the changed
        /// one. Happens only to requests that create something, and in addition to any other fault of the same request.
        public static func changedLabel(_ change: LabelChange) -> Fault {
            Fault(change.kind, .changeLabel(change), .afterProcessing)
        }

        /// A revocation is answered with a success whose body says that the key was not revoked, and the key keeps
        /// working: Junction reports the team key as a failure, Baseten names another prefix, nekuda answers
        /// `is_revoked: false`.
        public static let deniedRevocation = Fault("deniedRevocation", .denyRevocation, .beforeProcessing)

        /// 200 with a maintenance notice as the body, which says "try again later" in place of every secret.
        ///
        /// - Parameter stage: Whether the answer comes before the request is carried out or after it; before by
        ///   default.
        /// - Returns: The fault.
        public static func maintenance(_ stage: Stage = .beforeProcessing) -> Fault {
            let names = ["value", "key", "api_key", "token", "private_key", "access_token", "message"]
            var members = Dictionary(uniqueKeysWithValues: names.map { ($0, JSONValue.string("try again later")) })
            members["status"] = .string("maintenance")
            return Fault("maintenance\(stage.suffix)", .answer(.json(members)), stage)
        }

        /// 401 in the provider's words, as for a credential that has expired.
        public static let expiredCredential = Fault("expiredCredential", .expire, .beforeProcessing)

        /// The answer is late, by the sandbox's clock. The request is carried out even if the client is gone by then.
        ///
        /// - Parameters:
        ///   - duration: How late.
        ///   - stage: Whether the pause comes before the request is carried out or after it; before by default.
        /// - Returns: The fault.
        public static func slow(_ duration: Duration, _ stage: Stage = .beforeProcessing) -> Fault {
            Fault("slow=\(duration.milliseconds)\(stage.suffix)", .pause(duration), stage)
        }

        /// The answer's body ends early, after a whole head.
        ///
        /// - Parameter bytes: How many bytes of the body arrive. A body that is not longer arrives in full.
        /// - Returns: The fault.
        public static func cutBody(afterBytes bytes: Int) -> Fault {
            Fault("cutBody=\(max(bytes, 0))", .cutBody(max(bytes, 0)), .afterProcessing)
        }

        /// The answer's head ends early, by a reset of the connection.
        ///
        /// - Parameter bytes: How many bytes of the head arrive; never all of them.
        /// - Returns: The fault.
        public static func cutHead(afterBytes bytes: Int) -> Fault {
            Fault("cutHead=\(max(bytes, 0))", .cutHead(max(bytes, 0), byReset: true), .afterProcessing)
        }

        /// The answer's head ends early, by a clean end of the connection.
        ///
        /// - Warning: On Linux, before Swift 6.4, this ends the whole process of a client that uses `URLSession`
        ///   (swift-corelibs-foundation #5285).
        ///
        /// - Parameter bytes: How many bytes of the head arrive; never all of them.
        /// - Returns: The fault.
        public static func cutHeadCleanly(afterBytes bytes: Int) -> Fault {
            Fault("cutHeadCleanly=\(max(bytes, 0))", .cutHead(max(bytes, 0), byReset: false), .afterProcessing)
        }

        /// 429, with nothing carried out.
        ///
        /// - Parameter retryAfter: How long the client is asked to wait, in `retry-after-ms` and, rounded up to
        ///   seconds, in `Retry-After`; `nil`, the default, for no hint.
        /// - Returns: The fault.
        public static func rateLimited(retryAfter: Duration? = nil) -> Fault {
            Fault(
                "rateLimited" + (retryAfter.map { "=\($0.milliseconds)" } ?? ""),
                .answer(detail("Too Many Requests", status: 429, retryAfter: retryAfter)), .beforeProcessing)
        }

        /// A server error.
        ///
        /// - Parameters:
        ///   - status: The status; 503 by default.
        ///   - stage: Whether the answer comes before the request is carried out or after it; before by default.
        ///   - retryAfter: How long the client is asked to wait, as in ``rateLimited(retryAfter:)``.
        /// - Returns: The fault.
        public static func serverError(
            _ status: Int = 503, _ stage: Stage = .beforeProcessing, retryAfter: Duration? = nil
        ) -> Fault {
            Fault(
                "serverError=\(status)\(stage.suffix)",
                .answer(detail("Server Error", status: status, retryAfter: retryAfter)), stage)
        }

        /// Any answer in place of the provider's.
        ///
        /// - Parameters:
        ///   - response: The answer.
        ///   - stage: Whether the answer comes before the request is carried out or after it; before by default.
        /// - Returns: The fault.
        public static func answer(_ response: HTTPResponse, _ stage: Stage = .beforeProcessing) -> Fault {
            Fault("answer \(response.status)\(stage.suffix)", .answer(response), stage)
        }

        private static func detail(_ text: String, status: Int, retryAfter: Duration?) -> HTTPResponse {
            var headers: HTTPHeaders = [:]
            if let milliseconds = retryAfter?.milliseconds {
                headers["Retry-After"] = String((milliseconds + 999) / 1000)
                headers["retry-after-ms"] = String(milliseconds)
            }
            return Rejection(status, text, headers: headers).response
        }
    }
}

extension Sandbox.Fault.Stage {
    fileprivate var suffix: String { self == .afterProcessing ? "@after" : "" }
}

extension Duration {
    /// The milliseconds, rounded up; from none to a year of them.
    fileprivate var milliseconds: Int64 {
        Int64((min(max(self, .zero), .seconds(31_536_000)) / .milliseconds(1)).rounded(.up))
    }
}

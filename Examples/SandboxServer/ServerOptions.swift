import APIKeysSandbox

/// What the command line asks for.
struct ServerOptions {
    /// Why a command line is not understood.
    struct Misunderstanding: Error, CustomStringConvertible {
        let description: String
    }

    static let usage = """
        usage: SandboxServer [--port N] [--host ADDRESS] [--seed S] [--fault FAULT]… [--page-size N] [--quiet]

          --port N        the port to listen on, 1 to 65535; by default (or with 0) the system chooses one
          --host ADDRESS  the address to listen on, of IPv4 (127.0.0.1 by default) or IPv6, or localhost, which is
                          127.0.0.1 and ::1. 0.0.0.0 and :: let other machines in
          --seed S        makes ids, secrets, dates and chances the same in every run
          --fault FAULT   lets requests go wrong, also after a reset:
                          [PROVIDER.]OPERATION:KIND[=VALUE][@before|@after][:P]
                          OPERATION  a method of a client, such as createTeamAPIKey; * for every request
                          KIND       lostAnswer, droppedRequest, connectionRefused, expiredCredential,
                                     rateLimited[=RETRY-AFTER-MS], serverError[=STATUS], slow=MS,
                                     carriedOutLate=MS, delayedListing=MS, activatesAfter=MS, cutBody=BYTES,
                                     cutHead=BYTES, cutHeadCleanly=BYTES (ends the process of a client on
                                     URLSession, on Linux), maintenance, deniedRevocation, cutLabel=LENGTH,
                                     upperCaseLabel, slugLabel, trimmedLabel, escapedLabel
                          @          whether serverError, slow and maintenance come before the request is carried
                                     out, or after
                          P          a probability (0.1) or a number of requests (3); by default once
          --page-size N   the number of rows on a page of Junction's lists
          --quiet         prints the exports and nothing else
        """

    private(set) var port: UInt16 = 0
    private(set) var host = "127.0.0.1"
    private(set) var seed: UInt64?
    private(set) var faults: [String] = []
    private(set) var pageSize: Int?
    private(set) var isQuiet = false

    init(_ arguments: some Sequence<String>) throws(Misunderstanding) {
        var rest = Array(arguments)[...]
        var seen: Set<String> = []
        while let option = rest.popFirst() {
            if option != "--fault", !seen.insert(option).inserted {
                throw Misunderstanding(description: "\(option) is given twice")
            }
            func value<Value>(_ read: (String) -> Value?) throws(Misunderstanding) -> Value {
                guard let text = rest.popFirst() else { throw Misunderstanding(description: "\(option) needs a value") }
                guard let value = read(text) else {
                    throw Misunderstanding(description: "not a value of \(option): \(text)")
                }
                return value
            }
            switch option {
            case "--port": port = try value { UInt16($0) }
            case "--host": host = try value { $0 }
            case "--seed": seed = try value { UInt64($0) }
            case "--fault": faults.append(try value { $0 })
            case "--page-size": pageSize = try value { Int($0).flatMap { $0 > 0 ? $0 : nil } }
            case "--quiet": isQuiet = true
            default: throw Misunderstanding(description: "unknown argument: \(option)")
            }
        }
    }
}

import Foundation

/// What the command line asks for.
struct Arguments {
    enum Provider: String, CaseIterable {
        case junction, baseten, nekuda
    }

    static let usage = """
        usage: Provision ITEMS.csv [option]…

          ITEMS.csv            one item a line, below a header: id,label and, for Junction, team_id
          --provider NAME      junction (the default), baseten or nekuda
          --environment NAME   Junction's environment: sandbox (the default) or production
          --region NAME        Junction's region: us (the default) or eu
          --ledger FILE        remembers what was done, and is resumed if it exists; by default ITEMS.PLACE.ledger, such as
                               items.junction-sandbox-us.ledger, with the server if it is not the provider's own
          --secrets FILE       gets a JSON line per key; ITEMS.PLACE.secrets by default
          --store COMMAND      in place of --secrets: run by sh for each key, at least once, with the secret on its
                               standard input and ITEM_ID, ITEM_LABEL and KEY_ID in its environment, which holds no
                               provider's credentials
          --concurrency N      how many items are at work at the same time, at most; 16 by default
          --settling SECONDS   how long a lost request may still take effect; 5 by default
          --failures N         after so many failed items nothing more begins; by default every item is tried
          --dry-run            says what would be done: reads the ledger, and changes nothing

        Calls the provider whose credentials are in the environment: JUNCTION_MANAGEMENT_KEY and JUNCTION_ORG_ID,
        BASETEN_API_KEY, or NEKUDA_TOKEN, and the server of JUNCTION_BASE_URL and its like. Without any of the provider's
        variables, it plays against a sandbox of its own, whose keys end with it: ledger and secrets are temporary then,
        unless they are named. Baseten's keys have the type WORKSPACE_INVOKE.

        Exit status: 0 all stored; 1 some failed, not tried or unresolved, or an output failed; 2 usage; 130 interrupted.
        """

    let items: URL
    private(set) var provider = Provider.junction
    private(set) var environment = "sandbox"
    private(set) var region = "us"
    private(set) var ledger: URL?
    private(set) var secrets: URL?
    private(set) var storeCommand: String?
    private(set) var concurrency = 16
    private(set) var settling = Duration.seconds(5)
    private(set) var failures: Int?
    private(set) var isDryRun = false

    init(_ arguments: some Sequence<String>) throws(Problem) {
        var rest = Array(arguments)[...]
        var seen: Set<String> = []
        var paths: [String] = []
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") else {
                paths.append(argument)
                continue
            }
            guard seen.insert(argument).inserted else { throw Self.problem("\(argument) is given twice") }
            func value<Value>(_ read: (String) -> Value?) throws(Problem) -> Value {
                guard let text = rest.popFirst() else { throw Self.problem("\(argument) needs a value") }
                guard let value = read(text) else {
                    throw Self.problem("not a value of \(argument): \(text)")
                }
                return value
            }
            switch argument {
            case "--provider": provider = try value { Provider(rawValue: $0) }
            case "--environment": environment = try value { ["sandbox", "production"].contains($0) ? $0 : nil }
            case "--region": region = try value { ["us", "eu"].contains($0) ? $0 : nil }
            case "--ledger": ledger = try value { Self.file($0) }
            case "--secrets": secrets = try value { Self.file($0) }
            case "--store": storeCommand = try value { $0.isEmpty ? nil : $0 }
            case "--concurrency": concurrency = try value { Int($0).flatMap { (1...1000).contains($0) ? $0 : nil } }
            case "--settling":
                settling = try value { Double($0).flatMap { (0...86400).contains($0) ? .seconds($0) : nil } }
            case "--failures": failures = try value { Int($0).flatMap { $0 > 0 ? $0 : nil } }
            case "--dry-run": isDryRun = true
            default: throw Self.problem("unknown option: \(argument)")
            }
        }
        guard let path = paths.first, paths.count == 1 else {
            throw Self.problem("one file of items is needed; \(paths.count) are given")
        }
        guard secrets == nil || storeCommand == nil else {
            throw Self.problem("--secrets and --store exclude each other")
        }
        items = URL(filePath: path)
    }

    private static func file(_ path: String) -> URL? {
        path.isEmpty || path.utf8.contains(0) ? nil : URL(filePath: path)
    }

    private static func problem(_ text: String) -> Problem {
        Problem(text, isUsage: true)
    }
}

import APIKeys
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
          --ledger FILE        the record of what was done; an existing one is continued. By default ITEMS.PLACE.ledger,
                               such as items.junction-sandbox-us.ledger, with the server if it is not the provider's own
          --ledger URL         postgres://[USER@]HOST/DATABASE: a ledger in PostgreSQL, for jobs that run on several
                               machines. PGHOST and similar variables apply; with postgres:// alone, only they do.
                               Put a password in PGPASSWORD, ~/.pgpass or a service. Each store command then has a
                               limited time
          --job NAME           which job of that ledger; by default the items file's name, without its extension
          --secrets FILE       receives a JSON line per key; for each item, the last line counts. ITEMS.PLACE.secrets
                               by default
          --store COMMAND      instead of --secrets: sh runs COMMAND for each key, at least once, with the secret on its
                               standard input and ITEM_ID, ITEM_LABEL, KEY_ID and KEY_SEQUENCE in its environment, which
                               holds no provider's credentials, nor the PGPASSWORD of --ledger. A later secret of an item
                               has a greater KEY_SEQUENCE
          --verify COMMAND     run like --store, before it: exit 0 if the key works. A new key that does not is revoked
          --verify-timeout SECONDS
                               for how long --verify is repeated; 30 by default
          --concurrency N      how many items are at work at the same time, at most; 16 by default
          --settling SECONDS   how long a lost request may still take effect; 5 by default
          --failures N         begins no further item after N failed ones; no limit by default
          --dry-run            says what would be done: reads the ledger and, if keys are stored, the provider's list, and
                               changes nothing; -v adds a line per item

        Keys are replaced on request; otherwise an item that has one keeps it:

          --rotate-before DATE replaces keys that were stored before a date, such as 2026-03-31 or 2026-03-31T18:00:00Z;
                               UTC unless it has an offset
          --max-age DAYS       replaces keys that were stored more than DAYS days ago
          --replace-missing    replaces keys that the provider no longer lists
          --overlap SECONDS    how long a replaced key goes on working; by default, and with 0, until the end of the run.
                               A run never waits for it: run it again, and it revokes the keys whose time is over
          --retire             revokes every key that the ledger knows of the file's items

        Calls the provider whose credentials are in the environment: JUNCTION_MANAGEMENT_KEY and JUNCTION_ORG_ID,
        BASETEN_API_KEY, or NEKUDA_TOKEN, at the server of JUNCTION_BASE_URL and its like. Without any of the provider's
        variables, it runs against a sandbox of its own, whose keys end with the program: ledger and secrets are temporary
        then, unless they are named. Baseten's keys have the type WORKSPACE_INVOKE.

        Exit status: 0 done; 1 some failed, not tried or unresolved, or an output failed; 2 usage; 3 done, but keys that
        were replaced still work, and the last line says until when; 130 interrupted.
        """

    let items: URL
    private(set) var provider = Provider.junction
    private(set) var environment = "sandbox"
    private(set) var region = "us"
    private(set) var ledger: URL?
    /// The database that holds the ledger, in place of a file.
    private(set) var database: String?
    private(set) var job: String
    private(set) var secrets: URL?
    private(set) var storeCommand: String?
    private(set) var verifyCommand: String?
    private(set) var verifyTimeout = Duration.seconds(30)
    private(set) var concurrency = 16
    private(set) var settling = Duration.seconds(5)
    private(set) var failures: Int?
    private(set) var isDryRun = false
    private(set) var isVerbose = false
    private(set) var isRetirement = false
    /// Keys that were stored before this instant are replaced, if there is one.
    private(set) var storedBefore: Date?
    private(set) var replacesMissing = false
    private(set) var overlap: Duration?

    init(_ arguments: some Sequence<String>, now: Date = .now) throws(Problem) {
        var rest = Array(arguments)[...]
        var given: Set<String> = []
        var paths: [String] = []
        job = ""
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--") || argument == "-v" else {
                paths.append(argument)
                continue
            }
            guard given.insert(argument).inserted else { throw Self.problem("\(argument) is given twice") }
            func value<Value>(_ read: (String) -> Value?) throws(Problem) -> Value {
                guard let text = rest.popFirst() else { throw Self.problem("\(argument) needs a value") }
                guard let value = read(text) else {
                    throw Self.problem("not a value of \(argument): \(text)")
                }
                return value
            }
            func seconds(upTo limit: Double) throws(Problem) -> Duration {
                try value { Double($0).flatMap { (0...limit).contains($0) ? .seconds($0) : nil } }
            }
            func count(upTo limit: Int) throws(Problem) -> Int {
                try value { Int($0).flatMap { (1...limit).contains($0) ? $0 : nil } }
            }
            switch argument {
            case "--provider": provider = try value { Provider(rawValue: $0) }
            case "--environment": environment = try value { ["sandbox", "production"].contains($0) ? $0 : nil }
            case "--region": region = try value { ["us", "eu"].contains($0) ? $0 : nil }
            case "--ledger":
                guard let text = rest.popFirst() else { throw Self.problem("--ledger needs a value") }
                database = try Self.database(text)
                ledger = database == nil ? Self.file(text) : nil
                guard database != nil || ledger != nil else { throw Self.problem("--ledger needs the name of a file") }
            case "--job": job = try value { $0.isEmpty || $0.utf8.contains(0) ? nil : $0 }
            case "--secrets": secrets = try value { Self.file($0) }
            case "--store": storeCommand = try value { $0.isEmpty ? nil : $0 }
            case "--verify": verifyCommand = try value { $0.isEmpty ? nil : $0 }
            case "--verify-timeout": verifyTimeout = try seconds(upTo: 86400)
            case "--concurrency": concurrency = try count(upTo: 1000)
            case "--settling": settling = try seconds(upTo: 86400)
            case "--failures": failures = try count(upTo: .max)
            case "--rotate-before": storedBefore = try value { Date(argument: $0) }
            case "--max-age":
                let days = try value { Double($0).flatMap { $0 > 0 && $0 <= 36500 ? $0 : nil } }
                storedBefore = now - days * 86400
            case "--overlap": overlap = try seconds(upTo: 315_360_000)
            case "--replace-missing": replacesMissing = true
            case "--retire": isRetirement = true
            case "--dry-run": isDryRun = true
            case "-v": isVerbose = true
            default: throw Self.problem("unknown option: \(argument)")
            }
        }
        guard let path = paths.first, paths.count == 1 else {
            throw Self.problem("one file of items is needed; \(paths.count) are given")
        }
        items = URL(filePath: path)
        if job.isEmpty { job = items.deletingPathExtension().lastPathComponent }
        try Self.check(given)
        if given.contains("--job"), database == nil { throw Self.problem("--job needs --ledger postgres://…") }
        if given.contains("--rotate-before"), let storedBefore, storedBefore > now {
            throw Self.problem(
                "the date of --rotate-before lies in the future: every run would replace every key. It is now "
                    + now.argument)
        }
    }

    /// Refuses options that do not go together.
    private static func check(_ given: Set<String>) throws(Problem) {
        let excluded = [
            "--secrets": ["--store"], "--rotate-before": ["--max-age"],
            "--retire": [
                "--rotate-before", "--max-age", "--replace-missing", "--overlap", "--verify", "--verify-timeout",
                "--store",
                "--failures",
            ],
        ]
        for (option, others) in excluded where given.contains(option) {
            guard let other = others.first(where: given.contains) else { continue }
            throw problem(
                "\(option) and \(other) exclude each other" + (option == "--retire" ? ": --retire only revokes" : ""))
        }
        let needed = [
            "--overlap": ["--rotate-before", "--max-age", "--replace-missing"], "--verify-timeout": ["--verify"],
            "-v": ["--dry-run"],
        ]
        for (option, others) in needed where given.contains(option) && given.isDisjoint(with: others) {
            throw problem("\(option) needs \(others.formatted(.list(type: .or)))")
        }
    }

    /// The URL of a database, which holds no password; `nil` for anything else. What is refused is not repeated.
    private static func database(_ text: String) throws(Problem) -> String? {
        guard let scheme = text.range(of: "^postgres(ql)?://", options: [.regularExpression, .caseInsensitive])
        else { return nil }
        let rest = text[scheme.upperBound...]
        // By bytes: a mark behind a sign must not hide it.
        let user = rest.utf8.lastIndex(of: UInt8(ascii: "@")).map { rest.utf8[..<$0] }
        let query = rest.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1).last
        let names = (query?.split(separator: UInt8(ascii: "&")) ?? []).map { parameter in
            let name = String(decoding: parameter.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
            return (name.removingPercentEncoding ?? name).lowercased()
        }
        guard user?.contains(UInt8(ascii: ":")) != true, !names.contains(where: ["password", "sslpassword"].contains)
        else {
            throw problem(
                "--ledger: everybody on this machine can see a password in a command line; take it out of the URL, and "
                    + "set PGPASSWORD, or use ~/.pgpass or a service")
        }
        return text[scheme].lowercased() + rest
    }

    private static func file(_ path: String) -> URL? {
        path.isEmpty || path.utf8.contains(0) ? nil : URL(filePath: path)
    }

    private static func problem(_ text: String) -> Problem {
        Problem(text, isUsage: true)
    }
}

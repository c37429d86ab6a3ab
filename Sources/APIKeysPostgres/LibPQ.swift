import APIKeys
import CAPIKeysLibrary

/// The functions of the system's libpq that are used here, bound when the program runs, so that neither a header nor a
/// development package is needed to build. Their types are part of libpq's stable ABI.
struct LibPQ: Sendable {
    typealias Connection = OpaquePointer
    typealias Answer = OpaquePointer
    typealias Text = UnsafePointer<CChar>
    typealias Texts = UnsafePointer<Text?>
    /// Beginning with `PQconninfoOption`: seven members, of which the first is the keyword and the fourth the value.
    typealias Options = UnsafeMutableRawPointer

    let parse: @Sendable @convention(c) (Text, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Options?
    let options: @Sendable @convention(c) (Connection) -> Options?
    let freeOptions: @Sendable @convention(c) (Options) -> Void
    let connectStart: @Sendable @convention(c) (Texts, Texts, Int32) -> Connection?
    let connectPoll, status: @Sendable @convention(c) (Connection) -> UInt32
    let socket: @Sendable @convention(c) (Connection) -> Int32
    let password, errorMessage: @Sendable @convention(c) (Connection) -> Text?
    let finish: @Sendable @convention(c) (Connection) -> Void
    let serverVersion, backendPID: @Sendable @convention(c) (Connection) -> Int32
    typealias NoticeProcessor = @convention(c) (UnsafeMutableRawPointer?, Text?) -> Void
    let setNoticeProcessor:
        @Sendable @convention(c) (Connection, NoticeProcessor, UnsafeMutableRawPointer?) -> NoticeProcessor?
    let setNonblocking: @Sendable @convention(c) (Connection, Int32) -> Int32
    let sendQuery:
        @Sendable @convention(c) (
            Connection, Text, Int32, UnsafeRawPointer?, Texts, UnsafeRawPointer?, UnsafeRawPointer?, Int32
        ) -> Int32
    let flush, consumeInput, isBusy: @Sendable @convention(c) (Connection) -> Int32
    let nextAnswer: @Sendable @convention(c) (Connection) -> Answer?
    let answerStatus: @Sendable @convention(c) (Answer) -> UInt32
    let errorField: @Sendable @convention(c) (Answer, Int32) -> Text?
    let rowCount, columnCount: @Sendable @convention(c) (Answer) -> Int32
    let value: @Sendable @convention(c) (Answer, Int32, Int32) -> Text?
    let isNull: @Sendable @convention(c) (Answer, Int32, Int32) -> Int32
    let clear: @Sendable @convention(c) (Answer) -> Void

    /// `ConnStatusType`, `PostgresPollingStatusType`, `ExecStatusType` and the fields of an error.
    static let (connected, reading, writing, ready) = (UInt32(0), UInt32(1), UInt32(2), UInt32(3))
    static let (commandDone, rows) = (UInt32(1), UInt32(2))
    static let (codeField, messageField) = (Int32(UInt8(ascii: "C")), Int32(UInt8(ascii: "M")))
}

extension LibPQ {
    /// Loads the library, which is never unloaded.
    init() throws(Unavailable) {
        parse = try Self.function("PQconninfoParse")
        options = try Self.function("PQconninfo")
        freeOptions = try Self.function("PQconninfoFree")
        connectStart = try Self.function("PQconnectStartParams")
        connectPoll = try Self.function("PQconnectPoll")
        status = try Self.function("PQstatus")
        socket = try Self.function("PQsocket")
        password = try Self.function("PQpass")
        errorMessage = try Self.function("PQerrorMessage")
        finish = try Self.function("PQfinish")
        serverVersion = try Self.function("PQserverVersion")
        backendPID = try Self.function("PQbackendPID")
        setNoticeProcessor = try Self.function("PQsetNoticeProcessor")
        setNonblocking = try Self.function("PQsetnonblocking")
        sendQuery = try Self.function("PQsendQueryParams")
        flush = try Self.function("PQflush")
        consumeInput = try Self.function("PQconsumeInput")
        isBusy = try Self.function("PQisBusy")
        nextAnswer = try Self.function("PQgetResult")
        answerStatus = try Self.function("PQresultStatus")
        errorField = try Self.function("PQresultErrorField")
        rowCount = try Self.function("PQntuples")
        columnCount = try Self.function("PQnfields")
        value = try Self.function("PQgetvalue")
        isNull = try Self.function("PQgetisnull")
        clear = try Self.function("PQclear")
    }

    private static func function<Function>(_ name: String) throws(Unavailable) -> Function {
        var address: UnsafeMutableRawPointer?
        let problem = "libpq.so.5".withCString { library in
            name.withCString { name in
                withUnsafeMutablePointer(to: &address) { address in
                    library_load([library, nil], [.init(name: name, function: address), .init()])
                        .map { String(cString: $0) }
                }
            }
        }
        if let problem, problem == String(cString: library_no_descriptor()) { throw Unavailable(reason: problem) }
        guard problem == nil, let address else {
            #if os(Linux)
                let advice = "install the package with libpq (libpq5 on Debian and Ubuntu) or use FileLedger"
            #else
                let advice = "use FileLedger, since PostgresLedger is for Linux alone"
            #endif
            throw Unavailable(reason: "\(problem ?? "libpq cannot be used"): \(advice)")
        }
        return unsafeBitCast(address, to: Function.self)
    }

    /// The options in a list of libpq's, which is freed.
    func values(in options: Options?) -> [String: String] {
        guard let options else { return [:] }
        defer { freeOptions(options) }
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.load(as: Text?.self) {
            let value = option.load(fromByteOffset: 3 * MemoryLayout<Text?>.stride, as: Text?.self)
            values[String(cString: keyword)] = value.map { String(cString: $0) }
            option += 7 * MemoryLayout<Text?>.stride
        }
        return values
    }
}

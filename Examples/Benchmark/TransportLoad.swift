import APIKeys
import APIKeysCurl
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Calls of one kind over a transport, or by hand, one after the other.
struct TransportLoad {
    private let client: any Client
    private let isCreate: Bool
    private let url: URL

    /// Takes the arguments `CLIENT CALL URL [CA-FILE]`.
    ///
    /// - Throws: An error if they name no client or no URL.
    init(_ arguments: [String]) throws {
        guard arguments.count >= 3, let url = URL(string: arguments[2]) else { throw CocoaError(.keyValueValidation) }
        client = try Self.client(arguments[0], certificateAuthorityFile: arguments.count > 3 ? arguments[3] : nil)
        isCreate = arguments[1] == "create"
        self.url = url
    }

    /// Makes the calls.
    ///
    /// - Returns: How much time of the processor, and how much time, each took.
    func run(_ calls: Int) async throws -> String {
        // What is made once is not counted.
        for _ in 0..<20 { try await client.call(url, isCreate: isCreate) }
        let (start, processor) = (ContinuousClock.now, Self.processorTime)
        for _ in 0..<calls { try await client.call(url, isCreate: isCreate) }
        let (time, used) = (ContinuousClock.now - start, Self.processorTime - processor)
        return String(
            format: "%.3f ms of CPU, %.3f ms a call", used / Double(calls) * 1000,
            time / .seconds(1) / Double(calls) * 1000)
    }

    /// Seconds of this process on any processor.
    static var processorTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    static func client(_ name: String, certificateAuthorityFile: String?) throws -> any Client {
        var options = CurlTransport.Options(allowsHTTP2: false, certificateAuthorityFile: certificateAuthorityFile)
        switch name {
        case "by-hand": return ByHand()
        case "urlsession": return Carried(URLSessionTransport.shared)
        case "urlsession-kept": return Carried(URLSessionTransport(postConnections: .kept))
        case "curl-fresh": return Carried(try CurlTransport(options: options))
        case "curl-kept":
            options.postConnections = .kept
            return Carried(try CurlTransport(options: options))
        default: throw CocoaError(.keyValueValidation)
        }
    }
}

/// A way to create a key or to list one.
protocol Client: Sendable {
    func call(_ url: URL, isCreate: Bool) async throws
}

private let body = Data(#"{"label":"ci","team_id":"3c90c3cc-0d44-4b50-8888-8dd25736052a"}"#.utf8)

/// Over a transport of this package, and nothing above it.
private struct Carried: Client {
    let transport: any HTTPTransport

    init(_ transport: any HTTPTransport) {
        self.transport = transport
    }

    func call(_ url: URL, isCreate: Bool) async throws {
        var headers: HTTPHeaders = [
            "Accept": "application/json", "Accept-Language": "en", "User-Agent": "swift-api-keys/0.1.0",
            "X-Management-Key": "mg_benchmark",
        ]
        if isCreate {
            headers.append(name: "Content-Type", value: "application/json")
            headers.append(name: "Accept-Encoding", value: "identity")
        }
        let response = try await transport.send(
            HTTPRequest(method: isCreate ? .post : .get, url: url, headers: headers, body: isCreate ? body : nil))
        guard response.status == 200, !response.body.isEmpty else { throw URLError(.badServerResponse) }
    }
}

/// What a program without this package does.
private struct ByHand: Client {
    func call(_ url: URL, isCreate: Bool) async throws {
        var request = URLRequest(url: url)
        request.httpMethod = isCreate ? "POST" : "GET"
        request.setValue("application/json", forHTTPHeaderField: "Accept")
        request.setValue("mg_benchmark", forHTTPHeaderField: "X-Management-Key")
        if isCreate {
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.httpBody = body
        }
        let (data, response) = try await URLSession.shared.data(for: request)
        guard (response as? HTTPURLResponse)?.statusCode == 200, !data.isEmpty else {
            throw URLError(.badServerResponse)
        }
    }
}

import APIKeys
import APIKeysCurl
import APIKeysSandbox
import Foundation
import TestSupport
import Testing

/// An nginx with settings of its own on a port of its own, and the server behind it, which counts what is made.
final class Nginx: Sendable {
    let url: URL
    private let process: Process
    private let backend: LoopbackServer
    private let counter = Counter()

    /// Starts nginx.
    ///
    /// - Parameter settings: What stands in the block of its server.
    /// - Returns: The server, which listens.
    /// - Throws: An error if it does not start.
    static func started(_ settings: String) async throws -> Nginx {
        // A port that was free a moment ago may be taken by now.
        for _ in 0..<10 {
            let nginx = try Nginx(settings)
            if try await nginx.isListening { return nginx }
            await nginx.stop()
        }
        throw Unexpected(value: "nginx does not start")
    }

    private init(_ settings: String) throws {
        let variables = ProcessInfo.processInfo.environment
        let folder = URL(filePath: try #require(variables["APIKEYS_NGINX_FOLDER"]))
        let own = folder.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        backend = try LoopbackServer(counter)
        let port = try LoopbackPeer.refusedPort()
        url = try #require(URL(string: "https://127.0.0.1:\(port)/"))
        let backendPort = try #require(backend.baseURL.port)
        let file = own.appending(path: "nginx.conf")
        try Data(
            """
            user root;
            worker_processes 2;
            pid \(own.path)/pid;
            error_log \(own.path)/error.log warn;
            events { worker_connections 512; }
            http {
                access_log off;
                client_body_temp_path \(own.path)/body;
                proxy_temp_path \(own.path)/proxy;
                fastcgi_temp_path \(own.path)/fastcgi;
                uwsgi_temp_path \(own.path)/uwsgi;
                scgi_temp_path \(own.path)/scgi;
                limit_req_zone $binary_remote_addr zone=all:1m rate=50r/s;
                server {
                    listen 127.0.0.1:\(port) ssl http2;
                    ssl_certificate \(folder.path)/certificate.pem;
                    ssl_certificate_key \(folder.path)/key.pem;
                    add_header X-Protocol $server_protocol always;
                    \(settings)
                    location / { proxy_pass http://127.0.0.1:\(backendPort); }
                }
            }

            """.utf8
        ).write(to: file)
        process = Process()
        process.executableURL = URL(filePath: try #require(variables["APIKEYS_NGINX"]))
        process.arguments = ["-c", file.path, "-p", own.path, "-g", "daemon off;", "-e", "\(own.path)/error.log"]
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// The file with the authority to trust.
    static var authorityFile: String {
        get throws { try #require(ProcessInfo.processInfo.environment["APIKEYS_NGINX_FOLDER"]) + "/certificate.pem" }
    }

    private var isListening: Bool {
        get async throws {
            let transport = try CurlTransport(options: .init(certificateAuthorityFile: try Self.authorityFile))
            for _ in 0..<500 where process.isRunning {
                if (try? await transport.send(HTTPRequest(method: .get, url: url))) != nil { return true }
                try await Task.sleep(for: .milliseconds(10))
            }
            return false
        }
    }

    /// How often each create arrived behind nginx, by its number.
    var counts: [Int: Int] { counter.counts }

    /// Starts new workers. The old ones answer what they have begun, then close their connections.
    func reload() {
        kill(process.processIdentifier, SIGHUP)
    }

    /// Ends it, and waits until it has ended.
    func stop() async {
        if process.isRunning { kill(process.processIdentifier, SIGTERM) }
        process.waitUntilExit()
        await backend.stop()
    }

    /// Answers every request after two milliseconds, and counts it.
    private final class Counter: HTTPTransport {
        private let state = Locked<[Int: Int]>([:])

        var counts: [Int: Int] { state.withLock { $0 } }

        func send(_ request: HTTPRequest) async throws -> HTTPResponse {
            if let number = request.headers["X-Number"].flatMap({ Int($0) }) {
                state.withLock { $0[number, default: 0] += 1 }
            }
            try await Task.sleep(for: .milliseconds(2))
            return HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: Data("{}".utf8))
        }
    }
}

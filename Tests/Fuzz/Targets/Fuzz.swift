import Foundation

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: bytes, count: count))
    target.run(bytes)
    return 0
}

/// A part of the package that is fed with whatever libFuzzer makes up.
struct Target: Sendable {
    let name: String
    /// Reads the bytes, and compares what comes out with what has to.
    let run: @Sendable ([UInt8]) -> Void

    static let all: [Target] = [
        .bases, .csv, .dates, .environment, .errors, .headers, .heads, .json, .ledger, .markers, .models, .paths,
        .recovery,
        .redactor, .requests, .responses, .retry, .uuids,
    ]
}

private let target: Target = {
    let name = ProcessInfo.processInfo.environment["APIKEYS_FUZZ_TARGET"] ?? ""
    guard let target = Target.all.first(where: { $0.name == name }) else {
        fail("set APIKEYS_FUZZ_TARGET to one of \(Target.all.map(\.name).joined(separator: " "))")
    }
    return target
}()

/// Ends the process, which makes libFuzzer save the input, unless the condition holds.
func expect(_ condition: Bool, _ problem: @autoclosure () -> String, line: Int = #line, file: String = #fileID) {
    if !condition { fail("\(file):\(line): \(problem())") }
}

func fail(_ problem: String) -> Never {
    FileHandle.standardError.write(Data("fuzz: \(problem)\n".utf8))
    abort()
}

// MARK: - Answers for other programs

private let answers: FileHandle? = ProcessInfo.processInfo.environment["APIKEYS_FUZZ_ANSWERS"].flatMap { path in
    FileManager.default.createFile(atPath: path, contents: nil) ? FileHandle(forWritingAtPath: path) : nil
}

/// Tells Tests/Fuzz/oracles.py what became of an input, if it asks.
func answer(_ bytes: [UInt8], _ text: @autoclosure () -> String?) {
    guard let answers else { return }
    let words = ["input": hexadecimal(bytes), "answer": text().map { hexadecimal(Array($0.utf8)) }]
    let line = (try? JSONEncoder().encode(words)) ?? Data()
    answers.write(line + Data("\n".utf8))
}

func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

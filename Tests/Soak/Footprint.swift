#if os(Linux)
    import Foundation
    import Glibc

    /// What the process holds of the system, as the kernel counts it.
    struct Footprint: CustomStringConvertible {
        var memory: Int
        var descriptors: Int
        var threads: Int

        static func now() -> Footprint {
            let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
            let resident = pages.flatMap { $0.count > 1 ? Int($0[1]) : nil } ?? 0
            return Footprint(
                memory: resident * Int(sysconf(Int32(_SC_PAGESIZE))), descriptors: entries("/proc/self/fd"),
                threads: entries("/proc/self/task"))
        }

        private static func entries(_ path: String) -> Int {
            (try? FileManager.default.contentsOfDirectory(atPath: path).count) ?? 0
        }

        var description: String { "\(memory / 1024) kB resident, \(descriptors) descriptors, \(threads) threads" }
    }
#endif

import APIKeys
import Foundation

// Feeds the package what a broken or hostile server, or a user with many keys, may have, and prints a table of what
// became of it, in which time and memory. `Tests/Limits/run` builds and starts it. Fails if something is not linear,
// takes more memory than its row allows, or ends in another way than it should.

func measure() async -> Int {
    let measurement = Measurement()
    await measureBodies(measurement)
    await measureHeaders(measurement)
    await measurePages(measurement)
    await measureLedger(measurement)
    await measureClocks(measurement)
    return measurement.failures
}

if await measure() > 0 { exit(1) }

import BasetenKeys
import ForeignNames
import ImtegrateKeys
import JunctionKeys
import NekudaKeys

/// Beside every provider's module, a name that another module has too means that module's, as a type …
typealias NamesOfOtherModules = (
    HTTPRequest, HTTPResponse, HTTPHeaders, Middleware, ValidationError, RetryPolicy, Patch<String>, JSONValue
)

/// … and in an expression.
func namesOfOtherModules() throws {
    let names: [any Foreign.Type] = [
        HTTPRequest.self, HTTPResponse.self, HTTPHeaders.self, Middleware.self, ValidationError.self,
        RetryPolicy.self, Patch<String>.self, JSONValue.self,
    ]
    try check(names.allSatisfy { $0.isForeign }, "names of other modules")
}

/// What is left out of a provider's module can be used there all the same; only its name needs `import APIKeys`.
func valuesWithoutTheirNames(junction: JunctionClient) async throws {
    let configuration = ClientConfiguration(retry: .init(maxRetries: 5))
    let options = RequestOptions(retry: .never)
    try check(configuration.retry.maxRetries == 5 && options.retry?.maxRetries == 0, "retry")
    let updated = try await junction.updateManagementKey(
        id: Example.id, label: "deploy", teamRoleBindings: .null, options: options)
    try check(updated.label == "deploy" && updated.teamRoleBindings == nil, "a patch")
    let team = try await junction.team(id: Example.teamID)
    try check(team.sandbox?["color"]?.string == "red", "a JSON value")
}

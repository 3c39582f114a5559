import Transfer

/// Runs `body` on a thread of its own, which carries out the calls that `body` makes and may be blocked by it: what talks to a
/// receiver for long, call by call, neither changes threads for each nor holds one of the task pool.
package func onConversationThread<Value, Failure: Error>(
    _ name: String, _ body: () async throws(Failure) -> Value
) async throws(Failure) -> Value {
    try await TransferThread.run(name, body)
}

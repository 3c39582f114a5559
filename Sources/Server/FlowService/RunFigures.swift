import TidegateModel

/// How many profiles went where, so that it adds up for every run: input = output + skipped + failed.
struct RunFigures: Hashable, Sendable {
    struct Share: Hashable, Sendable {
        let code: String
        let count: Int
    }

    let input: Int
    let output: Int
    /// By code.
    let skipped: [Share]
    let failed: [Share]

    /// - Parameter isLive: whether the run has not ended: then the input is what is known of it so far.
    init(_ counts: RunCounts, isLive: Bool) {
        let accounted = counts.accounted
        input = isLive ? accounted : max(counts.selected, accounted)
        output = counts.exported
        skipped = Self.shares(counts.skipped)
        let rest = input - accounted
        failed = Self.shares(counts.rejected) + (rest > 0 ? [Share(code: RunReason.notAccounted, count: rest)] : [])
    }

    var skippedCount: Int { skipped.reduce(0) { $0 + $1.count } }
    var failedCount: Int { failed.reduce(0) { $0 + $1.count } }
    /// What the first phase hands to the second.
    var preparedCount: Int { input - skippedCount }

    private static func shares(_ counts: [String: Int]) -> [Share] {
        counts.filter { $0.value > 0 }.map { Share(code: $0.key, count: $0.value) }.sorted { $0.code < $1.code }
    }
}

extension RunFigures {
    /// Of the whole run.
    func summary(_ surroundings: [JSONValue.Member]) -> JSONValue {
        .object(
            members([
                ("inputRecordCount", input), ("createdRecordCount", output), ("outputRecordCount", output),
                ("skippedRecordCount", skippedCount), ("failedRecordCount", failedCount),
            ]) + surroundings + infos(skipped, "skippedInfo", "Warning") + infos(failed, "failedInfo", "Error")
        )
    }

    /// Of the phase that makes the files, or the calls.
    var preparation: JSONValue {
        .object(
            members([
                ("inputRecordCount", input), ("outputRecordCount", preparedCount),
                ("skippedRecordCount", skippedCount), ("failedRecordCount", 0),
            ]) + infos(skipped, "skippedInfo", "Warning")
        )
    }

    /// Of the phase that brings them to the destination.
    var publication: JSONValue {
        .object(
            members([
                ("inputRecordCount", preparedCount), ("createdRecordCount", output), ("outputRecordCount", output),
                ("skippedRecordCount", 0), ("failedRecordCount", failedCount),
            ]) + infos(failed, "failedInfo", "Error")
        )
    }

    private func members(_ counts: [(String, Int)]) -> [JSONValue.Member] {
        counts.map { JSONValue.Member(name: $0.0, value: .count($0.1)) }
    }

    private func infos(_ shares: [Share], _ name: String, _ type: String) -> [JSONValue.Member] {
        guard !shares.isEmpty else { return [] }
        let infos = shares.map { share -> JSONValue in
            [
                "code": .text(share.code), "message": .text(RunReason(profilesOf: share.code).message),
                "count": .count(share.count), "type": .text(type),
            ]
        }
        return [JSONValue.Member(name: name, value: .list(infos))]
    }
}

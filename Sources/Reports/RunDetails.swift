import Foundation
import Store
import TidegateModel

/// One run with everything that is known of it, as `show --json` and its page give it.
package struct RunDetails: Encodable {
    package let run: Run
    package let transitions: [Transition]
    package let attempts: [Attempt]
    /// Empty for a run to a destination that takes files.
    package let batches: [Batch]

    package init(_ run: Run, _ store: Store) throws {
        self.run = run
        transitions = try store.transitions(of: run.id)
        attempts = try store.attempts(of: run.id)
        batches = try store.batches(of: run.id)
    }

    private enum CodingKeys: String, CodingKey { case transitions, tries, batches, receipts }

    private struct Receipt: Encodable {
        let name: String
        let path: String
        let sha256: String
        let size: Int
    }

    /// The run's own keys, and beside them its transitions, attempts, batches and receipts.
    package func encode(to encoder: any Encoder) throws {
        try RunDocument(run).encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(transitions.map(TransitionDocument.init), forKey: .transitions)
        try container.encode(attempts.map(AttemptDocument.init), forKey: .tries)
        try container.encode(batches.map(BatchDocument.init), forKey: .batches)
        // A file's receipt is what the destination holds; a batch's is what the receiver said to it.
        var receipts = container.nestedUnkeyedContainer(forKey: .receipts)
        for file in run.files {
            try receipts.encode(Receipt(name: file.name, path: file.path, sha256: file.sha256, size: file.size))
        }
        for batch in batches where batch.state.isCarried { try receipts.encode(BatchReceiptDocument(batch)) }
    }
}

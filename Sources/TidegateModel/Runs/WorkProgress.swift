import Foundation

/// How far a piece of work is that goes on now.
package struct WorkProgress: Hashable, Sendable {
    /// `ingest crm`, `segmentation`, `vip-nightly / vip`.
    package var title: String
    package var done: Int
    /// Nil where the end is not known.
    package var total: Int?
    /// `rows`, `bytes`, `profiles`.
    package var unit: String
    /// The run that it belongs to; nil for ingest and segmentation.
    package var run: UUID?

    package init(title: String, done: Int, total: Int?, unit: String, run: UUID? = nil) {
        self.title = title
        self.done = done
        self.total = total
        self.unit = unit
        self.run = run
    }
}

import TidegateModel

/// What one run remembers of uploads that are not finished, so that the next attempt, also after a crash, goes on with them.
///
/// By the name of the file. What is noted is the destination's own text; it holds no secret.
package struct UploadJournal: Sendable {
    /// What was noted for a file last; nil where nothing was.
    package var noted: @Sendable (_ name: String) throws(DeliveryError) -> String?
    /// Notes something, durably, before it returns.
    package var note: @Sendable (_ name: String, _ text: String) throws(DeliveryError) -> Void
    package var forget: @Sendable (_ name: String) throws(DeliveryError) -> Void
    /// Every file that something is noted for.
    package var names: @Sendable () throws(DeliveryError) -> [String]

    package init(
        noted: @escaping @Sendable (_ name: String) throws(DeliveryError) -> String?,
        note: @escaping @Sendable (_ name: String, _ text: String) throws(DeliveryError) -> Void,
        forget: @escaping @Sendable (_ name: String) throws(DeliveryError) -> Void,
        names: @escaping @Sendable () throws(DeliveryError) -> [String]
    ) {
        self.noted = noted
        self.note = note
        self.forget = forget
        self.names = names
    }

    /// Remembers nothing beyond this process.
    package static func inMemory() -> UploadJournal {
        let notes = Notes()
        return UploadJournal(
            noted: { (name) throws(DeliveryError) in notes.texts.withLock { $0[name] } },
            note: { (name, text) throws(DeliveryError) in notes.texts.withLock { $0[name] = text } },
            forget: { (name) throws(DeliveryError) in notes.texts.withLock { $0[name] = nil } },
            names: { () throws(DeliveryError) in notes.texts.withLock { $0.keys.sorted() } }
        )
    }
}

private final class Notes: Sendable {
    let texts = Locked<[String: String]>([:])
}

import TidegateModel

/// What became of a form: where it leads, and what there is to say.
struct FormOutcome: Hashable, Sendable {
    var path: String
    var message: Layout.Message?

    static func done(_ path: String, _ sentence: String? = nil) -> FormOutcome {
        FormOutcome(path: path, message: sentence.map { .done($0) })
    }

    static func refused(_ sentence: String, backTo path: String) -> FormOutcome {
        FormOutcome(path: path, message: .refused(sentence))
    }
}

/// Remembers what became of each form, so that one that is sent twice is acted upon once, and the second time leads where
/// the first one did.
final class FormOutcomes: Sendable {
    /// Remembered at once, the newest.
    private static let most = 1000

    private enum Entry {
        case acting([CheckedContinuation<FormOutcome, any Error>])
        case done(FormOutcome)
    }

    private struct Kept {
        var entries: [String: Entry] = [:]
        var order: [String] = []
    }

    private let kept = Locked(Kept())

    /// What became of the form, by acting upon it unless that was done or goes on.
    func outcome(of form: String, _ act: () async throws -> FormOutcome) async throws -> FormOutcome {
        if let known = try await known(form) { return known }
        do {
            let outcome = try await act()
            settle(form, .success(outcome))
            return outcome
        } catch {
            settle(form, .failure(error))
            throw error
        }
    }

    /// Nil where it was forgotten, or never was.
    func message(of form: String) -> Layout.Message? {
        kept.withLock { kept in
            guard case .done(let outcome)? = kept.entries[form] else { return nil }
            return outcome.message
        }
    }

    /// Nil where nobody has begun, in which case the caller has now.
    private func known(_ form: String) async throws -> FormOutcome? {
        let isFirst = kept.withLock { kept in
            guard kept.entries[form] == nil else { return false }
            kept.entries[form] = .acting([])
            return true
        }
        if isFirst { return nil }
        return try await withCheckedThrowingContinuation { waiter in
            let settled: Result<FormOutcome, any Error>? = kept.withLock { kept in
                switch kept.entries[form] {
                case .done(let outcome)?: return .success(outcome)
                case .acting(let others)?:
                    kept.entries[form] = .acting(others + [waiter])
                    return nil
                // The first one failed between the two looks.
                case nil: return .failure(Fault.unavailable("service is not available, send the form again"))
                }
            }
            if let settled { waiter.resume(with: settled) }
        }
    }

    private func settle(_ form: String, _ result: Result<FormOutcome, any Error>) {
        let waiters: [CheckedContinuation<FormOutcome, any Error>] = kept.withLock { kept in
            var waiting: [CheckedContinuation<FormOutcome, any Error>] = []
            if case .acting(let waiters)? = kept.entries[form] { waiting = waiters }
            guard case .success(let outcome) = result else {
                kept.entries[form] = nil
                return waiting
            }
            kept.entries[form] = .done(outcome)
            kept.order.append(form)
            if kept.order.count > Self.most { kept.entries[kept.order.removeFirst()] = nil }
            return waiting
        }
        for waiter in waiters { waiter.resume(with: result) }
    }
}

import TidegateModel

extension ProfileStore {
    /// How many distinct profiles the request selects over all its segments, whether or not they are still in the store.
    package func countPushed(_ request: PushRequest) throws(ProfileError) -> Int {
        try withReader { connection throws(ProfileError) in
            try ExportSelection(request, on: connection).profiles.count
        }
    }

    /// Lends every selected profile that is still in the store, each once, in the order of the key's bytes.
    ///
    /// All rows are of one state of the store. The row is the same memory every time: what outlives the visit is copied
    /// out of it. `skip` is the reason code of a profile that is not to be sent. `progress` counts selected profiles;
    /// `isCancelled` is asked every few thousand rows.
    package func push(
        _ request: PushRequest,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
        isCancelled: @escaping () -> Bool = { false },
        visit: (_ row: PushRow, _ skip: String?) throws(ProfileError) -> Void
    ) throws(ProfileError) -> PushScan {
        try withReader { connection throws(ProfileError) in
            try connection.interruptible(by: isCancelled) { () throws(ProfileError) in
                let scan = try ExportScan(request, on: connection)
                var filler = PushRowFiller(scan.plan.columns)
                let counts = try scan.run(progress: progress) { row, skip throws(ProfileError) in
                    filler.fill(from: row)
                    try visit(filler.row, skip)
                }.counts
                return PushScan(selected: counts.selected, removed: counts.skipped[SkipCode.removed] ?? 0)
            }
        }
    }

    /// The first `limit` profiles that `push` would lend as not skipped, and its exact counts.
    package func preview(
        _ request: PushRequest,
        limit: Int,
        isCancelled: @escaping () -> Bool = { false }
    ) throws(ProfileError) -> ExportPreview {
        try withReader { connection throws(ProfileError) in
            try connection.interruptible(by: isCancelled) { () throws(ProfileError) in
                try ExportScan(request, on: connection).preview(limit: limit)
            }
        }
    }
}

extension ExportScan {
    fileprivate init(_ request: PushRequest, on connection: Connection) throws(ProfileError) {
        let selection = try ExportSelection(request, on: connection)
        try self.init(RowTerms(request), of: selection, on: connection)
    }
}

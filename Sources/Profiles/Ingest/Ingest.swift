import Foundation
import GRDBSQLite
import TidegateModel

extension ProfileStore {
    /// Reads `source` into the store, all of it or nothing.
    ///
    /// `declared` are the ids of all sources there are. Where `source` replaces, it leaves what another of them
    /// delivers; a source that is declared no more protects nothing.
    ///
    /// Rows that cannot be read, or have no key, are kept in a new file in `folder`, which exists, and counted. Where
    /// their share is greater than the source allows, that file stays and nothing else changes. Blocks; `progress`
    /// and `isCancelled` are called on this thread every few thousand rows. Readers see the old state until the end.
    package func ingest(
        _ source: Source,
        declared: Set<UUID>,
        schema: ProfileSchema,
        clock: any WallClock,
        rejects folder: String,
        progress: @escaping (IngestProgress) -> Void = { _ in },
        isCancelled: @escaping () -> Bool = { false }
    ) throws(ProfileError) -> IngestReport {
        try ingest(
            source,
            declared: declared,
            schema: schema,
            clock: clock,
            rejects: folder,
            tuning: IngestTuning(),
            progress: progress,
            isCancelled: isCancelled
        )
    }

    func ingest(
        _ source: Source,
        declared: Set<UUID>,
        schema: ProfileSchema,
        clock: any WallClock,
        rejects folder: String,
        tuning: IngestTuning,
        progress: @escaping (IngestProgress) -> Void = { _ in },
        isCancelled: @escaping () -> Bool = { false }
    ) throws(ProfileError) -> IngestReport {
        let ingest = Ingest(
            source: source,
            declared: declared,
            schema: schema,
            clock: clock,
            folder: folder,
            tuning: tuning,
            store: self,
            progress: progress,
            isCancelled: isCancelled,
            startedAt: clock.now()
        )
        return try ingest.run()
    }
}

/// One ingest of one source.
struct Ingest {
    let source: Source
    let declared: Set<UUID>
    let schema: ProfileSchema
    let clock: any WallClock
    let folder: String
    let tuning: IngestTuning
    let store: ProfileStore
    let progress: (IngestProgress) -> Void
    let isCancelled: () -> Bool
    let startedAt: Instant

    /// The key first.
    private var attributes: [Attribute] {
        schema.attributes.filter { $0.name == schema.key } + schema.attributes.filter { $0.name != schema.key }
    }

    /// Most sources come in key order, and are written as they are read. The others are sorted first, because
    /// writing a big tree in no order costs many times more.
    func run() throws(ProfileError) -> IngestReport {
        if let report = try streamed() { return report }
        return try sorted()
    }

    /// Nil, and nothing changed, where a row comes whose key is not greater than the one before.
    private func streamed() throws(ProfileError) -> IngestReport? {
        let delivered = try deliveredRows()
        let ascending = AscendingRows(delivered)
        do throws(ProfileError) {
            return try write(.delivered(ascending), of: delivered)
        } catch {
            delivered.rejects.discard()
            guard ascending.isBroken else { throw error }
            return nil
        }
    }

    private func sorted() throws(ProfileError) -> IngestReport {
        let delivered = try deliveredRows()
        do throws(ProfileError) {
            return try write(.sorted(try sort(delivered)), of: delivered)
        } catch {
            delivered.rejects.discard()
            throw error
        }
    }

    private func deliveredRows() throws(ProfileError) -> DeliveredRows {
        try DeliveredRows(
            source,
            attributes: attributes,
            rejects: Rejects(of: source, in: folder, at: startedAt, limit: tuning.rejects),
            tuning: tuning,
            progress: progress,
            isCancelled: isCancelled
        )
    }

    private func sort(_ delivered: DeliveredRows) throws(ProfileError) -> SortedRows {
        let sorter = try RowSorter(in: store.folder, tuning: tuning)
        while try delivered.next() { try sorter.append(delivered.cells) }
        try refuseTooManyRejected(delivered)
        return try sorter.sorted(cells: attributes.count) { count throws(ProfileError) in
            try delivered.tell(written: count)
        }
    }

    /// Writes the rows, and everything that is remembered of them, in one transaction.
    private func write(_ rows: OrderedRows, of delivered: DeliveredRows) throws(ProfileError) -> IngestReport {
        try store.withWriter { connection throws(ProfileError) in
            let journal = try IngestJournal(on: connection)
            defer { journal.end() }
            return try connection.write { () throws(ProfileError) in
                try write(rows, of: delivered, on: connection)
            }
        }
    }

    private func write(
        _ rows: OrderedRows,
        of delivered: DeliveredRows,
        on connection: Connection
    ) throws(ProfileError) -> IngestReport {
        let records = IngestRecords(connection: connection)
        let held = try records.held(by: source.id, declared: declared)
        let incoming = try ProfileWriting(store: store, schema: schema, attributes: attributes, connection: connection)
            .write(rows, at: startedAt)
        try refuseTooManyRejected(delivered)
        try refuseEmptyReplacement(incoming.ids, held: held.own)
        let removed = try remove(held.own.subtracting(incoming.ids).subtracting(held.others), on: connection)
        try records.setNextProfileId(incoming.nextId)
        try records.setHeld(source.mode == .replace ? incoming.ids : held.own.union(incoming.ids), by: source.id)
        let report = report(incoming, removed: removed, superseded: rows.superseded, of: delivered)
        try records.remember(report)
        try delivered.rejects.finish()
        return report
    }

    private func remove(_ profiles: ProfileSet, on connection: Connection) throws(ProfileError) -> Int {
        guard source.mode == .replace, !profiles.isEmpty else { return 0 }
        return try ProfileRemoval(store: store, connection: connection).remove(profiles)
    }

    private func report(
        _ incoming: IncomingProfiles,
        removed: Int,
        superseded: Int,
        of delivered: DeliveredRows
    ) -> IngestReport {
        IngestReport(
            source: source.name,
            startedAt: startedAt,
            finishedAt: clock.now(),
            files: delivered.files,
            rowsRead: delivered.rowsRead,
            inserted: incoming.inserted,
            updated: incoming.updated,
            unchanged: incoming.unchanged,
            removed: removed,
            superseded: superseded,
            rejected: delivered.rejects.counts,
            rejectsFile: delivered.rejects.total > 0 ? delivered.rejects.path : nil,
            undelivered: delivered.undelivered
        )
    }

    private func refuseTooManyRejected(_ delivered: DeliveredRows) throws(ProfileError) {
        let rejects = delivered.rejects
        guard rejects.total > 0, Double(rejects.total) / Double(delivered.rowsRead) > source.maxRejected else { return }
        try rejects.finish()
        rejects.keep()
        throw .rejected(
            "source '\(source.name)' has \(rejects.total) of \(delivered.rowsRead) rows rejected, more than the share of "
                + "\(source.maxRejected) it allows (\(rejects.examples.joined(separator: ", "))); see '\(rejects.path)'"
        )
    }

    /// A replacement without any row is far more often a broken export than a business without customers.
    private func refuseEmptyReplacement(_ delivered: ProfileSet, held: ProfileSet) throws(ProfileError) {
        guard source.mode == .replace, delivered.isEmpty, !held.isEmpty else { return }
        throw .rejected(
            "source '\(source.name)' delivers no profile, and as it replaces, would take away all \(held.count) it delivered before"
        )
    }
}

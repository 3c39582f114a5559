import AudienceManager
import TidegateModel

extension ProfileStore {
    /// Takes one file of a drop-off, whole or not at all, and answers what became of it: `taken`, which is remembered
    /// together with what it brought, or `rejected`, `refused` or, where the disk has no room for its rows, `waiting`,
    /// which are not and change nothing.
    ///
    /// A file that was taken by this environment, name and digest is not read again; its receipt is that of the first
    /// time. One that was rejected is, as settings may have changed since. Blocks;
    /// `progress`, which is told how many bytes of the file were read, and `isCancelled` are called on this thread every
    /// few thousand rows. Readers see the old state until the end.
    ///
    /// - Parameter source: has a drop-off.
    package func take(
        _ file: ArrivedFile,
        of source: Source,
        catalogue: DropOffCatalogue,
        schema: ProfileSchema,
        clock: any WallClock,
        progress: @escaping (Int64) -> Void = { _ in },
        isCancelled: @escaping () -> Bool = { false }
    ) throws(ProfileError) -> FileReceipt {
        try take(
            file, of: source, catalogue: catalogue, schema: schema, clock: clock, tuning: DataTuning(),
            progress: progress, isCancelled: isCancelled)
    }

    func take(
        _ file: ArrivedFile,
        of source: Source,
        catalogue: DropOffCatalogue,
        schema: ProfileSchema,
        clock: any WallClock,
        tuning: DataTuning,
        progress: @escaping (Int64) -> Void = { _ in },
        isCancelled: @escaping () -> Bool = { false }
    ) throws(ProfileError) -> FileReceipt {
        guard let dropOff = source.dropOff else { throw .rejected("source '\(source.name)' is no drop-off") }
        let environment = dropOff.environment
        let known = try receipt(of: file.file, sha256: file.sha256, of: source.id, in: environment)
        if let known, known.outcome == .taken {
            try note(file.modifiedAt, of: file.file, sha256: file.sha256, of: source.id, in: environment)
            return known
        }
        return try FileTaking(
            file: file, source: source, dropOff: dropOff, catalogue: catalogue, schema: schema, store: self,
            clock: clock, progress: progress, isCancelled: isCancelled, startedAt: clock.now()
        ).run(tuning)
    }
}

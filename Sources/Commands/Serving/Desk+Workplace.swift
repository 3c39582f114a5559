import Engine
import Foundation
import Profiles
import Server
import Store
import TidegateModel

extension Desk {
    /// What the server of this process works with.
    init(_ place: Workplace, _ scheduler: Scheduler) {
        self.init(
            store: place.store, clock: place.clock, logger: place.logger, sights: Sights(place, scheduler),
            controls: Controls(place, scheduler), tally: place.tally, version: Version.current
        )
    }
}

extension Sights {
    fileprivate init(_ place: Workplace, _ scheduler: Scheduler) {
        let profiles = place.profiles
        self.init(
            snapshots: { try profiles.snapshots(limit: $0) },
            snapshot: { try profiles.snapshot(id: $0) },
            history: { segment, limit in
                try profiles.history(ofSegment: segment, limit: limit).map {
                    SegmentSize(snapshot: $0.snapshot, nominal: $0.nominal, counts: $0.counts)
                }
            },
            overlap: { try profiles.overlap(of: $0, and: $1, in: $2) },
            work: { place.progress.current }, isGoingDown: { scheduler.isGoingDown }, files: { place.folder.storeFiles }
        )
    }
}

extension DataFolder {
    fileprivate var storeFiles: [StoreFile] {
        [storePath, profilesPath].map { path in
            StoreFile(
                name: URL(filePath: path).deletingPathExtension().lastPathComponent, size: Self.size(of: path),
                log: Self.size(of: path + "-wal")
            )
        }
    }

    /// 0 where there is no such file.
    private static func size(of path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }
}

extension Controls {
    fileprivate init(_ place: Workplace, _ scheduler: Scheduler) {
        self.init(
            force: { order, actor in
                let spec = await scheduler.declared
                return try AdHocJob(order, spec: spec).queue(
                    in: place.store, spec: spec, snapshot: try place.snapshot(of: order), at: place.clock.now(),
                    actor: actor
                )
            },
            guardrails: { order in
                let spec = await scheduler.declared
                return try AdHocJob(order, spec: spec).answers(
                    in: place.store, spec: spec, snapshot: try place.snapshot(of: order), at: place.clock.now()
                )
            },
            retry: { run, actor in
                try RetryJob(run).queue(in: place.store, at: place.clock.now(), actor: actor)
            },
            startCycle: { try await scheduler.startCycle() },
            startCycleFor: { try await scheduler.startCycle(for: $0) }
        )
    }
}

extension Workplace {
    fileprivate func snapshot(of order: AdHocOrder) throws -> Snapshot? {
        guard let wanted = order.snapshot else { return try profiles.latestSnapshot() }
        guard let kept = try profiles.snapshot(id: wanted) else { throw AdHocRefusal.unknownSnapshot }
        return kept
    }
}

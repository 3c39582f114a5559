import Foundation
import TidegateModel

/// What is the same for all rows and names of one run.
package struct OutboundConstants: Hashable, Sendable {
    package enum SyncMode: String, CaseIterable, Sendable {
        case full
        case incremental = "iter"
    }

    package var syncType: AudienceManagerLayout.SyncType
    package var orderID: String
    package var dpid: Int64
    package var masterDPID: Int64
    package var pid: Int64?
    package var pidAlias: String?
    package var syncMode: SyncMode
    /// The nominal instant, so that a retry writes the same name.
    package var timestamp: Instant

    /// - Parameter masterDPID: nil for `dpid`.
    package init(
        syncType: AudienceManagerLayout.SyncType, orderID: String, dpid: Int64, masterDPID: Int64? = nil,
        pid: Int64? = nil, pidAlias: String? = nil, syncMode: SyncMode, timestamp: Instant
    ) {
        self.syncType = syncType
        self.orderID = orderID
        self.dpid = dpid
        self.masterDPID = masterDPID ?? dpid
        self.pid = pid
        self.pidAlias = pidAlias
        self.syncMode = syncMode
        self.timestamp = timestamp
    }

    /// - Parameters:
    ///   - dpid: of the layout's data source.
    ///   - timestamp: the nominal instant.
    package init(
        _ dataflow: Dataflow, as layout: AudienceManagerLayout, dpid: Int64, syncMode: SyncMode, timestamp: Instant
    ) {
        self.init(
            syncType: layout.syncType, orderID: layout.orderID.map(String.init) ?? dataflow.id.uuidString.lowercased(),
            dpid: dpid, pid: layout.pid, pidAlias: layout.pidAlias, syncMode: syncMode, timestamp: timestamp
        )
    }
}

/// The values of one row; made once and refilled, so that no row allocates.
package struct OutboundRow: Sendable {
    /// A segment that the id is in, or has left.
    package struct Segment: Hashable, Sendable {
        package var sid: Int64
        /// Milliseconds since 1970.
        package var lastUpdateTime: Int64
        package var lastRealizationTime: Int64

        /// - Parameter lastUpdateTime: nil for the time of the last realization.
        package init(sid: Int64, lastRealizationTime: Int64, lastUpdateTime: Int64? = nil) {
            self.sid = sid
            self.lastUpdateTime = lastUpdateTime ?? lastRealizationTime
            self.lastRealizationTime = lastRealizationTime
        }
    }

    package struct Trait: Hashable, Sendable {
        package var sid: Int64
        /// Brought by number, in place of by a rule.
        package var isOnboarded: Bool
        /// Milliseconds since 1970.
        package var lastRealized: Int64

        package init(sid: Int64, isOnboarded: Bool, lastRealized: Int64) {
            self.sid = sid
            self.isOnboarded = isOnboarded
            self.lastRealized = lastRealized
        }
    }

    package var constants: OutboundConstants
    package var segments: [Segment] = []
    package var removedSegments: [Segment] = []
    package var traits: [Trait] = []
    private(set) var id: [UInt8] = []
    private(set) var links: [(dpid: Int64, id: Range<Int>)] = []
    private(set) var linkBytes: [UInt8] = []

    package init(_ constants: OutboundConstants) {
        self.constants = constants
    }

    var hasOwnLink: Bool { links.contains { $0.dpid == constants.dpid } }

    /// Empties everything but the constants and keeps the room.
    package mutating func reset() {
        segments.removeAll(keepingCapacity: true)
        removedSegments.removeAll(keepingCapacity: true)
        traits.removeAll(keepingCapacity: true)
        id.removeAll(keepingCapacity: true)
        links.removeAll(keepingCapacity: true)
        linkBytes.removeAll(keepingCapacity: true)
    }

    package mutating func setID(_ bytes: UnsafeRawBufferPointer) {
        id.removeAll(keepingCapacity: true)
        id.append(contentsOf: bytes)
    }

    /// Adds an id of the same profile, for `DPUUIDS` or, of the row's own data source, for `DP_UUID_LIST`.
    ///
    /// The ids of one data source must come in the order in which they are written: the newest first.
    package mutating func addLinkedID(_ bytes: UnsafeRawBufferPointer, dpid: Int64) {
        let start = linkBytes.count
        linkBytes.append(contentsOf: bytes)
        links.append((dpid, start..<linkBytes.count))
    }
}

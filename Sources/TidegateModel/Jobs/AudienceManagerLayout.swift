/// A file layout: one row per id with the segments it is in and those it has left, named and described as Audience
/// Manager does.
package struct AudienceManagerLayout: Hashable, Codable, Sendable {
    package static let defaultName =
        "<SYNC_TYPE>_<ORDER_ID>_<MASTER_DPID><if(PID_ALIAS)>_<PID_ALIAS><endif>_<SYNC_MODE>_<TIMESTAMP>SPLITNUM.sync"
    package static let defaultRow =
        "<UUID> <SEGMENT_LIST:{seg|<seg.sid>}; separator=\",\"> <REMOVED_SEGMENT_LIST:{seg|<seg.sid>}; separator=\",\">"

    /// How often everyone is exported by a dataflow that is incremental otherwise.
    package enum FullEvery: String, CaseIterable, Codable, Sendable {
        case day = "24 hours"
        case week = "7 days"
        case month = "30 days"
        case never

        /// Nil for never.
        package var days: Int? {
            switch self {
            case .day: 1
            case .week: 7
            case .month: 30
            case .never: nil
            }
        }
    }

    /// `SYNC_TYPE`; each in the one spelling that is written.
    package enum SyncType: String, CaseIterable, Codable, Sendable {
        case ftp, http
        case s3 = "S3"
    }

    /// The name of the data source whose ids the rows are of.
    package var dataSource: String
    package var syncType: SyncType
    /// `ORDER_ID`, the number of the destination; nil for the dataflow's id.
    package var orderID: Int64?
    /// `PID`, the partner's number.
    package var pid: Int64?
    /// How the receiver knows the customer.
    package var pidAlias: String?
    package var fullEvery: FullEvery
    /// Templates with the vendor's macros; a nil header writes none. The file's name is `FileLayout.name`.
    package var header: String?
    package var row: String
    /// Whether an `.info` file is published behind the data.
    package var hasControlFile: Bool

    private enum CodingKeys: String, CodingKey {
        case dataSource, syncType, pid, pidAlias, fullEvery, header, row
        case orderID = "orderId"
        case hasControlFile = "controlFile"
    }

    package init(
        dataSource: String, syncType: SyncType = .ftp, orderID: Int64? = nil, pid: Int64? = nil,
        pidAlias: String? = nil, fullEvery: FullEvery = .never, header: String? = nil,
        row: String = AudienceManagerLayout.defaultRow, hasControlFile: Bool = true
    ) {
        self.dataSource = dataSource
        self.syncType = syncType
        self.orderID = orderID
        self.pid = pid
        self.pidAlias = pidAlias
        self.fullEvery = fullEvery
        self.header = header
        self.row = row
        self.hasControlFile = hasControlFile
    }
}

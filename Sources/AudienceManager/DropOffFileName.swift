import TidegateModel

/// What the name of a file in a drop-off says.
package enum DropOffFileName: Hashable, Sendable {
    case data(DataFileName)
    case ids(IDFileName)

    package var packing: Packing {
        switch self {
        case .data(let name): name.packing
        case .ids(let name): name.packing
        }
    }

    /// The data sources that it names, in its order.
    package var dpids: [Int64] {
        switch self {
        case .data(let name): [name.dpid] + (name.target.map { [$0] } ?? [])
        case .ids(let name): name.dpids
        }
    }
}

/// `ftp_dpm_DPID[_TARGET]_TIMESTAMP.(sync|overwrite)[.SPLIT][.gz|.pgp|.gpg]`
package struct DataFileName: Hashable, Sendable {
    package enum Mode: String, CaseIterable, Codable, Sendable { case sync, overwrite }

    /// The data source of the ids.
    package var dpid: Int64
    /// The data source of the traits and signals, where it is another.
    package var target: Int64?
    /// Seconds since 1970, in UTC, for people only: files are in no order.
    package var timestamp: Int64
    package var mode: Mode
    package var split: Int?
    package var packing: Packing

    package init(
        dpid: Int64, target: Int64? = nil, timestamp: Int64, mode: Mode, split: Int? = nil, packing: Packing = .none
    ) {
        self.dpid = dpid
        self.target = target
        self.timestamp = timestamp
        self.mode = mode
        self.split = split
        self.packing = packing
    }

    /// Whose traits it brings.
    package var owner: Int64 { target ?? dpid }
}

/// `adobe_id_MASTER_DPID…_TIMESTAMP.sync[.SPLIT][.gz]`, or with `c2c_id_`.
package struct IDFileName: Hashable, Sendable {
    package enum Relation: String, CaseIterable, Codable, Sendable {
        /// Devices with devices and with people.
        case device = "adobe_id"
        /// People's ids with their hashed addresses, up to ten of them.
        case customer = "c2c_id"
    }

    package var relation: Relation
    /// The data sources of the columns, the master first; at least two.
    package var dpids: [Int64]
    package var timestamp: Int64
    package var split: Int?
    package var packing: Packing

    package init(
        relation: Relation, dpids: [Int64], timestamp: Int64, split: Int? = nil, packing: Packing = .none
    ) {
        self.relation = relation
        self.dpids = dpids
        self.timestamp = timestamp
        self.split = split
        self.packing = packing
    }
}

/// How a file's bytes are packed, as its name says.
package enum Packing: String, CaseIterable, Codable, Sendable {
    case none = ""
    case gzip = "gz"
    case pgp, gpg

    package var isEncrypted: Bool { self == .pgp || self == .gpg }
}

/// A name that no file in a drop-off may have, and why, as a sentence without the name.
package struct BadFileName: Error, Hashable, Sendable {
    package var reason: String

    package init(_ reason: String) {
        self.reason = reason
    }
}

/// How many links an id may have. Where one more comes, the oldest goes.
struct LinkCaps: Hashable, Sendable {
    /// Devices of one cross-device id.
    var devicesPerPerson = 100
    /// Cross-device ids of one data source on one device.
    var peoplePerDevice = 10
    /// Devices linked to one device.
    var devicesPerDevice = 1000
    /// Hashed addresses of one customer id.
    var addressesPerPerson = 10
}

/// Those links of an id that are counted together.
enum LinkClass: Hashable {
    case devices
    /// Cross-device ids of one data source.
    case people(Int64)
    /// Cross-device ids of any data source.
    case addresses
}

/// What caps a link between an id of the first column and one of another, at either end.
struct LinkKind: Hashable {
    struct End: Hashable {
        var counted: LinkClass
        var cap: Int
    }

    var master: End
    /// Nil where nothing limits it.
    var other: End?

    /// - Parameters:
    ///   - isDevice: whether the ids of the other column are devices.
    ///   - dpid: their data source.
    static func device(isDevice: Bool, dpid: Int64, _ caps: LinkCaps) -> LinkKind {
        guard !isDevice else {
            let end = End(counted: .devices, cap: caps.devicesPerDevice)
            return LinkKind(master: end, other: end)
        }
        return LinkKind(
            master: End(counted: .people(dpid), cap: caps.peoplePerDevice),
            other: End(counted: .devices, cap: caps.devicesPerPerson)
        )
    }

    static func address(_ caps: LinkCaps) -> LinkKind {
        LinkKind(master: End(counted: .addresses, cap: caps.addressesPerPerson), other: nil)
    }
}

import AudienceManager
import TidegateModel

@testable import Profiles

/// What ID files bring, one link at a time.
struct LinkDefinition {
    typealias Node = ReachDefinition.Node

    let devices: Set<Int64>
    let caps: LinkCaps
    private(set) var ids: Set<Node> = []
    /// The first in first.
    private(set) var links: [(one: Node, other: Node)] = []
    private(set) var counts = IDCounts()

    init(devices: Set<Int64>, caps: LinkCaps) {
        self.devices = devices
        self.caps = caps
    }

    mutating func take(_ name: IDFileName, _ rows: [[String]]) {
        counts = IDCounts()
        for row in rows {
            counts.recordsReceived += 1
            counts.storedRecords += 1
            let nodes = row.enumerated().map { Node(dpid: name.dpids[min($0, name.dpids.count - 1)], id: $1) }
            for node in nodes where ids.insert(node).inserted { counts.newIDs += 1 }
            for other in nodes.dropFirst() { link(nodes[0], other, name.relation) }
        }
    }

    private mutating func link(_ master: Node, _ other: Node, _ relation: IDFileName.Relation) {
        guard !links.contains(where: { ($0.one, $0.other) == (master, other) || ($0.one, $0.other) == (other, master) })
        else {
            counts.knownMappings += 1
            return
        }
        counts.newMappings += 1
        links.append((master, other))
        let devices = devices
        switch (relation, devices.contains(other.dpid)) {
        case (.device, true):
            evict(at: master, beyond: caps.devicesPerDevice) { devices.contains($0.dpid) }
            evict(at: other, beyond: caps.devicesPerDevice) { devices.contains($0.dpid) }
        case (.device, false):
            evict(at: master, beyond: caps.peoplePerDevice) { $0.dpid == other.dpid }
            evict(at: other, beyond: caps.devicesPerPerson) { devices.contains($0.dpid) }
        case (.customer, _):
            evict(at: master, beyond: caps.addressesPerPerson) { !devices.contains($0.dpid) }
        }
    }

    private mutating func evict(at node: Node, beyond cap: Int, _ counts: (Node) -> Bool) {
        let counted = links.indices.filter { index in
            let link = links[index]
            return link.one == node && counts(link.other) || link.other == node && counts(link.one)
        }
        guard counted.count > cap else { return }
        for index in counted.prefix(counted.count - cap).reversed() {
            links.remove(at: index)
            self.counts.evictedMappings += 1
        }
    }

    func textsOfLinks() -> [String] {
        links.map { link in
            let isInOrder = (link.one.dpid, link.one.id) < (link.other.dpid, link.other.id)
            let (first, second) = isInOrder ? (link.one, link.other) : (link.other, link.one)
            return "\(first.dpid):\(first.id)-\(second.dpid):\(second.id)"
        }
    }
}

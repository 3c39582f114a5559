import AudienceManager
import Digests
import Foundation
import TidegateModel

/// What a drop-off's files may speak of: data sources by number, and the traits that each owns.
package struct DropOffCatalogue: Sendable {
    private let dataSources: [Int64: DataSource]
    private let numbers: [String: Int64]
    private let owned: [Int64: [Trait]]

    /// - Parameter dataSources: the declared ones; global ones are added where their number is not among them. A trait
    ///   of a data source that is not there belongs to nobody.
    package init(dataSources: [DataSource], traits: [Trait]) {
        let all = dataSources + Self.global
        self.dataSources = Dictionary(all.map { ($0.dpid, $0) }) { first, _ in first }
        numbers = DataSource.dpids(byName: dataSources)
        var owned: [Int64: [Trait]] = [:]
        for trait in traits {
            if let owner = numbers[trait.dataSource] { owned[owner, default: []].append(trait) }
        }
        self.owned = owned.mapValues { $0.sorted { $0.sid < $1.sid } }
    }

    /// The declared data sources and the global ones, by their numbers.
    var all: [DataSource] { dataSources.values.sorted { $0.dpid < $1.dpid } }

    package func dataSource(_ dpid: Int64) -> DataSource? { dataSources[dpid] }

    package func dataSource(named name: String) -> DataSource? { numbers[name].flatMap(dataSource) }

    /// Why a file of this name is left where it is until a person acts, as a sentence; nil where nothing speaks against
    /// it.
    package func refusal(of name: DropOffFileName) -> String? {
        name.dpids.first { dataSources[$0] == nil }.map { "data source \($0) is not declared" }
    }

    /// The numbers of all data sources of devices.
    var devices: Set<Int64> { Set(dataSources.values.filter { $0.kind == .device }.map(\.dpid)) }

    /// By their numbers, ascending.
    package func traits(of owner: Int64) -> [Trait] { owned[owner] ?? [] }

    private static let global: [DataSource] = DataSource.global.map { name, dpid, form in
        DataSource(id: UUID(kind: "DataSource", name: name), name: name, dpid: dpid, kind: .device, form: form)
    }
}

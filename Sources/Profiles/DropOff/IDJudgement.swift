import AudienceManager
import TidegateModel

/// Whether an ID synchronisation file is taken at all, by its name and the declared data sources.
enum IDJudgement {
    /// The data sources of the columns.
    case taken([DataSource])
    case rejected(String)
    case refused(String)

    init(_ name: IDFileName, _ catalogue: DropOffCatalogue) {
        guard name.dpids.count > 1, Set(name.dpids).count == name.dpids.count else {
            self = .rejected("file name repeats a data source, or has only one")
            return
        }
        var sources: [DataSource] = []
        for dpid in name.dpids {
            guard let source = catalogue.dataSource(dpid) else {
                self = .refused("data source \(dpid) is not declared")
                return
            }
            sources.append(source)
        }
        self = Self.judge(name.relation, sources)
    }

    private static func judge(_ relation: IDFileName.Relation, _ sources: [DataSource]) -> IDJudgement {
        switch relation {
        case .device:
            guard sources[0].kind == .device else {
                return .rejected("data source \(sources[0].dpid), the first in the name, is not one of devices")
            }
        case .customer:
            if let device = sources.first(where: { $0.kind == .device }) {
                return .rejected("data source \(device.dpid) is one of devices, of which no c2c_id file can be")
            }
        }
        return .taken(sources)
    }
}

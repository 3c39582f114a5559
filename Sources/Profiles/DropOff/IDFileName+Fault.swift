import AudienceManager
import TidegateModel

extension IDFileName.Relation {
    /// Why no file can relate these data sources, the master's first, as a sentence; nil where one can.
    func fault(of sources: [DataSource]) -> String? {
        switch self {
        case .device:
            guard let master = sources.first, master.kind != .device else { return nil }
            return "data source \(master.dpid), the first in the name, is not one of devices"
        case .customer:
            guard let device = sources.first(where: { $0.kind == .device }) else { return nil }
            return "data source \(device.dpid) is one of devices, of which no c2c_id file can be"
        }
    }
}

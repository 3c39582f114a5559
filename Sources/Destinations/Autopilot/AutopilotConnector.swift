import TidegateModel

struct AutopilotConnector: Connector {
    init(_ place: AutopilotPlace, _ means: DeliveryMeans) {}

    func check(list: String?) async throws(DeliveryError) -> String { throw .rejected("not built yet") }
    func open(_ push: Push) async throws(DeliveryError) -> any PushSession { throw .rejected("not built yet") }
}

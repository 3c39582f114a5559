import TidegateModel

private enum AutopilotKeys {
    static let apiKey = PlaceFields.apiKey("Autopilot")
    static let baseURL = PlaceFields.baseURL(AutopilotPlace.vendorURL)
    static let callsPerSecond = Field.optional(
        "callsPerSecond", .integer(1...10000), default: 5, help: "The most calls per second of all that use the key."
    )
}

extension DestinationType {
    /// An Autopilot Journeys account.
    static let autopilot = DestinationType(
        name: "autopilot", help: "A connector: the contacts of an Autopilot Journeys account.",
        fields: [
            AutopilotKeys.apiKey.declaration, AutopilotKeys.baseURL.declaration,
            AutopilotKeys.callsPerSecond.declaration,
        ],
        pushes: PushRules(
            refusalOfField: AutopilotFields.refusal, lack: AutopilotFields.lack, refusalOfList: { _ in nil },
            leavesLists: true
        )
    ) { reader in
        let (apiKey, baseURL) = (reader.value(AutopilotKeys.apiKey), reader.value(AutopilotKeys.baseURL))
        let callsPerSecond = reader.value(AutopilotKeys.callsPerSecond)
        guard let apiKey, let baseURL, let callsPerSecond else { return nil }
        return .autopilot(AutopilotPlace(apiKey: apiKey, baseURL: baseURL, callsPerSecond: callsPerSecond))
    }
}

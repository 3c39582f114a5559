import Foundation
import Store
import TidegateModel

/// The flows after a position, in an order that no new flow shuffles.
struct FlowPage {
    let flows: [Flow]
    /// Nil where it is the last page.
    let next: ListPosition?

    /// - Parameter places: of the dataflows to choose from, among all that are declared.
    init(
        _ places: [Int], _ asked: ListRequest, _ reading: DeclaredObjects.Reading, _ pauses: [UUID: PauseRecord],
        _ lastRuns: [UUID: LastRun]
    ) {
        let (field, isDescending) = (asked.order.field, asked.order.isDescending)
        var keys = places.compactMap { Key($0, field, reading, pauses, lastRuns) }
        if let position = asked.position {
            let last = Mark(position, field)
            keys.removeAll { !last.comes(before: $0, reading.dataflows[$0.place].name, descending: isDescending) }
        }
        keys.sort { $0.comes(before: $1, descending: isDescending) }
        let page = keys.prefix(asked.limit)
        flows = page.compactMap { Flow($0.place, reading, pauses) }
        next = keys.count > page.count ? page.last?.position(field, reading) : nil
    }
}

/// What the order goes by. Names tell equals apart, always from A to Z.
private struct Key {
    let place: Int
    /// Zero where the order goes by a text, and the other way round.
    let number: Int64
    let text: String
    /// Of the name among all names: ten thousand texts would take too long to compare.
    let rank: Int

    /// Nil where nothing is known of the dataflow yet.
    init?(
        _ place: Int, _ field: String, _ reading: DeclaredObjects.Reading, _ pauses: [UUID: PauseRecord],
        _ lastRuns: [UUID: LastRun]
    ) {
        guard let flow = Flow(place, reading, pauses) else { return nil }
        self.place = place
        rank = reading.nameRanks[place]
        switch field {
        case "name": (number, text) = (Int64(rank), "")
        case "id": (number, text) = (0, flow.dataflow.id.text)
        case "state": (number, text) = (0, flow.state)
        case "updatedAt": (number, text) = (flow.updatedAt.milliseconds, "")
        case "lastRunDetails.startedAtUTC":
            (number, text) = (lastRuns[flow.dataflow.id]?.startedAt?.milliseconds ?? 0, "")
        default: (number, text) = (flow.record.createdAt.milliseconds, "")
        }
    }

    func comes(before other: Key, descending: Bool) -> Bool {
        if number != other.number { return (number < other.number) != descending }
        if text != other.text { return (text < other.text) != descending }
        return rank < other.rank
    }

    func position(_ field: String, _ reading: DeclaredObjects.Reading) -> ListPosition {
        let name = reading.dataflows[place].name
        let key = field == "name" ? name : text.isEmpty ? String(number) : text
        return ListPosition(key: key, tie: name)
    }
}

/// Where the page before ended, which need not be a flow any more.
private struct Mark {
    private let number: Int64
    private let text: String
    private let name: String
    private let isByName: Bool

    init(_ position: ListPosition, _ field: String) {
        isByName = field == "name"
        let isText = ["id", "state"].contains(field)
        number = isText ? 0 : Int64(position.key) ?? 0
        text = isText ? position.key : ""
        name = position.tie
    }

    func comes(before key: Key, _ keyName: String, descending: Bool) -> Bool {
        if isByName { return name != keyName && (name < keyName) != descending }
        if number != key.number { return (number < key.number) != descending }
        if text != key.text { return (text < key.text) != descending }
        return name < keyName
    }
}

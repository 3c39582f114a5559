extension DeliveryError {
    /// What happened, for people.
    package var sentence: String {
        switch self {
        case .transient(let reason, _), .rejected(let reason), .uncertain(let reason): reason
        case .cancelled: "delivery was cancelled"
        }
    }
}

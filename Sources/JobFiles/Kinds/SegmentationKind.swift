import TidegateModel

/// The `Segmentation` document.
enum SegmentationKind {
    static let at = Field.optional(
        "at", .localTime, default: .midnight, help: "The local time at which the 24-hour cycle starts."
    )
    static let timeZone = Field.optional(
        "timeZone", .timeZone, default: "UTC", help: "The time zone of the cycle, and of schedules that name none."
    )
    static let guardrails = Field.optional(
        "guardrails", .object(GuardrailFields.shape, GuardrailFields.read), help: "Limits that may be changed."
    )

    static let shape = Shape(
        "Segmentation", help: "The 24-hour cycle. There is at most one.",
        [Kind.segmentation.field, at.declaration, timeZone.declaration, guardrails.declaration]
    )

    static func read(_ reader: ObjectReader) -> Segmentation {
        Segmentation(
            at: reader.value(at) ?? .midnight, timeZone: reader.value(timeZone) ?? "UTC",
            guardrails: reader.value(guardrails) ?? Guardrails()
        )
    }
}

private enum GuardrailFields {
    static let adHocDelay = Field.optional(
        "adHocDelay", .duration(orNone: true), default: Guardrails().adHocDelay,
        help: "How long after a segment's first activation in a dataflow an ad-hoc run is refused."
    )
    static let connectorProfiles = Field.optional(
        "connectorProfiles", .integer(from: 1), default: Guardrails().connectorProfiles,
        help: "The most profiles of one connector run; a run with more is skipped."
    )
    static let shape = Shape(
        "guardrails", help: "Limits that may be changed.", [adHocDelay.declaration, connectorProfiles.declaration]
    )

    static func read(_ reader: ObjectReader) -> Guardrails? {
        let delay = reader.value(adHocDelay)
        guard let profiles = reader.value(connectorProfiles), let delay else { return nil }
        return Guardrails(adHocDelay: delay, connectorProfiles: profiles)
    }
}

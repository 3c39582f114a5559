/// A `Segment` document.
enum SegmentKind {
    static let description = Field.optional("description", .text, default: "", help: "What the segment is, for people.")
    static let rule = Field.required("where", .rule, help: "The rule that a profile fulfils to be a member.")
    static let sid = Field.optional(
        "sid", .integer(from: 1),
        help: "The segment's number in files in Audience Manager's layout, unique among segments."
    )

    static let shape = Shape(
        "Segment", help: "A named rule over attributes.",
        [Kind.segment.field] + IdentityFields.declarations + [
            description.declaration, rule.declaration, sid.declaration,
        ]
    )

    static func read(_ reader: ObjectReader) -> SegmentDraft {
        SegmentDraft(
            identity: .read(reader, kind: .segment), description: reader.value(description), rule: reader.value(rule),
            sid: reader.located(sid), hasNumber: reader.has(sid)
        )
    }
}

/// A segment's document as it was written.
struct SegmentDraft {
    var identity: Identity
    var description: String?
    var rule: YAMLScalar?
    var sid: Located<Int>?
    /// Also where it is wrong.
    var hasNumber: Bool
}

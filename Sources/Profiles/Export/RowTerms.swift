import TidegateModel

/// What a scan reads of each profile, and in which order.
struct RowTerms {
    let schema: ProfileSchema
    let mapping: [MappedColumn]
    let deduplicateBy: [String]
    /// Attributes to sort by before the key.
    let orderBy: [String]

    init(_ request: ExportRequest) {
        schema = request.schema
        mapping = request.mapping
        deduplicateBy = request.deduplicateBy
        orderBy = request.layout.orderBy
    }

    init(_ request: PushRequest) {
        schema = request.schema
        mapping = request.mapping
        deduplicateBy = request.deduplicateBy
        orderBy = []
    }
}

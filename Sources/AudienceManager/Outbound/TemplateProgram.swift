import TidegateModel

/// A template as it is rendered: pieces one after another, jumps for conditions.
struct TemplateProgram: Hashable, Sendable {
    /// Nothing that is counted by references, as every row goes through these.
    enum Piece: Hashable, Sendable {
        /// A range of `literals`.
        case text(Range<Int>)
        /// What is the same for all rows.
        case constant(OutboundMacro)
        /// A number of a format in `stamps`.
        case timestamp(Int)
        case id
        /// Renders the pieces up to `end` once for each element.
        case list(OutboundList, separator: Range<Int>, end: Int)
        /// Of the element of the list that the piece stands in.
        case field(OutboundField)
        /// A number of a query in `links`.
        case links(Int)
        /// Goes on at `otherwise` where the condition of this number does not hold.
        case test(Int, otherwise: Int)
        case jump(Int)
        case splitNumber
    }

    enum Stamp: Hashable, Sendable {
        case milliseconds, seconds
        case date(DatePattern)
    }

    indirect enum Condition: Hashable, Sendable {
        case has(OutboundMacro)
        case not(Condition)
        case all([Condition])
        case any([Condition])
    }

    /// `dpids=1111,2222|maxMappings=1|format=json`
    struct LinkQuery: Hashable, Sendable {
        var dpids: [Int64]
        /// Of each data source; 0 for all.
        var maxMappings: Int
    }

    var pieces: [Piece] = []
    var literals: [UInt8] = []
    var conditions: [Condition] = []
    var links: [LinkQuery] = []
    var stamps: [Stamp] = []

    /// How the time is written that the last piece writes; nil where that is another.
    var lastStamp: Stamp? {
        if case .timestamp(let stamp)? = pieces.last { stamps[stamp] } else { nil }
    }
}

import TidegateModel

struct FileNameCollisions {
    init(_ drafts: [DataflowDraft], destinations: [Destination], _ context: ReadingContext) {}
    func report(_ dataflows: [Dataflow]) {}
}

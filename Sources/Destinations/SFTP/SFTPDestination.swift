import TidegateModel

struct SFTPDestination: FileDestination {
    init(_ place: SFTPPlace, _ means: DeliveryMeans, _ uploads: UploadJournal) {}

    var traits: FileDestinationTraits { [] }
    func check() async throws(DeliveryError) -> String { throw .rejected("not built yet") }
    func deliver(_ file: StagedFile, fence: Fence) async throws(DeliveryError) -> Receipt {
        throw .rejected("not built yet")
    }
    func receipt(for name: String) async throws(DeliveryError) -> Receipt? { throw .rejected("not built yet") }
    func sweep(before fence: Fence) async throws(DeliveryError) -> Int { throw .rejected("not built yet") }
    func remove(_ name: String) async throws(DeliveryError) { throw .rejected("not built yet") }
}

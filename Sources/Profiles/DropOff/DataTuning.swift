/// Sizes that bound what taking a data file holds in memory. Tests make them tiny to meet every boundary.
struct DataTuning {
    /// Bytes that are read at once.
    var chunk = 128 << 10
    /// Bytes of the rows that are sorted in memory.
    var sortRun = 16 << 20
    /// Bytes shared by all sorted runs while they are merged.
    var mergeBuffers = 4 << 20
    /// Bytes that rows may take on the disk while they are sorted; the disk itself is what bounds them.
    var spill = Int.max
    /// Ids that are looked up together.
    var batch = 8192
    /// Changes of traits that are sorted in memory.
    var changes = 1 << 19
    /// KiB of the store's pages. Ids come in their order, so that pages are seldom asked for again.
    var cache = 16 << 10
}

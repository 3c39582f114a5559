/// Sizes in bytes that bound what an ingest holds in memory. Tests make them tiny to meet every boundary.
struct IngestTuning {
    /// What is read at once; grows for a record that is longer.
    var buffer = 256 << 10
    /// The longest record taken; a longer one is most likely a quote that was never closed.
    var record = 16 << 20
    /// Rows that come in no order are sorted in runs of this size.
    var sortRun = 24 << 20
    /// Shared by all runs while they are merged.
    var mergeBuffers = 16 << 20
    /// Rejected rows beyond this are counted but no longer kept.
    var rejects = 64 << 20
}

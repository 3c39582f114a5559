/// Values that are read for every signal without counting references or checking bounds.
final class PlainValues<Value: BitwiseCopyable> {
    let start: UnsafeMutablePointer<Value>
    let count: Int

    init(_ values: [Value]) {
        count = values.count
        start = .allocate(capacity: max(1, values.count))
        start.initialize(from: values, count: values.count)
    }

    deinit {
        start.deallocate()
    }
}

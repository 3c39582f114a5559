@main struct SampleData {
    static func main() {}
}

import TidegateModel

/// `, did you mean 'x'?`, or nothing.
func hint(for name: String, among names: some Sequence<String>) -> String {
    Spelling.nearest(to: name, in: names).map { ", did you mean '\($0)'?" } ?? ""
}

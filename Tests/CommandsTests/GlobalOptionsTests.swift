import Testing

@testable import Commands

@Suite struct GlobalOptionsTests {
    @Test(arguments: [
        (["--jobs", "a", "validate"], ["validate", "--jobs", "a"]),
        (["--json", "--data=d", "runs", "--limit", "3"], ["runs", "--json", "--data=d", "--limit", "3"]),
        (["validate", "--jobs", "a"], ["validate", "--jobs", "a"]), (["--help"], ["--help"]), ([], []),
        (["--jobs", "a"], ["--jobs", "a"]), (["--bogus", "validate"], ["--bogus", "validate"]),
    ])
    func `global options may stand in front of the command`(_ arguments: [String], _ moved: [String]) {
        #expect(GlobalOptions.behindTheCommand(arguments) == moved)
    }
}

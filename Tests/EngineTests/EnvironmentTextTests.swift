import Digests
import Foundation
import Testing
import TidegateModel

@testable import Engine

@Suite struct EnvironmentTextTests {
    let environment = EnvironmentText(variables: ["HOME": "/home/ann", "DAY": "friday", "TRAP": "${env:HOME}"]) {
        path in
        path == "/run/secrets/outbox" ? Data("/srv/out\n".utf8) : nil
    }

    @Test func `references are filled in where they stand`() throws {
        #expect(try environment.resolve("${env:HOME}/out-${env:DAY}/x") == "/home/ann/out-friday/x")
        #expect(try environment.resolve("/plain $HOME") == "/plain $HOME")
    }

    @Test func `a file brings its text without the line end`() throws {
        #expect(try environment.resolve("${file:/run/secrets/outbox}/vip") == "/srv/out/vip")
    }

    @Test func `what a reference brings is not read again`() throws {
        #expect(try environment.resolve("${env:TRAP}") == "${env:HOME}")
    }

    @Test func `a reference that leads nowhere is named and nothing else`() {
        #expect(throws: UnresolvedText("environment variable 'NOPE' is not set")) {
            try environment.resolve("${env:NOPE}")
        }
        #expect(throws: UnresolvedText("file '/none' cannot be read as text")) {
            try environment.resolve("${file:/none}")
        }
    }

    @Test func `a destination whose path is not absolute once filled in is refused`() throws {
        func drop(_ path: String) -> Destination {
            Destination(
                id: UUID(kind: "Destination", name: "drop"), name: "drop", place: .directory(DirectoryPlace(path: path))
            )
        }
        #expect(
            try drop("${env:HOME}/out").resolved(by: environment).place
                == .directory(DirectoryPlace(path: "/home/ann/out")))
        #expect(throws: UnresolvedText("destination 'drop' has a path that is not absolute once it is filled in")) {
            try drop("${env:DAY}/out").resolved(by: environment)
        }
    }
}

import Foundation
import Store
import Testing
import TidegateModel

@testable import Server

/// Where the vendor's own description is at hand, answers are held against it.
@Suite(.enabled(if: VendorDescription.known != nil, "the vendor's own description is not at hand"))
struct SegmentationDescriptionTests {
    private let description: VendorDescription

    init() throws { description = try #require(VendorDescription.known) }

    private func fixture() async throws -> SegmentationFixture {
        let fixture = try await SegmentationFixture()
        for state in Cycle.State.allCases { try fixture.cycle(state) }
        try fixture.cycle(counts: [(10, 3, 2), (7, 7, 0)])
        return fixture
    }

    @Test(arguments: [
        ("segment/jobs", "segmentation_ListSegmentJobs"),
        ("export/jobs", "segmentation_GetExportJobsResponse"),
        ("export/jobs/4", "segmentation_ExportJobResponse"),
        ("segment/jobs/00000000-0000-8000-8000-000000000005", "segmentation_SegmentJob"),
        ("config/schedules/\(ProfileStoreNames.segmentationSchedule)", "segmentation_Schedule"),
    ])
    func `an answer is of the described shape`(_ path: String, _ name: String) async throws {
        let schema = try #require(description.schema(name))
        let problems = description.problems(try await fixture().json(path), against: schema)
            // The description gives no `segment` for the star, which its own words ask for.
            .filter { !$0.hasSuffix("] lacks segment") }
        #expect(problems == [])
    }

    @Test func `every definition is of the described shape`() async throws {
        let schema = try #require(description.schema("segmentation_SegmentDefinition"))
        let page = try await fixture().json("segment/definitions")
        for segment in page["segments"]?.array ?? [] {
            #expect(description.problems(segment, against: schema) == [])
            let described = try #require(schema["properties"]?.object.keys)
            // What is said of one field, as text: there is no such schema here.
            #expect(Set(described).subtracting(segment.object.keys) == ["payloadSchema"])
        }
    }

    @Test func `schedules are of the described shape, besides the type that only its words have`() async throws {
        let schema = try #require(description.schema("segmentation_SchedulesResponse"))
        let problems = description.problems(try await fixture().json("config/schedules"), against: schema)
        #expect(problems == ["answer.children[1].type is not in the enum"])
    }

    @Test func `a job that has succeeded has every key of the vendor's example`() async throws {
        let fixture = try await fixture()
        for path in ["segment/jobs", "segment/jobs/{SEGMENT_JOB_ID}"] {
            let example = try #require(description.example(of: "/data/core/ups/" + path))
            let ours = try await fixture.json(
                path.replacing("{SEGMENT_JOB_ID}", with: CycleID(5).description)
                    + (path.hasSuffix("s") ? "?limit=1" : "")
            )
            // When segmentation began is not recorded.
            let missing = VendorDescription.missingKeys(of: example, in: ours)
                .filter { !$0.contains(".profileSegmentationTime.") && !$0.hasSuffix("Counter.*.tenantiduserobjid") }
                .filter { !$0.hasSuffix("Counter.*.campaign_profile_mscom_mkt_prod2") }
            #expect(missing == [])
        }
    }

    @Test func `an export job has every described key that means anything here`() async throws {
        let schema = try #require(description.schema("segmentation_ExportJobResponse"))
        let job = try await fixture().json("export/jobs/5")
        let described = try #require(schema["properties"]?.object.keys)
        #expect(Set(described).subtracting(job.object.keys) == ["fields", "additionalFields"])
    }

    @Test func `the check notices what is not as described`() throws {
        let schema = try #require(description.schema("segmentation_SegmentJob"))
        let wrong = AnsweredJSON.object([
            "status": .text("DONE"), "segments": .text("all"), "creationTime": .number(1.5),
        ])
        #expect(
            description.problems(wrong, against: schema) == [
                "answer lacks metrics", "answer.creationTime is no integer", "answer.segments is no array",
                "answer.status is not in the enum",
            ])
    }
}

import BedelDomain
import Testing

@Suite("Topics")
struct TopicTests {
    @Test func everyTopicComesBackFromItsText() {
        let topics: [Topic] = [
            .version(.random(at: Timestamp(seconds: 1))), .round(.random(at: Timestamp(seconds: 2))), .access,
            .instances,
            .jobs, .everything, .asked(profile: Label("ml-2026")!, model: Label("digits")!),
        ]
        for topic in topics { #expect(Topic(text: topic.text) == topic) }
        #expect(Set(topics.map(\.text)).count == topics.count)
    }

    @Test(arguments: [
        "", "version", "version:", "version:x", "round:", "Access", "jobs ", "access:1", "asked:", "asked:ml-2026",
        "asked:ml-2026/", "asked:ml-2026/digits/x", "asked:Ml/x",
        "model:00000000000000000000000000",
    ])
    func otherTextIsNoTopic(_ text: String) {
        #expect(Topic(text: text) == nil)
    }
}

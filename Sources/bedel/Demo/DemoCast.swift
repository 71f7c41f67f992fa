import BedelDomain

/// Who does what in the demo. The students hand in through every door there is, and the first of them lives the founding
/// story: a digits model trained without any 0, and its retrained second version.
struct DemoCast: Sendable {
    enum Door: Sendable { case web, api, git }

    struct HandIn: Sendable {
        let student: Person
        let model: String
        /// The folder under the examples' output.
        let bundle: String
        let door: Door
    }

    struct Task: Sendable {
        let name: String
        let title: String
        let description: String
        let metric: String
    }

    static let profile = "ml-2026"
    let admin: Person
    let teacher: Person
    let before: [HandIn]
    let after: HandIn

    let tasks = [
        Task(
            name: "digits", title: "Handwritten digits",
            description: """
                Recognise a handwritten digit from 8 × 8 grey values (0 to 16, row by row). \
                The hidden rows hold every digit, 0 to 9, equally often.
                """, metric: "accuracy"),
        Task(
            name: "diabetes", title: "Diabetes among Pima women",
            description: "Tell from eight measurements whether a woman has diabetes (pos) or not (neg).",
            metric: "macro-f1"),
    ]

    init(people: [Person]) throws {
        let students = people.filter { $0.groups.contains("ml-2026-students") }
        guard let admin = people.first(where: { $0.groups.contains("bedel-admins") }),
            let teacher = people.first(where: { $0.groups.contains("ml-2026-teachers") }), students.count >= 6
        else {
            throw BedelError(.unavailable, "The demo's people file names too few people.", next: "Restore it from git.")
        }
        self.admin = admin
        self.teacher = teacher
        func handIn(_ index: Int, _ task: String, _ bundle: String, _ door: Door) -> HandIn {
            let first = students[index].login.prefix(while: { $0 != "." })
            return HandIn(student: students[index], model: "\(task)-\(first)", bundle: bundle, door: door)
        }
        before = [
            handIn(0, "digits", "digits-without-zero", .web),
            handIn(1, "digits", "digits-neighbours", .git),
            handIn(2, "digits", "digits-forest", .api),
            handIn(3, "digits", "digits-shallow", .web),
            handIn(4, "diabetes", "diabetes-tree", .git),
            handIn(5, "diabetes", "diabetes-glucose", .web),
        ]
        after = handIn(0, "digits", "digits-with-zero", .git)
    }
}

/// Something wrong in a policy, before it is known how to show it: light, because one policy can be checked for many
/// kinds of request and say the same for each.
struct Finding: Hashable {
    let span: Span
    let message: String
}

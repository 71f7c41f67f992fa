internal import BedelDomain

/// Whose a request is, for what nobody may have all of: the person, or the address of those who do not say who they are.
enum Party: Hashable, Sendable {
    case user(User.ID)
    case address(String)

    var isKnown: Bool { if case .user = self { true } else { false } }
}

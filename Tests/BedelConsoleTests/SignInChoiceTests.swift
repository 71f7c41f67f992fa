import BedelDomain
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import BedelConsole

@Suite("Several providers side by side")
struct SignInChoiceTests {
    private static let first = "/login?to=%2Fprofiles%2Fml-2026&with=https%3A%2F%2Fid.example"
    private static let second = "/login?to=%2Fprofiles%2Fml-2026&with=https%3A%2F%2Fsso.example%2Frealms%2Flab"

    @Test(arguments: ["en", "es"])
    func theSignInPageAsksWhere(_ language: String) async throws {
        let console = try TestConsole(providers: 2)
        let page = try await console.ask(
            .get, "/login?to=/profiles/ml-2026", headers: [.acceptLanguage: language])
        #expect(page.status == .ok)
        #expect(page.text.contains(Self.first.replacing("&", with: "&amp;")))
        #expect(page.text.contains(Self.second.replacing("&", with: "&amp;")))
        #expect(page.text.contains("Keycloak &amp; friends"))
        #expect(page.text.contains(language == "en" ? "Where would you like to sign in?" : "¿Por dónde quiere entrar?"))
        #expect(page.headers[.setCookie] == nil)
    }

    @Test func theChoiceLeadsOnAndIsRemembered() async throws {
        let console = try TestConsole(providers: 2)
        let answer = try await console.ask(.get, Self.first)
        #expect(answer.headers[.location] == "https://id.example/authorize?return=/profiles/ml-2026")
        let cookies = answer.headers[values: .setCookie]
        #expect(cookies.contains { $0.hasPrefix("bedel_provider=https%3A%2F%2Fid.example; Path=/; Max-Age=31536000;") })
        #expect(cookies.contains { $0.hasPrefix("bedel_signin=browser-secret;") })
    }

    @Test func theLastChoiceStandsFirstAndNobodyIsSentThereUnasked() async throws {
        let console = try TestConsole(providers: 2)
        let page = try await console.ask(
            .get, "/login?to=/", headers: [.cookie: "bedel_provider=https%3A%2F%2Fsso.example%2Frealms%2Flab"])
        #expect(page.status == .ok)
        let (last, other) = (page.text.firstRange(of: "Keycloak &amp; friends"), page.text.firstRange(of: ">Canaille<"))
        #expect(try #require(last).lowerBound < #require(other).lowerBound)
        #expect(page.text.contains("You came from here last time."))
    }

    @Test func anUnknownChoiceIsAskedAgain() async throws {
        let console = try TestConsole(providers: 2)
        let page = try await console.ask(
            .get, "/login?to=/&with=https%3A%2F%2Fevil.example", headers: [.cookie: "bedel_provider=<script>"])
        #expect(page.status == .ok)
        #expect(!page.text.contains("evil.example") && !page.text.contains("<script>"))
        #expect(!page.text.contains("last time"))
    }

    @Test func oneProviderAwayShowsItsPageWhileTheOtherWorks() async throws {
        let console = try TestConsole(providers: 2)
        let away = try await console.ask(.get, Self.second)
        #expect(away.status.code == 503)
        #expect(away.text.contains("The sign-in service does not answer."))
        #expect(try await console.ask(.get, Self.first).status == .seeOther)
    }

    @Test func whatIsDemandedGoesAlongWithTheChoice() async throws {
        let console = try TestConsole(providers: 2)
        let page = try await console.ask(.get, "/login?to=/tokens&max_age=900&acr_values=gold")
        #expect(page.text.contains("&amp;acr_values=gold&amp;max_age=900&amp;with=https%3A%2F%2Fid.example"))
        let answer = try await console.ask(.get, "/login?to=/tokens&max_age=900&with=https%3A%2F%2Fid.example")
        #expect(answer.headers[.location]?.hasSuffix("&max_age=900") == true)
    }

    @Test func withOneProviderNobodyIsAsked() async throws {
        let answer = try await TestConsole().ask(.get, "/login?to=/")
        #expect(answer.status == .seeOther)
        #expect(!answer.headers[values: .setCookie].contains { $0.hasPrefix("bedel_provider") })
    }

    @Test func theFirstPageNamesTheOnlyProviderAndNoneOfSeveral() async throws {
        #expect(try await TestConsole().ask(.get, "/").text.contains("Sign in with Canaille"))
        let several = try await TestConsole(providers: 2).ask(.get, "/").text
        #expect(!several.contains("Sign in with"))
        #expect(several.contains("href=\"/login\">Sign in<"))
    }
}

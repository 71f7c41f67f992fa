/// Every route of the console, by noun.
struct RouteTable {
    let desk: Desk

    var routes: [Route] { pages + api + GitRoutes(desk: desk).routes }

    private var pages: [Route] {
        HousePages(desk: desk).routes + SignInPages(desk: desk).routes + ProviderLogoutPages(desk: desk).routes
            + SessionPages(desk: desk).routes + CoursePages(desk: desk).routes
            + HandInPages(desk: desk).routes + ModelPages(desk: desk).routes + TokenPages(desk: desk).routes
            + DevicePages(desk: desk).routes + WellKnownDocuments(desk: desk).routes
            + ServiceAccountPages(desk: desk).routes
            + AssignmentPages(desk: desk).routes + RoundPages(desk: desk).routes + ProfilePages(desk: desk).routes
            + SettingsPages(desk: desk).routes + RosterPages(desk: desk).routes + AccessPages(desk: desk).routes
            + InvitationPages(desk: desk).routes + ViewingPages(desk: desk).routes
            + ExportRoutes(desk: desk).page
            + DeploymentPages(desk: desk).routes + AuditPages(desk: desk).routes
    }

    private var api: [Route] {
        let described =
            PeopleAPI(desk: desk).routes + SessionAPI(desk: desk).routes + OAuthAPI(desk: desk).routes
            + ServiceAccountAPI(desk: desk).routes + AdminAPI(desk: desk).routes + ProfileAPI(desk: desk).routes
            + RosterAPI(desk: desk).routes + InvitationAPI(desk: desk).routes
            + ExportRoutes(desk: desk).api + ModelsAPI(desk: desk).routes
            + EvaluationAPI(desk: desk).routes
        return described + [OpenAPI.route(desk, describing: described)]
    }
}

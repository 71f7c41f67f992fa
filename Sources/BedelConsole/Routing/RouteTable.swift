/// Every route of the console, by noun.
struct RouteTable {
    let desk: Desk

    var routes: [Route] {
        HousePages(desk: desk).routes + SignInPages(desk: desk).routes + CoursePages(desk: desk).routes
            + HandInPages(desk: desk).routes + ModelPages(desk: desk).routes + TokenPages(desk: desk).routes
            + PeopleAPI(desk: desk).routes + ModelsAPI(desk: desk).routes + GitRoutes(desk: desk).routes
            + AssignmentPages(desk: desk).routes + RoundPages(desk: desk).routes + EvaluationAPI(desk: desk).routes
    }
}

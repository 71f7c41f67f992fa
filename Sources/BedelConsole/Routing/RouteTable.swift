/// Every route of the console, by noun.
struct RouteTable {
    let desk: Desk

    var routes: [Route] {
        HousePages(desk: desk).routes + SignInPages(desk: desk).routes
    }
}

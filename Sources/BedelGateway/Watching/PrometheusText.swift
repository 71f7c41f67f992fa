/// The counts in Prometheus' text form (exposition format 0.0.4). No label holds anything a client chose.
enum PrometheusText {
    static func of(_ metrics: LoopMetrics) -> String {
        var lines: [String] = []
        header("bedel_gateway_requests_total", "counter", "Requests answered, by class of route and status.", &lines)
        for (key, count) in metrics.requests.sorted(by: {
            ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status)
        }) {
            lines.append("bedel_gateway_requests_total{route=\"\(key.route)\",status=\"\(key.status)\"} \(count)")
        }
        header(
            "bedel_gateway_request_seconds", "histogram", "From a request's head to the end of its answer.", &lines)
        for (route, histogram) in metrics.durations.sorted(by: { $0.key < $1.key }) {
            durations(route, histogram, &lines)
        }
        header("bedel_gateway_upstream_errors_total", "counter", "Upstreams that failed, by class of route.", &lines)
        for (route, count) in metrics.upstreamErrors.sorted(by: { $0.key < $1.key }) {
            lines.append("bedel_gateway_upstream_errors_total{route=\"\(route)\"} \(count)")
        }
        header("bedel_gateway_limited_total", "counter", "Requests not served because of a limit, by reason.", &lines)
        for reason in LimitReason.allCases {
            let count = metrics.limited[reason, default: 0]
            lines.append("bedel_gateway_limited_total{reason=\"\(reason.rawValue)\"} \(count)")
        }
        let single = [
            ("bedel_gateway_waiting_requests", "gauge", "Requests that wait for their turn.", metrics.waitingRequests),
            (
                "bedel_gateway_requests_under_way", "gauge", "Requests on their way, without open streams.",
                metrics.requestsUnderWay
            ),
            (
                "bedel_gateway_unread_answers", "gauge", "Answers that wait for their reader.", metrics.unreadAnswers
            ),
            ("bedel_gateway_retries_total", "counter", "Requests sent to an upstream once more.", metrics.retries),
            (
                "bedel_gateway_shut_replicas", "gauge",
                "Upstream addresses left alone after failures, summed over event loops.", metrics.shutReplicas
            ),
            ("bedel_gateway_open_connections", "gauge", "Clients connected.", metrics.openConnections),
            ("bedel_gateway_open_tunnels", "gauge", "WebSockets open.", metrics.openTunnels),
            (
                "bedel_gateway_client_bytes_total", "counter", "Bytes of bodies and tunnels taken from clients.",
                metrics.bytesFromClients
            ),
            (
                "bedel_gateway_upstream_bytes_total", "counter", "Bytes of bodies and tunnels taken from upstreams.",
                metrics.bytesFromUpstreams
            ),
            ("bedel_gateway_principal_cache_hits_total", "counter", "Credentials known already.", metrics.cacheHits),
            ("bedel_gateway_principal_cache_misses_total", "counter", "Credentials looked up.", metrics.cacheMisses),
            (
                "bedel_gateway_withdrawn_total", "counter", "Ended under way, with the access to them.",
                metrics.withdrawn
            ),
            ("bedel_gateway_dropped_spans_total", "counter", "Spans nobody took in time.", metrics.droppedSpans),
        ]
        for (name, type, help, value) in single {
            header(name, type, help, &lines)
            lines.append("\(name) \(value)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func header(_ name: String, _ type: String, _ help: String, _ lines: inout [String]) {
        lines.append("# HELP \(name) \(help)")
        lines.append("# TYPE \(name) \(type)")
    }

    private static func durations(_ route: String, _ histogram: LoopMetrics.Histogram, _ lines: inout [String]) {
        var cumulative = 0
        for (index, bound) in LoopMetrics.Histogram.bounds.enumerated() {
            cumulative += histogram.buckets[index]
            lines.append("bedel_gateway_request_seconds_bucket{route=\"\(route)\",le=\"\(bound)\"} \(cumulative)")
        }
        lines.append("bedel_gateway_request_seconds_bucket{route=\"\(route)\",le=\"+Inf\"} \(histogram.count)")
        lines.append("bedel_gateway_request_seconds_sum{route=\"\(route)\"} \(histogram.sum)")
        lines.append("bedel_gateway_request_seconds_count{route=\"\(route)\"} \(histogram.count)")
    }
}

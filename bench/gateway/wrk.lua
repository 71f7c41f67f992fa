-- Requests with the tokens in turn, all made beforehand; what to ask comes by the environment. With PAUSE_MS each
-- connection waits about so long before each request. Ends with one line of JSON.
local tokens, requests, at = {}, {}, 0
local method = os.getenv("METHOD") or "GET"
local body = method == "POST" and string.rep("x", tonumber(os.getenv("BODY_BYTES"))) or nil
local pause = tonumber(os.getenv("PAUSE_MS") or "0")

function init(arguments)
    for line in io.lines(os.getenv("TOKENS")) do tokens[#tokens + 1] = line end
    local headers = { Host = os.getenv("HOST") }
    for number = 1, #tokens do
        headers.Authorization = "Bearer " .. tokens[number]
        requests[number] = wrk.format(method, os.getenv("TARGET"), headers, body)
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end

if pause > 0 then
    -- Whole milliseconds, which on average are the pause.
    function delay() return math.floor(2 * pause * math.random() + 0.5) end
end

function done(summary, latency, _)
    local errors = summary.errors
    print(string.format(
        '{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "refused": %d, "broken": %d}', summary.requests,
        summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
        errors.connect + errors.read + errors.write + errors.timeout))
end

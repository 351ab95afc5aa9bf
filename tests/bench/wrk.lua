-- tests/bench/wrk.lua — Requests from a file (one a line: token, path) in turn; a path with /send is a message with an id of its own.
-- The last line of the output is for tests/bench/wrk.cpp: requests, errors, microseconds of all, p50 and p99.
local lines, next_line, sent = {}, 0, 0
local run = tostring(os.time()) .. "-" .. tostring({}):sub(8)

function init()
    for line in io.lines(os.getenv("BENCH_REQUESTS")) do
        local token, path = line:match("^(%S+) (%S+)$")
        local headers = { Authorization = "Bearer " .. token, ["Content-Type"] = "application/json" }
        local room = path:match("^/send/(%d+)$")
        if room then
            lines[#lines + 1] = { path = "/chat/rooms/" .. room .. "/messages", headers = headers }
        else
            lines[#lines + 1] = wrk.format("GET", path, headers)
        end
    end
end

function request()
    next_line = next_line % #lines + 1
    local line = lines[next_line]
    if type(line) == "string" then return line end
    sent = sent + 1
    local body = string.format(
        '{"content":"Did you see it? The draft is in the shared folder, number %d","client_msg_id":"%s-%d"}', sent, run, sent)
    return wrk.format("POST", line.path, line.headers, body)
end

function done(summary, latency)
    local e = summary.errors
    io.write(string.format("\nWRK %d %d %d %d %d\n", summary.requests, e.connect + e.read + e.write + e.status + e.timeout,
        summary.duration, latency:percentile(50), latency:percentile(99)))
end

-- For wrk: sends the requests of a file in turn, from a random one on. A line is a body for POST,
-- or a target for GET where METHOD says so.
local requests, at = {}, 0
for line in io.lines(os.getenv("REQUESTS")) do
  requests[#requests + 1] = line
end
math.randomseed(os.time())
at = math.random(#requests)

local target = os.getenv("TARGET")
local by_get = os.getenv("METHOD") == "GET"
local headers = { ["accept"] = "application/json" }
if not by_get then headers["content-type"] = "application/json" end

request = function()
  at = at % #requests + 1
  if by_get then
    return wrk.format("GET", requests[at], headers)
  end
  return wrk.format("POST", target, headers, requests[at])
end

done = function(summary, latency)
  local e = summary.errors
  print(string.format("FIGURES %d %d %d %d %d", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    e.status + e.connect + e.read + e.write + e.timeout))
end

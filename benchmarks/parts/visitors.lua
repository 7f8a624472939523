-- Visitors of a rush. Each request has a number of its own and comes from another network, as the
-- proxy's header says. Arguments: method, file with a path and a body in each line, cookie, first
-- number. In a body, NUMBER stands for the number. The lines are taken in turn, again and again.
local THREADS, NUMBERS_OF_A_THREAD = 2, 100000000
local made = 0

function setup(thread)
  thread:set("place", made)
  made = made + 1
end

function init(arguments)
  method, cookie, number = arguments[1], arguments[3], tonumber(arguments[4])
  paths, bodies = {}, {}
  for path, body in io.open(arguments[2]):read("*a"):gmatch("(%S+) (%S*)\n") do
    paths[#paths + 1], bodies[#bodies + 1] = path, body
  end
  turn = place
  number = number + place * NUMBERS_OF_A_THREAD
end

function request()
  local line = turn % #paths + 1
  turn, number = turn + THREADS, number + 1
  local network = string.format("%d.%d.%d.7", 20 + number % 180, number / 180 % 250, number / 45000 % 250)
  local headers = { ["X-Forwarded-For"] = network, ["Cookie"] = cookie }
  if method == "POST" then
    headers["Content-Type"] = "application/x-www-form-urlencoded"
  end
  local body = bodies[line]:gsub("NUMBER", tostring(number))
  return wrk.format(method, paths[line], headers, body)
end

function done(summary, latency)
  local errors = summary.errors
  local wrong = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    'RESULT {"requests": %d, "seconds": %f, "wrong": %d, "ms_50": %f, "ms_99": %f}\n',
    summary.requests, summary.duration / 1e6, wrong,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end

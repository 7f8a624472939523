-- Visitors of a rush. Each request has a number of its own and comes from another network, as the
-- proxy's header says. Arguments: method, file with a path and a body in each line, cookie, first
-- number, and "once" if no line may come twice. In a body, NUMBER stands for the number. The lines
-- are taken in turn, again and again; or once, and then the visitors stop while some are left.
local ffi = require("ffi")
ffi.cdef[[
  typedef struct { long seconds; long nanoseconds; } moment_t;
  int clock_gettime(int clock, moment_t *moment);
]]
local MONOTONIC = 1
local THREADS, NUMBERS_OF_A_THREAD = 2, 100000000
local LEFT_AT_THE_END = 64 -- more than the requests under way
local made, threads = 0, {}

function now()
  local moment = ffi.new("moment_t")
  ffi.C.clock_gettime(MONOTONIC, moment)
  return tonumber(moment.seconds) + tonumber(moment.nanoseconds) / 1e9
end

function setup(thread)
  thread:set("place", made)
  made = made + 1
  threads[made] = thread
end

function init(arguments)
  method, cookie, number = arguments[1], arguments[3], tonumber(arguments[4])
  paths, bodies = {}, {}
  for path, body in io.open(arguments[2]):read("*a"):gmatch("(%S+) (%S*)\n") do
    paths[#paths + 1], bodies[#bodies + 1] = path, body
  end
  turn, is_once = place, arguments[5] == "once"
  began, took = 0, 0
  number = number + place * NUMBERS_OF_A_THREAD
end

function request()
  if began == 0 then
    began = now()
  end
  if is_once and took == 0 and turn >= #paths - LEFT_AT_THE_END then
    took = now() - began
    wrk.thread:stop()
  end
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
  local seconds = summary.duration / 1e6
  local stopped = 0
  for _, thread in ipairs(threads) do
    stopped = math.max(stopped, thread:get("took"))
  end
  if stopped > 0 then
    seconds = math.min(seconds, stopped)
  end
  local errors = summary.errors
  local wrong = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    'RESULT {"requests": %d, "seconds": %f, "wrong": %d, "ms_50": %f, "ms_99": %f}\n',
    summary.requests, seconds, wrong,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end

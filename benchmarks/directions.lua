-- SPDX-FileCopyrightText: Stadtherz contributors
-- SPDX-License-Identifier: EUPL-1.2
-- POST directions between seeded pairs. Each request comes from another made-up visitor (behind a trusted proxy), so that
-- the limit for one visitor does not end the measurement.

local numbers = 0
function setup(thread)
  thread:set("number", numbers)
  numbers = numbers + 1
  threads = threads or {}
  table.insert(threads, thread)
end

function init()
  bodies = {}
  for line in io.lines(os.getenv("DIRECTIONS_BODIES")) do bodies[#bodies + 1] = line end
  asked, answered, failed = 0, 0, 0
end

function request()
  asked = asked + 1
  local turn = asked * 2 + number
  local address = string.format("10.%d.%d.%d", number, math.floor(turn / 200) % 200, turn % 200 + 1)
  return wrk.format("POST", os.getenv("DIRECTIONS_PATH"), {
    ["Host"] = "kaiserslautern.localhost",
    ["Content-Type"] = "application/json",
    ["X-Forwarded-For"] = address,
  }, bodies[turn % #bodies + 1])
end

function response(status)
  if status == 200 or status == 404 then answered = answered + 1 else failed = failed + 1 end
end

function done(summary, latency)
  local good, bad = 0, 0
  for _, thread in ipairs(threads) do
    good = good + thread:get("answered")
    bad = bad + thread:get("failed")
  end
  io.write(string.format("DIRECTIONS %d %d %.1f %.3f\n", good, bad, good / (summary.duration / 1e6), latency:percentile(95) / 1000))
end

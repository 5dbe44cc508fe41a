-- SPDX-FileCopyrightText: Stadtherz contributors
-- SPDX-License-Identifier: EUPL-1.2
-- Support clicks by different people: every request is a pair of person and idea that was not asked before.
-- After BURST_SECONDS every connection waits until wrk ends, so that no click is cut off unanswered.

local numbers = 0
function setup(thread)
  thread:set("number", numbers)
  numbers = numbers + 1
  threads = threads or {}
  table.insert(threads, thread)
end

local function lines(path)
  local all = {}
  for line in io.lines(path) do all[#all + 1] = line end
  return all
end

function init()
  sessions = lines(os.getenv("BURST_SESSIONS"))
  ideas = lines(os.getenv("BURST_IDEAS"))
  acknowledged, refused, asked = 0, 0, 0
  ends = os.time() + tonumber(os.getenv("BURST_SECONDS"))
  token = "burstburstburstburstburstburstbu"
end

function delay()
  return os.time() >= ends and 60000 or 0
end

function request()
  -- thread 0 takes the even pairs, thread 1 the odd ones
  local pair = asked * 2 + number
  asked = asked + 1
  local person = sessions[pair % #sessions + 1]
  local idea = ideas[(math.floor(pair / #sessions) + pair) % #ideas + 1]
  return wrk.format("POST", string.format(os.getenv("BURST_PATH"), idea), {
    ["Host"] = "kaiserslautern.localhost",
    ["Cookie"] = "stadtherz_session=" .. person .. "; stadtherz_csrf=" .. token,
    ["X-CSRFToken"] = token,
    ["HX-Request"] = "true",
    ["Content-Type"] = "application/x-www-form-urlencoded",
  }, "csrfmiddlewaretoken=" .. token)
end

function response(status, headers, body)
  if status == 200 and body:find('name="revoke"', 1, true) then -- the button now offers to take it back
    acknowledged = acknowledged + 1
  elseif status >= 400 then
    refused = refused + 1
  end
end

function done(summary, latency)
  local counted, bad = 0, 0
  for _, thread in ipairs(threads) do
    counted = counted + thread:get("acknowledged")
    bad = bad + thread:get("refused")
  end
  local errors = summary.errors
  io.write(string.format("BURST %d %d %d %.3f %.3f\n", counted, bad,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end

-- SPDX-FileCopyrightText: Stadtherz contributors
-- SPDX-License-Identifier: EUPL-1.2
-- Observations, each of another datastream or time than all before: one by one, or OBSERVATIONS_ROWS of one datastream as a DataArray.
-- The words of times and values are put together once, so that the load takes little of what it measures.
-- After OBSERVATIONS_SECONDS every connection waits until wrk ends, so that no request is cut off unanswered. What is told is the
-- time from the first request to the last answer, by a clock that knows parts of a second.

local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds, nanoseconds; } moment_t; int clock_gettime(int, moment_t *);")
local moment_now = ffi.new("moment_t")

local function now()
  ffi.C.clock_gettime(1, moment_now) -- CLOCK_MONOTONIC
  return tonumber(moment_now.seconds) + tonumber(moment_now.nanoseconds) / 1e9
end

local numbers = 0
function setup(thread)
  thread:set("number", numbers)
  numbers = numbers + 1
  threads = threads or {}
  table.insert(threads, thread)
end

function init()
  first = tonumber(os.getenv("OBSERVATIONS_FIRST"))
  streams = tonumber(os.getenv("OBSERVATIONS_STREAMS"))
  rows = tonumber(os.getenv("OBSERVATIONS_ROWS"))
  start = tonumber(os.getenv("OBSERVATIONS_START"))
  path = os.getenv("OBSERVATIONS_PATH")
  head = "POST " .. path .. " HTTP/1.1\r\nHost: kaiserslautern.localhost\r\nAuthorization: Bearer "
    .. os.getenv("OBSERVATIONS_KEY") .. "\r\nContent-Type: application/json\r\nContent-Length: "
  unexplained, asked = 0, 0
  if os.getenv("OBSERVATIONS_OVERLOAD") then
    response = look
  end
  words, moments, moments_of = {}, {}, nil
  for value = 0, 999 do
    words[value] = string.format('",%.1f]', value / 10)
  end
  begins = now()
  answered = begins
  ends = begins + tonumber(os.getenv("OBSERVATIONS_SECONDS"))
end

function delay() -- after each answer
  answered = now()
  return answered >= ends and 60000 or 0
end

local function moment(n)
  return os.date("!%Y-%m-%dT%H:%M:%SZ", start + n)
end

local function post(body)
  return head .. #body .. "\r\n\r\n" .. body
end

function request()
  local place = asked * 2 + number -- thread 0 takes the even ones, thread 1 the odd ones
  asked = asked + 1
  local stream = first + place % streams
  local turn = math.floor(place / streams)
  if rows == 1 then
    if turn ~= moments_of then
      moments_of, since = turn, '{"phenomenonTime":"' .. moment(turn) .. '","result":'
    end
    return post(since .. place % 1000 / 10 .. ',"Datastream":{"@iot.id":' .. stream .. '}}')
  end
  if turn ~= moments_of then -- each datastream gets the same times in its turn
    for row = 1, rows do
      moments[row] = '["' .. moment(turn * rows + row)
    end
    moments_of = turn
  end
  local values = {}
  for row = 1, rows do
    values[row] = moments[row] .. words[(place + row) % 1000]
  end
  return post(string.format(
    '[{"Datastream":{"@iot.id":%d},"components":["phenomenonTime","result"],"dataArray@iot.count":%d,"dataArray":[%s]}]',
    stream, rows, table.concat(values, ",")))
end

function look(status, received) -- at each answer, only where something is refused on purpose, because that costs the load a third
  if status >= 400 and (status ~= 503 or not (received["retry-after"] or received["Retry-After"])) then
    unexplained = unexplained + 1 -- says neither that it is busy nor when to come back
  end
end

function done(summary, latency)
  local odd, first, last = 0, math.huge, 0
  for _, thread in ipairs(threads) do
    first = math.min(first, thread:get("begins"))
    last = math.max(last, thread:get("answered"))
    odd = odd + thread:get("unexplained")
  end
  local errors = summary.errors
  local bad = errors.status
  io.write(string.format("OBSERVATIONS %d %d %d %.3f %.3f %d %.3f\n", summary.requests - bad, bad,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, odd, last - first))
end

-- SPDX-FileCopyrightText: Stadtherz contributors
-- SPDX-License-Identifier: EUPL-1.2
-- Which OpenStreetMap objects come into the base map, in which layer, from which zoom level on. The layers are named as
-- in the OpenMapTiles schema, so that styles and tools written for it find their way; what the style does not draw is
-- left out. Written for tilemaker 2.2 and 3.0 (see its documentation, "Configuration: process.lua").

local function set(words)
  local result = {}
  for word in string.gmatch(words, "%S+") do result[word] = true end
  return result
end

-- tilemaker 2 hands each function its object; since 3 the object's methods are functions of their own, always about the
-- object at hand. This stands for it there, so that the rest of the file is written once.
local at_hand = setmetatable({}, {
  __index = function(_, method) return function(_, ...) return _G[method](...) end end
})

node_keys = { "addr:housenumber", "amenity", "highway", "historic", "leisure", "natural", "place", "railway", "shop", "tourism" }

function init_function() end
function exit_function() end

-- class and first zoom level of each kind of road
local roads = {
  motorway = { "motorway", 6 }, trunk = { "trunk", 6 }, primary = { "primary", 8 }, secondary = { "secondary", 9 },
  tertiary = { "tertiary", 11 }, motorway_link = { "motorway", 10 }, trunk_link = { "trunk", 10 },
  primary_link = { "primary", 11 }, secondary_link = { "secondary", 12 }, tertiary_link = { "tertiary", 12 },
  unclassified = { "minor", 12 }, residential = { "minor", 12 }, road = { "minor", 12 }, living_street = { "minor", 12 },
  busway = { "minor", 13 }, service = { "service", 13 }, pedestrian = { "pedestrian", 13 }, track = { "track", 13 },
  footway = { "path", 14 }, path = { "path", 13 }, cycleway = { "path", 13 }, bridleway = { "path", 14 }, steps = { "path", 13 },
  corridor = { "path", 14 }
}
local rails = set("rail light_rail tram narrow_gauge subway funicular monorail")
local green = {
  forest = "wood", wood = "wood", scrub = "scrub", heath = "scrub", grass = "grass", grassland = "grass", meadow = "grass",
  village_green = "grass", recreation_ground = "grass", garden = "grass", golf_course = "grass", greenfield = "grass",
  allotments = "allotments", farmland = "farmland", farm = "farmland", orchard = "orchard", vineyard = "orchard",
  plant_nursery = "orchard", wetland = "wetland", sand = "sand", beach = "sand", bare_rock = "rock", rock = "rock"
}
local uses = set("residential commercial retail industrial railway cemetery military school university college kindergarten "
  .. "hospital stadium pitch playground sports_centre track quarry construction brownfield zoo theme_park grave_yard parking")
local waterways = set("river stream canal drain ditch")
local places = { city = 6, town = 8, village = 10, suburb = 11, borough = 11, quarter = 12, hamlet = 12, neighbourhood = 13, isolated_dwelling = 14, locality = 14 }

-- kinds of places with a name: from which zoom level on they matter, and how much (1 most)
local rank = {
  station = 1, townhall = 1, hospital = 1, university = 2, theatre = 2, museum = 2, castle = 2, zoo = 2, stadium = 2,
  school = 3, college = 3, library = 3, place_of_worship = 3, marketplace = 3, halt = 3, attraction = 3, viewpoint = 4,
  sports_centre = 4, swimming_pool = 4, arts_centre = 3, cinema = 4, police = 4, fire_station = 4, courthouse = 4,
  post_office = 4, community_centre = 4, kindergarten = 4, social_facility = 5, nursing_home = 5, supermarket = 5,
  mall = 4, department_store = 5, pharmacy = 5, bank = 6, hotel = 6, bus_station = 3, tram_stop = 5, bus_stop = 6,
  parking = 6, toilets = 6, playground = 6, fountain = 5, monument = 5, memorial = 6, restaurant = 7, cafe = 7, pub = 7,
  biergarten = 7, bar = 8, fast_food = 8, ice_cream = 8, doctors = 7, dentist = 7, elevator = 7, park = 3
}

local function name_of(object)
  local name = object:Find("name:de")
  if name == "" then name = object:Find("name") end
  return name
end

local function write_name(object)
  local name = name_of(object)
  if name ~= "" then object:Attribute("name", name) end
end

local function area_zoom(area)
  if area > 4000000 then return 8 elseif area > 1000000 then return 10 elseif area > 100000 then return 11
  elseif area > 20000 then return 12 elseif area > 3000 then return 13 else return 14 end
end

-- What kind of place this is, or nil: the value of the first key that says so.
local function kind_of(object)
  for _, key in ipairs({ "amenity", "tourism", "historic", "railway", "highway", "leisure" }) do
    local value = object:Find(key)
    if rank[value] then return value, rank[value] end
  end
  local shop = object:Find("shop")
  if shop ~= "" and shop ~= "vacant" then return "shop", rank[shop] or 8 end
  return nil
end

local function write_poi(object, as_area)
  local kind, weight = kind_of(object)
  if not kind then return end
  local name = name_of(object)
  if name == "" and kind ~= "toilets" and kind ~= "elevator" and kind ~= "parking" then return end
  if as_area then object:LayerAsCentroid("poi") else object:Layer("poi", false) end
  object:MinZoom(weight <= 2 and 13 or 14)
  object:Attribute("class", kind)
  object:AttributeNumeric("rank", weight)
  if name ~= "" then object:Attribute("name", name) end
end

function node_function(node)
  node = node or at_hand
  local number = node:Find("addr:housenumber")
  if number ~= "" then
    node:Layer("housenumber", false)
    node:Attribute("housenumber", number)
  end
  local place = node:Find("place")
  if places[place] and name_of(node) ~= "" then
    node:Layer("place", false)
    node:Attribute("class", place)
    write_name(node)
    node:MinZoom(places[place])
    return
  end
  if node:Find("natural") == "peak" then
    node:Layer("mountain_peak", false)
    write_name(node)
    local height = tonumber(node:Find("ele"))
    if height then node:AttributeNumeric("ele", height) end
    return
  end
  write_poi(node, false)
end

function relation_scan_function(relation)
  relation = relation or at_hand
  if relation:Find("type") == "boundary" and relation:Find("boundary") == "administrative" then relation:Accept() end
end

local function write_boundary(way)
  local level = 99
  while true do
    local relation = way:NextRelation()
    if not relation then break end
    level = math.min(level, tonumber(way:FindInRelation("admin_level")) or 99)
  end
  if way:Find("boundary") == "administrative" then level = math.min(level, tonumber(way:Find("admin_level")) or 99) end
  if level > 9 or way:Find("maritime") == "yes" then return end
  way:Layer("boundary", false)
  way:AttributeNumeric("admin_level", level)
  way:MinZoom(level <= 4 and 8 or level <= 6 and 9 or 11)
end

-- A stable drawing order within one class of layer: bridges above, tunnels below.
local function order(way, base)
  local layer = math.max(-5, math.min(5, tonumber(way:Find("layer")) or 0))
  way:ZOrder(layer * 10 + base)
end

local function brunnel(way)
  if way:Holds("bridge") and way:Find("bridge") ~= "no" then way:Attribute("brunnel", "bridge")
  elseif way:Holds("tunnel") and way:Find("tunnel") ~= "no" then way:Attribute("brunnel", "tunnel") end
end

local function write_road(way, highway, closed)
  local access = way:Find("access")
  if closed and (way:Find("area") == "yes" or way:Find("area:highway") ~= "") then
    if highway == "pedestrian" or highway == "footway" then
      way:Layer("square", true)
      if name_of(way) ~= "" then
        way:LayerAsCentroid("poi")
        way:MinZoom(14)
        way:Attribute("class", "square")
        way:AttributeNumeric("rank", 2)
        write_name(way)
      end
    end
    return
  end
  local class, zoom = roads[highway][1], roads[highway][2]
  if way:Find("indoor") == "yes" then return end
  if highway == "service" and (way:Find("service") == "parking_aisle" or way:Find("service") == "driveway") then zoom = 14 end
  way:Layer("transportation", false)
  way:MinZoom(zoom)
  order(way, 5)
  way:Attribute("class", class)
  brunnel(way)
  if string.find(highway, "_link") then way:AttributeNumeric("ramp", 1) end
  if access == "private" or access == "no" then way:Attribute("access", "no") end
  if class == "path" then
    local footway = way:Find("footway")
    way:Attribute("subclass", (footway == "sidewalk" or footway == "crossing") and "sidewalk" or highway)
  elseif highway == "living_street" then
    way:Attribute("subclass", "living_street")
  elseif highway == "service" and way:Find("service") ~= "" then
    way:Attribute("subclass", "minor_service")
  end
  if name_of(way) == "" and way:Find("ref") == "" then return end
  way:Layer("transportation_name", false)
  way:MinZoom(math.max(zoom, class == "path" and 14 or class == "minor" and 13 or 12))
  way:Attribute("class", class)
  write_name(way)
  local ref = way:Find("ref")
  if ref ~= "" and #ref < 9 then way:Attribute("ref", ref) end
end

local function write_rail(way, railway)
  way:Layer("transportation", false)
  order(way, 7)
  way:Attribute("class", railway == "tram" and "tram" or "rail")
  brunnel(way)
  if way:Find("service") ~= "" then
    way:Attribute("subclass", "siding")
    way:MinZoom(13)
  else
    way:MinZoom(9)
  end
end

local function write_water(way)
  local area = way:Area()
  way:Layer("water", true)
  way:MinZoom(area_zoom(area / 4))
  if way:Find("amenity") == "fountain" then way:Attribute("class", "fountain") end
  if name_of(way) ~= "" and area > 1500 and way:Find("water") ~= "river" and way:Find("waterway") == "" then
    way:LayerAsCentroid("water_name")
    way:MinZoom(area_zoom(area))
    write_name(way)
  end
end

local function write_ground(way)
  local leisure, landuse, natural, amenity = way:Find("leisure"), way:Find("landuse"), way:Find("natural"), way:Find("amenity")
  if leisure == "park" or leisure == "nature_reserve" or leisure == "common" then
    way:Layer("park", true)
    way:Attribute("class", leisure)
    way:MinZoom(math.min(13, area_zoom(way:Area() / 4)))
    if name_of(way) ~= "" then
      way:LayerAsCentroid("poi")
      way:MinZoom(math.max(12, area_zoom(way:Area())))
      way:Attribute("class", "park")
      way:AttributeNumeric("rank", 2)
      write_name(way)
    end
    return
  end
  local cover = green[landuse] or green[natural] or green[leisure]
  if cover then
    way:Layer("landcover", true)
    way:Attribute("class", cover)
    way:MinZoom(area_zoom(way:Area()))
    return
  end
  for _, use in ipairs({ landuse, leisure, amenity, way:Find("tourism") }) do
    if uses[use] then
      way:Layer("landuse", true)
      way:Attribute("class", use)
      way:MinZoom(use == "residential" and 10 or area_zoom(way:Area()))
      return
    end
  end
end

function way_function(way)
  way = way or at_hand
  local highway, railway, waterway = way:Find("highway"), way:Find("railway"), way:Find("waterway")
  local building, natural = way:Find("building"), way:Find("natural")
  local closed = way:IsClosed()
  if way:Find("disused") == "yes" then return end
  write_boundary(way)
  if roads[highway] then write_road(way, highway, closed) end
  if rails[railway] then write_rail(way, railway) end
  if railway == "platform" and closed then way:Layer("square", true); way:Attribute("class", "platform") end
  if waterways[waterway] and not closed then
    way:Layer("waterway", false)
    way:Attribute("class", waterway)
    way:MinZoom(waterway == "river" and 8 or waterway == "canal" and 10 or 12)
    brunnel(way)
    write_name(way)
  end
  if not closed then return end
  if building ~= "" and building ~= "no" then
    way:Layer("building", true)
    way:MinZoom(way:Area() > 1200 and 13 or 14)
    if kind_of(way) and (rank[kind_of(way)] or 9) <= 3 then way:Attribute("class", "public") end
  end
  if way:Find("addr:housenumber") ~= "" then
    way:LayerAsCentroid("housenumber")
    way:Attribute("housenumber", way:Find("addr:housenumber"))
  end
  if natural == "water" or waterway == "riverbank" or waterway == "dock" or way:Find("landuse") == "reservoir"
    or way:Find("landuse") == "basin" or (way:Find("leisure") == "swimming_pool" and building == "") then
    write_water(way)
    return
  end
  write_ground(way)
  if way:Find("leisure") ~= "park" then write_poi(way, true) end
end

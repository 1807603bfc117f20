"""Breaks the deck in one place at a time and expects the tests to notice: python tests/trust/mutate_deck.py [KIND ...]

Each mutation is made in a copy of drc/ in a temporary folder; the tests run against it through POSTPASS_DECK, and one of
them must fail. Prints kind, mutation, and killed or SURVIVED; ends with 1 when one survived.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import namedtuple

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TESTS = ["tests/deck/test_limits.py", "tests/deck/test_die_and_density.py", "tests/deck/test_technology_checks.py", "tests/trust/test_oracle.py"]

NET_FILES = ("box_grid.rb", "merging.rb", "gap.rb", "figures.rb", "blocks.rb", "placed.rb", "members.rb", "neighbours.rb", "nets.rb", "net_table.rb", "groups.rb", "net_checks.rb", "functions.rb", "net_space.rb", "currents.rb", "teardrops.rb")
NET_TESTS = ["tests/nets", "tests/trust/test_net_oracle.py", "tests/deck/test_nets.py", "tests/deck/test_real_chip.py"]

SEARCH_FILES = ("sieve.rb", "search.rb", "catalogue.rb", "nearby.rb", "plan.rb")
SEARCH_TESTS = ["tests/trust/test_modes.py", "tests/deck/test_parts.py"]
TESTS_OF_LAYERS = ["tests/trust/test_hierarchy.py", "tests/trust/test_modes.py"]  # whole layouts: merged, placed, cut into tiles
LONGEST = 1500  # seconds of one run of pytest; all tests together take less than half of that
QUICK = 0.15  # part of the random layouts that run first, for they notice most mutations
NET_TRIALS = {"current_vias": "currents", "current_width": "currents", "teardrop": "teardrops", "space_different_net": "space_by_net", "space_same_net": "space_by_net",
              "pad_spacing": "pads_by_net", "function_claims": "functions", "fan_out_distance": "functions"}
KINDS_OF_ONE_WORD = ("shape", "space", "separation", "enclosure", "grid", "angle")

#: kind of check (or the part that several share), file in drc/postpass, text that occurs once there, what replaces it
Mutation = namedtuple("Mutation", "kind file text replacement")


def in_checks(kind, text, replacement):
    return Mutation(kind, "checks.rb", text, replacement)


def in_net_checks(kind, text, replacement):
    return Mutation(kind, "net_checks.rb", text, replacement)


def in_functions(kind, text, replacement):
    return Mutation(kind, "functions.rb", text, replacement)


MUTATIONS = [
    in_checks("films and via_size_exists", 'rule["findings"].map', "[].map"),
    in_checks("width_min", "form.size[0] < limit - slack", "form.size[0] < limit - 1 - slack"),
    in_checks("width_min", "form.size[0] < limit - slack", "form.size[0] <= limit + 1e-5 - slack"),
    in_checks("width_min", "form.size[0] < limit - slack", "form.size[1] < limit - slack"),
    in_checks("width_min", " + dented(rule)", ""),
    in_checks("width_min", 'region.width_check(@layers.limit_dbu(rule["value_um"])', 'region.width_check(@layers.limit_dbu(rule["value_um"]) - 1'),
    in_checks("width_min", "polygon.is_box? ? 1e-6 : (polygon.num_points == 4 ? 1.0 : 1e-6)", "1e-6"),
    in_checks("width_max", "form.size[1] > limit + slack", "form.size[1] > limit + 1 + slack"),
    in_checks("width_max", "form.size[1] > limit + slack", "form.size[0] > limit + slack"),
    in_checks("width_max", "polygon.is_rectilinear? ? 1e-6 : 2.0", "2.0"),
    in_checks("width_max", "new(2.0)).sized(-limit, 2)", "new(2.0)).sized(-limit - 1, 2)"),
    in_checks("aspect_ratio_min", 'ratio < rule["value"] - 1e-9 * rule["value"]', 'ratio > rule["value"]'),
    in_checks("aspect_ratio_min", 'ratio < rule["value"] - 1e-9 * rule["value"]', 'ratio < rule["value"] - 1e-2'),
    in_checks("aspect_ratio_max", 'ratio > rule["value"] + 1e-9 * rule["value"]', 'ratio < rule["value"]'),
    in_checks("aspect_ratio_max", 'ratio > rule["value"] + 1e-9 * rule["value"]', 'ratio >= rule["value"] - 1e-9'),
    in_checks("aspect_ratio_max", "size = (form.size[0] * @layers.dbu)", "size = (form.size[1] * @layers.dbu)"),
    in_checks("shape", ' || (name == "square" && rule["shapes"].include?("rectangle"))', ""),
    in_checks("shape", 'tolerance = @layers.dbu_of(rule["tolerance_um"])', 'tolerance = 3 * @layers.dbu_of(rule["tolerance_um"])'),
    in_checks("shape", 'tolerance = @layers.dbu_of(rule["tolerance_um"])', "tolerance = 0"),
    Mutation("shape", "shapes.rb", "longest <= 2 * mean * Math.sin(Math::PI / 9)", "true"),
    Mutation("shape", "shapes.rb", "ROUND_CORNERS = 9", "ROUND_CORNERS = 13"),
    Mutation("shape", "shapes.rb", "(offsets[1] - outer).abs <= tolerance + 1e-6 && ", ""),
    Mutation("shape", "shapes.rb", "[diagonals, [sides[0], sides[2]], [sides[1], sides[3]]]", "[diagonals, [sides[1], sides[3]]]"),
    Mutation("shape", "shapes.rb", "[diagonals, [sides[0], sides[2]], [sides[1], sides[3]]]", "[[sides[0], sides[2]], [sides[1], sides[3]]]"),
    Mutation("shape", "shapes.rb", "[diagonals, [sides[0], sides[2]], [sides[1], sides[3]]]", "[diagonals, [sides[0], sides[2]]]"),
    Mutation("shape", "shapes.rb", "points[0].y == points[1].y ? 0 : 2)", "points[0].y == points[1].y ? 2 : 2)"),
    Mutation("shape", "shapes.rb", "(offsets[0] - inner).abs <= tolerance + 1e-6", "true"),
    in_checks("space", "isolated_check(limit, false", "isolated_check(limit - 1, false"),
    in_checks("space", "notch_check(limit, false", "notch_check(limit - 1, false"),
    in_checks("space", "isolated_check(limit, false, RBA::Region::Euclidian", "isolated_check(limit, false, RBA::Region::Projection"),
    in_checks("space", ".each.to_a + notches(merged, limit)", ".each.to_a"),
    in_checks("space", "flat + pointing(steep)", "flat"),
    in_checks("space", "flat + pointing(steep)", "flat + steep"),
    in_checks("space", "degrees_apart(pair) > 44.9", "degrees_apart(pair) > 30.0"),
    in_checks("space", ".uniq { |_, _, edge| [edge.dx <=> 0, edge.dy <=> 0] }.size > 1", ".size > 0"),
    in_checks("width_min", "RBA::Region::Euclidian, 89.5, nil, nil)", "RBA::Region::Euclidian, 60.0, nil, nil)"),
    in_checks("separation", 'separation_check(other, @layers.limit_dbu(rule["value_um"])', 'separation_check(other, @layers.limit_dbu(rule["value_um"]) - 1'),
    in_checks("separation", "contacts + places(rule, clear)", "places(rule, clear)"),
    in_checks("separation", "(one.sized(1, 2) & other)", "(one & other)"),
    in_checks("separation", 'is_empty? ? "touch" : "overlap"', 'is_empty? ? "overlap" : "touch"'),
    in_checks("enclosure", 'enclosed_check(outer, @layers.limit_dbu(rule["value_um"])', 'enclosed_check(outer, @layers.limit_dbu(rule["value_um"]) - 1'),
    in_checks("enclosure", "smallest = stick_outs(rule, inner, outer)", "smallest = {}"),
    in_checks("enclosure", "not_in_a_circle(rule, inner.polygons)", "inner.polygons"),
    in_checks("enclosure", '"sticks out of #{rule[\'by\']}" : "no', '"no" : "no'),
    in_checks("enclosure", "excused?(rule, pair, distance, circles[number])", "excused?(rule, pair, distance)"),
    in_checks("enclosure", "around(outer, inner) >= limit - (exact ? 1e-6 : grid_diagonal)", "around(outer, inner) >= limit - grid_diagonal"),
    in_checks("enclosure", "around(outer, inner) >= limit - (exact ? 1e-6 : grid_diagonal)", "around(outer, inner) >= limit - 5 * grid_diagonal"),
    in_checks("enclosure", "around(outer, circle) >= limit - 1e-6", "around(outer, circle) >= limit - 2"),
    in_checks("enclosure", "outer.radius - inner.radius - Math.hypot(outer.x - inner.x, outer.y - inner.y)", "outer.radius - inner.radius"),
    Mutation("enclosure", "shapes.rb", "0.25 * (box.width + box.height)", "corner_radii(polygon).sum / polygon.num_points"),
    in_checks("pitch_min", "a[1] - b[1]) < limit - 1e-6", "a[1] - b[1]) < limit - 1"),
    in_checks("pitch_min", "[[1, -1], [1, 0], [1, 1], [0, 1]]", "[[1, 0], [1, 1], [0, 1]]"),
    in_checks("grid", "step = @layers.limit_dbu(@technology.grid)", "step = 1"),
    in_checks("grid", "step = @layers.limit_dbu(@technology.grid)", "step = 2 * @layers.limit_dbu(@technology.grid)"),
    in_checks("angle", "* Math::PI / 180.0) > 1.001", "* Math::PI / 180.0) > 2.5"),
    in_checks("angle", "* Math::PI / 180.0) > 1.001", "* Math::PI / 180.0) > 0.5"),
    in_checks("angle", 'without_round_shapes(rule["layer"], off)', "off"),
    in_checks("angle", 'rule["value_deg"] == 90 ? RBA::Edges::OrthoEdges : RBA::Edges::OrthoDiagonalEdges', "RBA::Edges::OrthoDiagonalEdges"),
    in_checks("corner_min", 'rule["value_deg"] + 0.5', 'rule["value_deg"] + 1.5'),
    in_checks("corner_min", 'rule["value_deg"] + 0.5', 'rule["value_deg"]'),
    in_checks("corner_min", " + merged.corners(turn, 180.0, 1).each.to_a", ""),
    in_checks("corner_min", "merged.corners(-180.0, -turn, 1).each.to_a + ", ""),
    in_checks("die_clearance", "distance < limit - 1e-6 }", "distance < limit - 1 }"),
    in_checks("die_clearance", "return -1.0 unless (RBA::Region.new(what) - die).is_empty?", ""),
    in_checks("die_clearance", 'rule["measure"] == "centre" ? [x, y, x, y] : ', ""),
    in_checks("die_clearance", 'rule["measure"] == "centre" ? [RBA::Edge.new(x, y, x, y)] : ', ""),
    in_checks("die_clearance", "die.right - right, ", ""),
    in_checks("die_clearance", "bottom - die.bottom, ", ""),
    in_checks("density_min", 'density < rule["value"] - 1e-9', 'density < rule["value"] - 1e-3'),
    in_checks("density_max", 'density > rule["value"] + 1e-9', 'density > rule["value"] + 1e-3'),
    Mutation("density_min and density_max", "density.rb", "(metal & on_die).area.to_f, on_die.area.to_f", "(metal & on_die).area.to_f, @step.to_f * @step"),
    Mutation("density_min and density_max", "density.rb", "(metal & on_die).area.to_f", "(metal & RBA::Region.new(field_box(field, @step))).area.to_f"),
    Mutation("density_min and density_max", "density.rb", "(length - @window).to_f / @step).ceil", "(length - @window).to_f / @step).floor"),
    Mutation("density_min and density_max", "density.rb", "(lowest..highest).cover?(areas[field] / whole) && whole?(field)", "whole?(field)"),
    Mutation("density_min and density_max", "density.rb", "area > #{highest} * ground", "area > 2 * #{highest} * ground"),
    in_checks("tolerance at 45 degrees", "return true if distance >= limit - grid_diagonal && Distances.diagonal?(pair.first, pair.second)\n", ""),
    in_checks("tolerance at 45 degrees", "limit - grid_diagonal && Distances.diagonal?(pair.first, pair.second)", "limit - grid_diagonal"),
    in_checks("tolerance at 45 degrees", "@layers.dbu_of(@technology.grid) / Math.sqrt(2) + 1e-6", "@layers.dbu_of(@technology.grid) * 4"),
    Mutation("tolerance at 45 degrees", "distances.rb", "(dx.abs - dy.abs).abs <= 3", "true"),
    Mutation("distances", "distances.rb", "edge.is_degenerate? ? across(pair) : edge", "edge"),
    Mutation("distances", "distances.rb", "near.find { |number| @polygons[number].touches?(piece) } || near.first", "near.last"),
    Mutation("tolerance at 45 degrees", "distances.rb", "(edge.dx.abs - edge.dy.abs).abs <= off && ", ""),
    Mutation("size of shapes", "shapes.rb", "[0.02 * box.width, 10].max", "[0.2 * box.width, 10].max"),
    Mutation("size of shapes", "shapes.rb", " || octagon?(polygon, octagon_slack(box))", ""),
    Mutation("size of shapes", "shapes.rb", " || round?(polygon, 0.01 * extents[0])", ""),
    Mutation("size of shapes", "shapes.rb", "calipers(convex_hull(polygon)).minmax", "extents"),
    in_checks("space_wide", "limit_dbu(rule[\"value_um\"]), false, RBA::Region::Projection", "limit_dbu(rule[\"value_um\"]) - 1, false, RBA::Region::Projection"),
    in_checks("space_wide", '(@layers.dbu_of(rule["run_longer_than_um"]) + 1e-6).floor + 1', '(@layers.dbu_of(rule["run_longer_than_um"]) + 1e-6).floor'),
    in_checks("space_wide", "RBA::Region::Projection, nil, run, nil)", "RBA::Region::Projection, nil, nil, nil)"),
    in_checks("space_wide", "wide.isolated_check(", "wide.space_check("),
    in_checks("space_wide", "limit = (width + 1e-6).floor", "limit = (width + 1e-6).floor + 1"),
    in_checks("space_wide", "doubled_cores(region, limit).sized(limit, 2)", "doubled_cores(region, limit - 1).sized(limit - 1, 2)"),
    Mutation("nets", "nets.rb", "parts(upper).each { |part| join_directly(vias, part) }", ""),
    Mutation("nets", "nets.rb", "parts(name).combination(2) { |one, other| join_directly(one, other) }", ""),
    Mutation("nets", "nets.rb", " - traces.sum { |trace| pads.sum { |pad| overlap(trace, pad) } }", ""),
    Mutation("nets", "nets.rb", " || pads.combination(2).any? { |one, other| box(one).touches?(box(other)) }", ""),
    Mutation("nets", "nets.rb", "{ |number| !standing[number] }", "{ true }"),
    Mutation("nets", "nets.rb", "{ |number| pad_layers.all? { |layer| figures(layer).touching(figures(name), number).empty? } }", "{ true }"),
    Mutation("nets", "figures.rb", "may[number] = true if near.size > 1 || !outline.plain?", ""),
    Mutation("nets", "figures.rb", "return true if own.box? && outline.box? # boxes that touch", "return true"),
    Mutation("nets", "figures.rb", "own.polygon.touches?(outline.polygon.moved(dx, dy))", "false"),
    Mutation("nets", "merging.rb", "inside_one_tile?(polygon.bbox, box, tile) ? yield(polygon) : crossing.insert(polygon)", "yield(polygon)"),
    Mutation("repeated cells", "blocks.rb", "place.box.top).size == 1 }", "place.box.top).size >= 1 }"),
    Mutation("repeated cells", "blocks.rb", "{ |place| !crossed[place.box] }", "{ true }"),
    Mutation("repeated cells", "blocks.rb", "RBA::ICplxTrans.new(place.trans)", "RBA::ICplxTrans.new"),
    Mutation("repeated cells", "blocks.rb", "shapes.unselect_cells(@cells.map(&:cell_index))", ""),
    Mutation("repeated cells", "figures.rb", "{ |number| turn * box(number) }", "{ |number| box(number) }"),
    Mutation("repeated cells", "figures.rb", "known[outline] ||= Outline.new(Shapes.at_origin(turn * outline.polygon))", "outline"),
    Mutation("repeated cells", "nets.rb", "+ named + suspects", "+ suspects"),
    Mutation("repeated cells", "nets.rb", "+ named + suspects", "+ named"),
    Mutation("repeated cells", "placed.rb", "shift = (dx << 31) + dy", "shift = 0"),
    Mutation("repeated cells", "placed.rb", "grid.touching(left - dx, bottom - dy, right - dx, top - dy)", "grid.touching(left, bottom, right, top)"),
    Mutation("repeated cells", "net_space.rb", " | placed.near_the_edge { |outline| reach_of(outline, space, pitch) }", ""),
    Mutation("repeated cells", "net_space.rb", "near_pads(there.inside, layer, space, pitch).flatten | placed", "placed"),
    Mutation("repeated cells", "neighbours.rb", "@unsure.merge(partners, seen_from_outside)", "@unsure.merge(partners)"),
    Mutation("repeated cells", "neighbours.rb", "@unsure.merge(partners, seen_from_outside)", "@unsure.merge(seen_from_outside)"),
    Mutation("repeated cells", "neighbours.rb", "+ 1e-6 < to_the_edge(*@points[number])", "< 1e12"),
    Mutation("repeated cells", "neighbours.rb", "@finder.distance_from(x, y) + step + 1e-6", "@finder.distance_from(x, y) - 1e-6"),
    Mutation("repeated cells", "neighbours.rb", "placed.block.turn * RBA::DPoint", "RBA::Trans.new * RBA::DPoint"),
    Mutation("repeated cells", "functions.rb", ".select { |one, other| too_near(one, other, amount) }.flatten", ".select { false }.flatten"),
    in_net_checks("net_open", "next [] unless contacts.empty? || pads.empty?", "next [] unless contacts.empty?"),
    in_net_checks("net_open", "next [] unless contacts.empty? || pads.empty?", "next [] unless pads.empty?"),
    in_net_checks("net_open", 'found.empty? ? on_each(net, net.traces, "trace belongs to nothing") : found', "found"),
    in_net_checks("net_short", "net.names.size > 1", "net.names.size > 2"),
    in_net_checks("net_split", "parts.size > 1", "parts.size > 2"),
    in_net_checks("label_on_metal", "nets.loose_labels.map", "[].map"),
    in_net_checks("count_match", "unless count == 1", "unless count >= 1"),
    in_net_checks("count_match", "unless count == 1", "unless count <= 1"),
    in_net_checks("vias_min", 'net.vias.size >= rule["value"]', 'net.vias.size > rule["value"]'),
    in_net_checks("vias_min", 'net.vias.size >= rule["value"]', 'net.vias.size + 1 >= rule["value"]'),
    in_net_checks("net_short", 'nets.pad_function(id) }.uniq.size == 2', 'nets.pad_function(id) }.uniq.size == 3'),
    in_net_checks("net_names", "name.downcase.gsub", "name.gsub"),
    in_net_checks("net_names", '.gsub(/[[:space:][:cntrl:]]/, "")', ""),
    in_net_checks("net_names", '.tr("<>(){}", "[][][]")', ""),
    in_net_checks("net_names", ".sub(/[:;.,!_-]+\\z/, \"\")", ""),
    in_net_checks("net_names", "odd.map { |name| Finding", "[].map { |name| Finding"),
    Mutation("current_vias", "currents.rb", "carried >= needed - 1e-9 * needed", "carried > needed"),
    Mutation("current_vias", "currents.rb", "carried >= needed - 1e-9 * needed", "carried >= needed - 0.05"),
    Mutation("current_vias", "currents.rb", 'rule["current_ma"] * pads.size', 'rule["current_ma"]'),
    Mutation("current_vias", "currents.rb", '.select { |id| net.nets.layer_of(id) == rule["to"] }', ""),
    Mutation("current_width", "currents.rb", 'net.function == "one to one" && !pads_on', "!pads_on"),
    Mutation("current_width", "currents.rb", "width_check(@layers.limit_dbu(width_um), false", "width_check(@layers.limit_dbu(width_um) - 1, false"),
    Mutation("space_different_net", "net_space.rb", "{ |one, other| one != other }", "{ true }"),
    Mutation("space_same_net", "net_space.rb", "{ |one, other| one == other }", "{ true }"),
    Mutation("space_same_net", "net_space.rb", "isolated.each.to_a + notches(metal, limit)", "notches(metal, limit)"),
    Mutation("space_same_net", "net_space.rb", "isolated.each.to_a + notches(metal, limit)", "isolated.each.to_a + notches(metal, limit - 1)"),
    Mutation("space_different_net", "net_space.rb", "isolated_check(limit, false, RBA::Region::Euclidian", "isolated_check(limit - 1, false, RBA::Region::Euclidian"),
    Mutation("space_different_net", "net_space.rb", "distance >= limit - diagonal_step && Distances", "false && Distances"),
    Mutation("space_different_net", "net_space.rb", "large.sized(-width, 2).sized(width, 2)", "large.sized(1 - width, 2).sized(width - 1, 2)"),
    Mutation("space_different_net", "net_space.rb", '(rule["run_longer_than_um"] || 0) + 1e-6).floor + 1', '(rule["run_longer_than_um"] || 0) + 1e-6).floor'),
    Mutation("pad_spacing", "net_space.rb", ' && nets.index_of(layer, number) != nets.index_of(layer, other)', ""),
    Mutation("pad_spacing", "net_space.rb", "edges < space - 1e-6 || centres < pitch - 1e-6", "edges < space - 1e-6"),
    Mutation("pad_spacing", "net_space.rb", "edges < space - 1e-6 || centres < pitch - 1e-6", "edges < space - 1 || centres < pitch - 1e-6"),
    Mutation("pad_spacing", "net_space.rb", "edges < space - 1e-6 || centres < pitch - 1e-6", "edges <= space || centres < pitch - 1e-6"),
    Mutation("pad_spacing", "net_space.rb", "pitch - 0.5 * [outline.width, outline.height].min", "pitch - [outline.width, outline.height].max"),
    Mutation("pad_spacing", "net_space.rb", "distance_of_middles(a, b)] }.min", "distance_of_middles(a, b)] }.max"),
    Mutation("teardrop", "teardrops.rb", 'at_pad < rule["value"] * away - 2', 'at_pad < away'),
    Mutation("teardrop", "teardrops.rb", 'at_pad < rule["value"] * away - 2', 'at_pad < rule["value"] * away - 20'),
    Mutation("teardrop", "teardrops.rb", "next unless at_pad > 0 &&", "next unless"),
    Mutation("teardrop", "teardrops.rb", "slack = [edge, line].all? { |one| one.dx == 0 || one.dy == 0 } ? 0.5 : 1.5", "slack = 1.5"),
    Mutation("distances of figures", "gap.rb", "edges = facing(one, ux, uy, corner, other_x * ux + other_y * uy - reach)", "edges = facing(one, ux, uy, corner, other_x * ux + other_y * uy + reach)"),
    Mutation("distances of figures", "gap.rb", "along = along < 0.0 ? 0.0 : (along > 1.0 ? 1.0 : along)", ""),
    Mutation("nets", "box_grid.rb", "next if level < from_level", "next if level <= from_level"),
    Mutation("nets", "nets.rb", "one < other ? @parent[other] = one : @parent[one] = other", "@parent[other] = one if one < other"),
    Mutation("nets", "groups.rb", "inside << index if y.between?(box.bottom, box.top) && Shapes.holds?(area, RBA::Point.new(x, y))", "inside << index"),
    in_functions("function_claims", "contacts == 1 && pads > 1", "pads > 1"),
    in_functions("function_claims", "contacts > 1 && pads == 1", "contacts > 1"),
    in_functions("function_claims", "steps[one.index] == steps[other.index]", "true"),
    in_functions("function_claims", "return [] if group.one_to_one.size < 3", "return [] if group.one_to_one.size < 4"),
    Mutation("function_claims", "groups.rb", "(place[net.index] - number) % one_to_one.size", "place[net.index] - number"),
    Mutation("function_claims", "groups.rb", "pairs << [by_contact[-1], by_contact[0]]", "pairs"),
    Mutation("function_claims", "groups.rb", "<= 0.1 * (along[1] - along[0])", "<= 0.3 * (along[1] - along[0])"),
    in_functions("fan_out_distance", "return nil if far && edges[1] >= edges[0] + amount - 1e-6", "return nil if far"),
    in_functions("fan_out_distance", "far = centres[1] >= centres[0] + amount - 1e-6", "far = true"),
    in_functions("fan_out_distance", "far = centres[1] >= centres[0] + amount - 1e-6", "far = centres[1] >= centres[0] + amount - 2"),
    in_functions("fan_out_distance", "edges[1] >= edges[0] + amount - 1e-6", "edges[1] >= edges[0] + amount - 2"),
    in_functions("fan_out_distance", "(groups.flat_map(&:neighbours) + undeclared)", "groups.flat_map(&:neighbours)"),
    Mutation("search: width_min", "sieve.rb", ".width_check(#{limit(rule)})", ".width_check(#{limit(rule) / 2})"),
    Mutation("search: width_max", "sieve.rb", "half = [floor(rule[\"value_um\"]) / 2 - 1, 0].max", "half = floor(rule[\"value_um\"])"),
    Mutation("search: space", "sieve.rb", "half = (limit(rule) + 1) / 2\n", "half = limit(rule) / 4\n"),
    Mutation("search: space", "sieve.rb", "isolated_check(#{limit(rule)})", "isolated_check(#{limit(rule) / 2})"),
    Mutation("search: space", "sieve.rb", "notch_check(#{limit(rule)},", "notch_check(#{limit(rule) / 2},"),
    Mutation("search: separation", "sieve.rb", "half = (limit(rule) + 1) / 2 + 1", "half = limit(rule) / 4"),
    Mutation("search: enclosure", "sieve.rb", " + #{left}.not_inside(#{outer}))", ")"),
    Mutation("search: enclosure", "sieve.rb", "#{left}.interacting(#{left}.enclosed_check(#{outer}, #{least}, true).first_edges) + ", ""),
    Mutation("search: pitch_min", "sieve.rb", "(limit(rule) / 2.0).ceil + 1", "(limit(rule) / 4.0).ceil"),
    Mutation("search: grid", "sieve.rb", "step = @layers.limit_dbu(@technology.grid)", "step = 1"),
    Mutation("search: corner_min", "sieve.rb", "corners(-180.0, #{-turn}, 1) + ", "corners(-1.0, -1.0, 1) + "),
    Mutation("search: closed shapes", "catalogue.rb", "rectangles.with_bbox_min(0, @layers.limit_dbu(rule[\"value_um\"]), false)", "rectangles.with_bbox_min(0, @layers.limit_dbu(rule[\"value_um\"]) - 2, false)"),
    Mutation("search: closed shapes", "catalogue.rb", "found.map { |finding| shelf.number_at", "found.first(1).map { |finding| shelf.number_at"),
    Mutation("search: closed shapes", "plan.rb", " + searched(Sieve.touching(rule[\"layer\"])) if", " if"),
    Mutation("search: angle", "catalogue.rb", "* Math::PI / 180.0) > 0.25", "* Math::PI / 180.0) > 25"),
    Mutation("search: die_clearance", "plan.rb", "die.sized(-@layers.limit_dbu(rule[\"value_um\"]) - 1, 2)", "die"),
    Mutation("near places", "nearby.rb", "finding.shapes.all? { |shape| known.covers?(shape.bbox) }", "true"),
    Mutation("near places", "nearby.rb", "return right if cut.empty?", "return right"),
    Mutation("windows", "plan.rb", "x < window.right", "x <= window.right + 1000"),
    Mutation("windows", "plan.rb", "whole.enlarged(far, far)", "@plan.window"),
    Mutation("windows", "plan.rb", "*Postpass.place_of(finding.shapes))", "finding.shapes[0].bbox.left, finding.shapes[0].bbox.bottom)"),
    Mutation("limits in dbu", "findings.rb", "(dbu_of(length_um) - 1e-6).ceil", "(dbu_of(length_um) - 1e-6).floor"),
    Mutation("layers", "findings.rb", "raw(name).merged(false, 0)", "raw(name)"),
    Mutation("layers", "findings.rb", "deep.merged(false, 0) : RBA::Region.new", "deep : RBA::Region.new"),
    in_checks("corner_min", '@layers.raw(rule["layer"]).merged(false, 0)', '@layers.merged(rule["layer"])'),
]


def source(mutation, drc=os.path.join(ROOT, "drc")):
    return open(os.path.join(drc, "postpass", mutation.file)).read()


def broken_package(mutation, folder):
    """Path of a deck in a copy of the package with that mutation."""
    shutil.copytree(os.path.join(ROOT, "drc"), os.path.join(folder, "drc"))
    for name in ("pymacros", "tech"):
        os.symlink(os.path.join(ROOT, name), os.path.join(folder, name))
    text = source(mutation)
    assert text.count(mutation.text) == 1, "%s: %r occurs %d times" % (mutation.kind, mutation.text, text.count(mutation.text))
    with open(os.path.join(folder, "drc", "postpass", mutation.file), "w") as file:
        file.write(text.replace(mutation.text, mutation.replacement))
    return os.path.join(folder, "drc", "postpass.lydrc")


def killer(mutation):
    """Name of the first test that fails with that mutation, or None when all pass."""
    with tempfile.TemporaryDirectory() as folder:
        deck = broken_package(mutation, folder)
        failing = (first_failure(deck, tests, part) for part, tests in tests_of(mutation))
        return next((name for name in failing if name), None)


def tests_of(mutation):
    """[(part of the random layouts, tests)], those first that are quick and likely to notice."""
    kind = mutation.kind
    if mutation.file in NET_FILES:
        oracle = "tests/trust/test_net_oracle.py"
        first = [(1, ["tests/nets/test_blocks.py"])] if kind == "repeated cells" else [(QUICK, [oracle, "-k", NET_TRIALS.get(kind, "same_nets")])]
        return first + [(1, ["tests/nets"]), (1, NET_TESTS)]
    if mutation.file in SEARCH_FILES:
        return [(1, ["tests/trust/test_modes.py", "-k", trials_of(kind.split(": ")[-1])]), (1, SEARCH_TESTS)]
    oracle = ["tests/trust/test_oracle.py", "-k", trials_of(kind)]
    return [(QUICK, oracle), (1, ["tests/deck/test_limits.py"]), (1, oracle), (1, TESTS), (1, TESTS_OF_LAYERS)]


def trials_of(kind):
    """Which random layouts are most likely to notice, as pytest selects them: they run first, because that is quick."""
    named = [word for word in kind.split() if "_" in word or word in KINDS_OF_ONE_WORD]
    return " or ".join(named) if named else "space or enclosure"


def first_failure(deck, tests, part=1):
    """Name of the first of the tests that fails, or None; part: of the random layouts."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--tb=no"] + tests
    environment = dict(os.environ, POSTPASS_DECK=deck, POSTPASS_PART_OF_LAYOUTS=str(part))
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
    try:
        said, _ = process.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # the application that never ends, too
        process.communicate()
        return "no end within %d s" % LONGEST
    if process.returncode in (0, 5):  # 5: none selected
        return None
    assert process.returncode == 1, said
    return next(line.split()[1].split("::")[-1] for line in said.splitlines() if line.startswith(("FAILED", "ERROR")))


def main(kinds):
    chosen = [mutation for mutation in MUTATIONS if not kinds or mutation.kind in kinds]
    whole = os.path.join(ROOT, "drc", "postpass.lydrc")
    failing = first_failure(whole, ["tests/trust/test_oracle.py", "tests/trust/test_net_oracle.py"], QUICK) or first_failure(whole, TESTS)
    if failing:
        sys.exit("the deck as it is fails %s: nothing can be said about mutations" % failing)
    survivors = 0
    for mutation in chosen:
        start = time.time()
        test = killer(mutation)
        survivors += test is None
        change = "%s -> %s" % (mutation.text.strip(), mutation.replacement.strip() or "(nothing)")
        print("%-28s %-9s %4.0f s  %s  [%s]" % (mutation.kind, "killed" if test else "SURVIVED", time.time() - start, change, test), flush=True)
    print("%d mutations, %d killed, %d survived" % (len(chosen), len(chosen) - survivors, survivors))
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

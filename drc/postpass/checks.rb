# One method per kind of check. Each takes a rule (a record of the technology file) and returns findings.
# Regions are merged once and shared; coordinates are dbu, limits turn from um to dbu in Layers alone.

module Postpass

  class Checks

    # box (dbu) that densities must be measured in, or nil for all
    attr_accessor :window

    def initialize(layers)
      @layers, @technology = layers, layers.technology
    end

    def own_findings(rule)
      rule["findings"].map { |sentence| Finding.new([], sentence) }
    end

    # sizes

    def width_min(rule)
      return narrow_places(rule, @layers.merged(rule["layer"])) unless @technology.closed_shapes?(rule["layer"])
      limit = @layers.dbu_of(rule["value_um"])
      by_form(rule) { |form| "size #{@layers.um(form.size[0])} um" if form.size[0] < limit - slack(form.outline) } + dented(rule)
    end

    def width_max(rule)
      return wide_places(rule) unless @technology.closed_shapes?(rule["layer"])
      limit = @layers.dbu_of(rule["value_um"])
      by_form(rule) { |form| "size #{@layers.um(form.size[1])} um" if form.size[1] > limit + slack(form.outline) }
    end

    def aspect_ratio_min(rule)
      ratios(rule) { |ratio| ratio < rule["value"] - 1e-9 * rule["value"] }
    end

    def aspect_ratio_max(rule)
      ratios(rule) { |ratio| ratio > rule["value"] + 1e-9 * rule["value"] }
    end

    def shape(rule)
      tolerance = @layers.dbu_of(rule["tolerance_um"])
      by_form(rule) do |form|
        name = Shapes.name(form.outline, tolerance)
        allowed = rule["shapes"].include?(name) || (name == "square" && rule["shapes"].include?("rectangle"))
        "shape #{name}, #{form.outline.num_points} corners" unless allowed
      end
    end

    # distances

    # Between shapes, and in notches of one shape; a wedge where two parts of one shape meet is a corner, not a notch.
    def space(rule)
      limit, merged = @layers.limit_dbu(rule["value_um"]), @layers.merged(rule["layer"])
      pairs = merged.isolated_check(limit, false, RBA::Region::Euclidian, nil, nil, nil).each.to_a + notches(merged, limit)
      places(rule, pairs) { |distance| "space #{@layers.um(distance)} um" }
    end

    # Between the parts of two shapes that are both wide, where they run side by side.
    def space_wide(rule)
      wide = wide_parts(@layers.merged(rule["layer"]), @layers.dbu_of(rule["wider_than_um"]))
      run = (@layers.dbu_of(rule["run_longer_than_um"]) + 1e-6).floor + 1
      pairs = wide.isolated_check(@layers.limit_dbu(rule["value_um"]), false, RBA::Region::Projection, nil, run, nil)
      places(rule, pairs) { |distance| "space #{@layers.um(distance)} um" }
    end

    def separation(rule)
      one, other = @layers.merged(rule["layer"]), @layers.merged(rule["to"])
      pairs = one.separation_check(other, @layers.limit_dbu(rule["value_um"]), false, RBA::Region::Euclidian, nil, nil, nil)
      clear = pairs.each.reject { |pair| Distances.between(pair.first, pair.second) == 0.0 }
      common = ShapeIndex.new(one & other)
      contacts = (one.sized(1, 2) & other).each_merged.map { |polygon| Finding.new([polygon], "separation 0 um, the layers #{meeting(polygon, common)}") }
      contacts + places(rule, clear) { |distance| "separation #{@layers.um(distance)} um" }
    end

    def enclosure(rule)
      inner, outer = @layers.index(rule["layer"]), @layers.merged(rule["by"])
      smallest = stick_outs(rule, inner, outer)
      circles = Hash.new { |known, number| known[number] = @layers.circle_of(inner.polygons[number]) }
      pairs = Shapes.region(not_in_a_circle(rule, inner.polygons)).enclosed_check(outer, @layers.limit_dbu(rule["value_um"]), true, RBA::Region::Euclidian, nil, nil, nil)
      pairs.each do |pair|
        number = inner.owner(pair.first)
        distance = Distances.between(pair.first, pair.second)
        next if smallest[number].is_a?(String) || excused?(rule, pair, distance, circles[number])
        smallest[number] = [smallest[number] || Float::INFINITY, distance].min
      end
      smallest.sort.map do |number, found|
        Finding.new([inner.polygons[number]], found.is_a?(String) ? found : "enclosure #{@layers.um(found)} um")
      end
    end

    def pitch_min(rule)
      limit = @layers.dbu_of(rule["value_um"])
      centres = @layers.merged(rule["layer"]).each.map { |polygon| centre(polygon) }
      close_pairs(centres, limit).map do |a, b|
        ends = [a, b].map { |x, y| RBA::Point.new(x.round, y.round) }
        Finding.new([RBA::Edge.new(*ends)], "pitch #{@layers.um(Math.hypot(a[0] - b[0], a[1] - b[1]))} um")
      end
    end

    # drawing

    def grid(rule)
      step = @layers.limit_dbu(@technology.grid)
      off = @layers.raw(rule["layer"]).grid_check(step, step).each.map { |pair| pair.first.p1 }.uniq
      off.map { |p| Finding.new([RBA::Box.new(p.x - step, p.y - step, p.x + step, p.y + step)], "vertex at #{@layers.um(p.x)}, #{@layers.um(p.y)} um") }
    end

    def angle(rule)
      edges = @layers.merged(rule["layer"]).edges
      edges = edges.with_angle(rule["value_deg"] == 90 ? RBA::Edges::OrthoEdges : RBA::Edges::OrthoDiagonalEdges, true) if [45, 90].include?(rule["value_deg"])
      off = edges.each.select { |edge| off_angle?(edge, rule["value_deg"]) }
      without_round_shapes(rule["layer"], off).map { |edge| Finding.new([edge], "angle #{'%.2f' % degrees(edge)} degrees") }
    end

    # Half a degree of slack: corners of a 45 degree trace that sit on the dbu grid turn by a little more than 90.
    # Merged flat: on cells KLayout splits slanted shapes first, and the corners between the parts move to whole dbu.
    def corner_min(rule)
      turn, merged = 180.0 - rule["value_deg"] + 0.5, @layers.raw(rule["layer"]).merged(false, 0)
      found = merged.corners(-180.0, -turn, 1).each.to_a + merged.corners(turn, 180.0, 1).each.to_a
      found.map { |polygon| Finding.new([polygon.bbox.enlarged(10, 10)], "corner sharper than #{rule['value_deg']} degrees") }
    end

    # the die

    def die_clearance(rule)
      die = die_of(rule)
      return [no_die(rule)] if die.is_empty?
      limit = @layers.dbu_of(rule["value_um"])
      near = @layers.merged(rule["layer"]).each.map { |polygon| [polygon, clearance(polygon, die, rule)] }
      near.select { |_, distance| distance < limit - 1e-6 }
          .map { |polygon, distance| Finding.new([polygon], distance < 0 ? "reaches outside the die" : "#{@layers.um(distance)} um to the die edge") }
    end

    # the die as a region: a layer or a box
    def die_of(rule)
      return @layers.merged(rule["to"]) if rule["to"]
      RBA::Region.new(RBA::Box.new(*rule["within_um"].map { |length| @layers.dbu_of(length).round }))
    end

    # Does the rule ask for the edge of a die that is not drawn?
    def without_die?(rule)
      (rule["to"] || rule["within_um"]) && rule["check"] == "die_clearance" && die_of(rule).is_empty?
    end

    def density_min(rule)
      densities(rule) { |density| density < rule["value"] - 1e-9 }
    end

    def density_max(rule)
      densities(rule) { |density| density > rule["value"] + 1e-9 }
    end

    private

    # The block tells what is wrong with a form, or nil; every shape of that form is a finding.
    def by_form(rule)
      @layers.forms(rule["layer"]).flat_map do |form|
        wrong = yield form
        wrong ? form.members.map { |polygon| Finding.new([polygon], wrong) } : []
      end
    end

    # Corners of a turned shape sit on whole dbu, so its size is known to one dbu.
    def slack(polygon)
      polygon.is_box? ? 1e-6 : (polygon.num_points == 4 ? 1.0 : 1e-6)
    end

    # concave closed shapes (merged neighbours, dents) can be narrower than their hull
    def dented(rule)
      concave = @layers.forms(rule["layer"]).reject { |form| form.outline.is_box? || Shapes.convex?(form.outline) || round_enough?(form.outline) }
      concave.empty? ? [] : narrow_places(rule, Shapes.region(concave.flat_map(&:members)))
    end

    def round_enough?(polygon)
      Shapes.round?(polygon, 0.01 * polygon.bbox.width)
    end

    def narrow_places(rule, region)
      # corners of a turned shape sit on whole dbu: its right angles may be a little less
      pairs = region.width_check(@layers.limit_dbu(rule["value_um"]), false, RBA::Region::Euclidian, 89.5, nil, nil)
      places(rule, pairs) { |distance| "width #{@layers.um(distance)} um" }
    end

    # What is left after taking half the limit off every side is wider than the limit.
    def wide_places(rule)
      limit = (@layers.dbu_of(rule["value_um"]) + 1e-6).floor
      cores = doubled_cores(@layers.merged(rule["layer"]), limit).each_merged.map { |polygon| [polygon, 0.5 * Shapes.size(polygon)[0] + limit] }
      cores.select { |polygon, width| width > limit + (polygon.is_rectilinear? ? 1e-6 : 2.0) }
           .map { |polygon, width| Finding.new([RBA::ICplxTrans.new(0.5) * polygon.bbox.enlarged(limit, limit)], how_wide(polygon, width, limit)) }
    end

    # Around slots metal is as wide as its strips, which the extents of their cores do not tell.
    def how_wide(core, width, limit)
      Shapes.convex?(core) ? "width #{@layers.um(width)} um" : "wider than #{@layers.um(limit)} um"
    end

    # the parts of a region that are wider than a width (dbu)
    def wide_parts(region, width)
      limit = (width + 1e-6).floor
      doubled_cores(region, limit).sized(limit, 2).transformed(RBA::ICplxTrans.new(0.5)).merged
    end

    # What half the limit off every side leaves, at twice the size: half of an odd limit is whole there.
    def doubled_cores(region, limit)
      large = region.with_bbox_min(limit, nil, false) # nothing smaller holds a part as wide
      large.transformed(RBA::ICplxTrans.new(2.0)).sized(-limit, 2)
    end

    def ratios(rule)
      depth = @technology.layers[rule["layer"]]["depth_um"]
      by_form(rule) do |form|
        size = (form.size[0] * @layers.dbu).round(9)
        "depth %g um, size %g um, ratio %.3f" % [depth, size.round(6), depth / size] if yield depth / size
      end
    end

    def places(rule, pairs)
      measured = pairs.each.map { |pair| [pair, Distances.between(pair.first, pair.second)] }
      measured.reject! { |pair, distance| excused?(rule, pair, distance) }
      Distances.places(measured).map { |polygon, distance| Finding.new([polygon], yield(distance)) }
    end

    # Pairs of edges of one shape nearer than a limit (dbu). A right-angled corner that points at a 45 degree edge of its
    # own shape has its sides 45 degrees apart from it, as the sides of a wedge are.
    def notches(region, limit)
      facing = region.notch_check(limit, false, RBA::Region::Euclidian, 45.1, nil, nil)
      steep, flat = facing.each.partition { |pair| degrees_apart(pair) > 44.9 }
      flat + pointing(steep)
    end

    # Those pairs where a corner points at an edge: both edges of the corner lead away from it.
    def pointing(pairs)
      corners = pairs.map { |pair| [pair, *nearest_end(pair)] }.group_by { |_, point, _| point.to_s }
      corners.values.select { |some| some.uniq { |_, _, edge| [edge.dx <=> 0, edge.dy <=> 0] }.size > 1 }.flatten(1).map(&:first)
    end

    # [the end of one edge that is nearest to the other, that edge]
    def nearest_end(pair)
      ends = [[pair.first, pair.second], [pair.second, pair.first]].flat_map { |edge, other| [[edge.p1, edge, other], [edge.p2, edge, other]] }
      ends.min_by { |point, _, other| Math.hypot(*Distances.to_segment(point, other)) }.first(2)
    end

    # what two edges that face each other miss to be parallel
    def degrees_apart(pair)
      one, other = pair.first, pair.second
      Math.atan2((one.dx * other.dy - one.dy * other.dx).abs, -(one.dx * other.dx + one.dy * other.dy)) * 180.0 / Math::PI
    end

    # Straight across a diagonal edge a distance comes in steps of grid / sqrt(2): short by less than that is the
    # tightest the grid can draw. Two round shapes are as far apart as their circles, not as their facets.
    def excused?(rule, pair, distance, circle = nil)
      limit = @layers.dbu_of(rule["value_um"])
      return true if distance >= limit - 1e-6
      return true if distance >= limit - grid_diagonal && Distances.diagonal?(pair.first, pair.second)
      circle && circles_apart?(circle, pair, rule["by"], limit)
    end

    # Do the circles keep the limit that a round inner shape and the round outer shape with this facet stand for?
    # Between facets along the axes the distance is that of the extents, and exact.
    def circles_apart?(inner, pair, name, limit)
      outer = @layers.circle_with(name, pair.second) or return false
      exact = [pair.first, pair.second].all? { |edge| edge.dx == 0 || edge.dy == 0 }
      around(outer, inner) >= limit - (exact ? 1e-6 : grid_diagonal)
    end

    # Round shapes stand for circles: one that lies far enough inside a round shape of the outer layer is right, facets or not.
    def not_in_a_circle(rule, polygons)
      limit = @layers.dbu_of(rule["value_um"])
      polygons.reject do |polygon|
        circle = @layers.circle_of(polygon)
        circle && @layers.circles_at(rule["by"], polygon.bbox).any? { |outer| around(outer, circle) >= limit - 1e-6 }
      end
    end

    # how far the inner circle lies inside the outer one (dbu)
    def around(outer, inner)
      outer.radius - inner.radius - Math.hypot(outer.x - inner.x, outer.y - inner.y)
    end

    def grid_diagonal
      @layers.dbu_of(@technology.grid) / Math.sqrt(2) + 1e-6
    end

    # `one` without `other`; in tiles, because this boolean takes longer than anything else in one go
    def outside(one, other)
      result = RBA::Region.new
      box = one.bbox
      return result if box.empty?
      processor = Tiles.processor(box, @layers.dbu, [500.0, box.width * @layers.dbu / 100, box.height * @layers.dbu / 100].max, @layers.threads)
      processor.input("one", one)
      processor.input("other", other)
      processor.output("rest", result)
      processor.queue("_output(rest, is_nil(_tile) ? one - other : (one - other) & _tile)")
      processor.execute("Post-passivation DRC")
      result
    end

    # {number of the inner shape => what is wrong} for shapes that the outer layer does not cover
    def stick_outs(rule, inner, outer)
      numbers = outside(@layers.merged(rule["layer"]), outer).each_merged.map { |rest| inner.at(rest) }.uniq
      numbers.map { |number| [number, covered?(inner.polygons[number], rule["by"]) ? "sticks out of #{rule['by']}" : "no #{rule['by']} at all"] }.to_h
    end

    # Does the layer cover any of the polygon?
    def covered?(polygon, name)
      index = @layers.index(name)
      near = index.touching(polygon.bbox).map { |number| index.polygons[number] }
      !(RBA::Region.new(polygon) & RBA::Region.new(near)).is_empty?
    end

    # common: what the two layers share
    def meeting(polygon, common)
      near = common.touching(polygon.bbox).map { |number| common.polygons[number] }
      (RBA::Region.new(polygon) & RBA::Region.new(near)).is_empty? ? "touch" : "overlap"
    end

    def centre(polygon)
      box = polygon.bbox
      [0.5 * (box.left + box.right), 0.5 * (box.bottom + box.top)]
    end

    # pairs of points closer than the limit, each once, by a grid of cells as wide as the limit
    def close_pairs(points, limit)
      cells = points.each_index.group_by { |i| points[i].map { |c| (c / limit).floor } }
      cells.flat_map do |(column, row), members|
        around = [[1, -1], [1, 0], [1, 1], [0, 1]].flat_map { |dx, dy| cells[[column + dx, row + dy]] || [] }
        candidates = members.combination(2).to_a + members.product(around)
        candidates.map { |i, j| [points[i], points[j]] }.select { |a, b| Math.hypot(a[0] - b[0], a[1] - b[1]) < limit - 1e-6 }
      end
    end

    def degrees(edge)
      Math.atan2(edge.dy, edge.dx) * 180.0 / Math::PI % 180.0
    end

    # An edge between whole dbu may miss its angle by what one dbu at its end makes.
    def off_angle?(edge, step)
      off = degrees(edge) % step
      off = [off, step - off].min
      edge.length * Math.sin(off * Math::PI / 180.0) > 1.001
    end

    # Capture pads on the trace layer may be round: their facets are no trace edges.
    def without_round_shapes(name, edges)
      return edges if edges.empty?
      round = Shapes.region(@layers.raw(name).each.select { |polygon| round_enough?(polygon) })
      round.is_empty? ? edges : Shapes.edges(edges).outside_part(round.sized(2)).each.select { |edge| edge.length > 2 }
    end

    def no_die(rule)
      Finding.new([@layers.cell.bbox], "layer #{rule['to']} has no shape: the edge of the die is unknown")
    end

    # Distance of a polygon (or its centre) to the nearest edge of the die; negative when it is not inside.
    def clearance(polygon, die, rule)
      return box_clearance(polygon, die.bbox, rule) if die.is_box?
      x, y = centre(polygon).map(&:round)
      what = rule["measure"] == "centre" ? RBA::Polygon.new(RBA::Box.new(x, y, x, y).enlarged(1, 1)) : polygon
      return -1.0 unless (RBA::Region.new(what) - die).is_empty?
      edges = rule["measure"] == "centre" ? [RBA::Edge.new(x, y, x, y)] : what.each_edge.to_a
      (@die_edges ||= {})[rule["id"]] ||= die.edges.each.to_a
      @die_edges[rule["id"]].flat_map { |border| edges.map { |edge| Distances.between(edge, border) } }.min
    end

    def box_clearance(polygon, die, rule)
      box = polygon.bbox
      x, y = centre(polygon)
      left, bottom, right, top = rule["measure"] == "centre" ? [x, y, x, y] : [box.left, box.bottom, box.right, box.top]
      [left - die.left, bottom - die.bottom, die.right - right, die.top - top].min.to_f
    end

    def densities(rule)
      die = die_of(rule)
      return [no_die(rule)] if die.is_empty?
      windows_of(rule, die).filter_map { |box, density| Finding.new([box], "density %.5f" % density) if yield density }
    rescue CannotCheck => error
      raise CannotCheck, "rule #{rule['id']}: #{error.message}"
    end

    # [[box, density], ...] of windows worth a look, measured once for all rules that ask for the same windows
    def windows_of(rule, die)
      key = rule.values_at("layer", "to", "within_um", "step_um", "window_um")
      (@windows ||= {})[key] ||= begin
        alike = @technology.rules.select { |other| other.values_at("layer", "to", "within_um", "step_um", "window_um") == key }
        limits = %w[density_min density_max].map { |check| alike.select { |other| other["check"] == check }.map { |other| other["value"] } }
        Density.new(@layers, rule["layer"], rule["step_um"], rule["window_um"], die, window).windows(limits[0].max, limits[1].min)
      end
    end

  end

end

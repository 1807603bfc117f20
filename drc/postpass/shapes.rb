# Sizes and shapes of single polygons: what "a via of 0.5" and "round" mean. Coordinates are dbu.

module Postpass

  module Shapes

    module_function

    ROUND_CORNERS = 9 unless defined?(ROUND_CORNERS) # fewer corners are an octagon or something else

    # A region of polygons or boxes. KLayout 0.30.0 takes no array of boxes, and none that mixes drawn polygons with those
    # that regions yield, which have properties there.
    def region(shapes)
      RBA::Region.new.tap { |region| shapes.each { |shape| region.insert(shape) } }
    end

    # the same for edges
    def edges(edges)
      RBA::Edges.new.tap { |collection| edges.each { |edge| collection.insert(edge) } }
    end

    # the polygon with the lower left corner of its box at 0
    def at_origin(polygon)
      box = polygon.bbox
      polygon.moved(-box.left, -box.bottom)
    end

    # Does the point lie in the polygon or on its outline? KLayout's inside? says no at a corner that points straight up.
    def holds?(polygon, point)
      polygon.inside?(point) || polygon.each_edge.any? { |edge| edge.contains?(point) }
    end

    # [smallest, largest] size in dbu of a via, pad or UBM; floats, exact for axis-parallel and round shapes.
    # A round polygon with its corners on the circle is as wide as its extents: its facets are an artefact of drawing.
    # Other convex shapes are as narrow as a caliper turned around them finds.
    def size(polygon)
      box = polygon.bbox
      extents = [box.width.to_f, box.height.to_f].minmax
      return extents if polygon.is_box? || octagon?(polygon, octagon_slack(box)) || round?(polygon, 0.01 * extents[0])
      calipers(convex_hull(polygon)).minmax
    end

    # widths seen from each edge of a convex polygon, in dbu
    def calipers(points)
      points.each_index.map do |i|
        a, b = points[i - 1], points[i]
        length = Math.hypot(b.x - a.x, b.y - a.y)
        points.map { |p| ((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)).abs / length }.max
      end
    end

    def convex?(polygon)
      return false if polygon.holes > 0
      turns = corner_turns(polygon.each_point_hull.to_a)
      turns.all? { |turn| turn >= 0 } || turns.all? { |turn| turn <= 0 }
    end

    def convex_hull(polygon)
      return polygon.each_point_hull.to_a if convex?(polygon)
      points = polygon.each_point_hull.to_a.sort_by { |p| [p.x, p.y] }
      half_hull(points) + half_hull(points.reverse)
    end

    def half_hull(points)
      hull = []
      points.each do |p|
        hull.pop while hull.size > 1 && cross(hull[-2], hull[-1], p) <= 0
        hull << p
      end
      hull[0..-2]
    end

    def corner_turns(points)
      points.each_index.map { |i| cross(points[i - 2], points[i - 1], points[i]) }
    end

    def cross(a, b, c)
      (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x)
    end

    # the name of the shape within the tolerance (dbu): square, rectangle, octagon, round or other
    def name(polygon, tolerance)
      return "other" if polygon.holes > 0
      points = polygon.each_point_hull.to_a
      return rectangle_name(points, tolerance) if points.size == 4
      return "octagon" if octagon?(polygon, tolerance)
      round?(polygon, tolerance) ? "round" : "other"
    end

    def rectangle_name(points, tolerance)
      sides = points.each_index.map { |i| Math.hypot(points[i].x - points[i - 1].x, points[i].y - points[i - 1].y) }
      diagonals = [0, 1].map { |i| Math.hypot(points[i + 2].x - points[i].x, points[i + 2].y - points[i].y) }
      unlike = [diagonals, [sides[0], sides[2]], [sides[1], sides[3]]].map { |one, other| (one - other).abs }.max
      return "other" if unlike > 2 * tolerance + 1
      sides.max - sides.min <= 2 * tolerance + (points[0].x == points[1].x || points[0].y == points[1].y ? 0 : 2) ? "square" : "rectangle"
    end

    # A regular octagon with edges along the axes: each corner within the tolerance of its ideal place.
    def octagon?(polygon, tolerance)
      points = polygon.each_point_hull.to_a
      box = polygon.bbox
      return false unless points.size == 8 && polygon.holes == 0 && (box.width - box.height).abs <= 2 * tolerance
      outer, inner = 0.5 * box.width, 0.5 * box.width * (Math.sqrt(2) - 1)
      middle_x, middle_y = 0.5 * (box.left + box.right), 0.5 * (box.bottom + box.top)
      points.all? do |p|
        offsets = [(p.x - middle_x).abs, (p.y - middle_y).abs].sort
        (offsets[1] - outer).abs <= tolerance + 1e-6 && (offsets[0] - inner).abs <= tolerance + 1e-6
      end
    end

    def octagon_slack(box)
      [0.02 * box.width, 10].max
    end

    # Corners on a circle: each within the tolerance of the mean radius, with gaps up to 40 degrees between them.
    def round?(polygon, tolerance)
      points = polygon.each_point_hull.to_a
      return false if points.size < ROUND_CORNERS || polygon.holes > 0
      radii = corner_radii(polygon)
      mean = radii.sum / radii.size
      return false unless radii.all? { |radius| (radius - mean).abs <= tolerance + 1e-6 }
      longest = points.each_index.map { |i| Math.hypot(points[i].x - points[i - 1].x, points[i].y - points[i - 1].y) }.max
      longest <= 2 * mean * Math.sin(Math::PI / 9)
    end

    # The circle a round polygon stands for, as wide as its extents, or nil for other polygons.
    Circle = Struct.new(:x, :y, :radius) unless defined?(Circle)

    def circle(polygon)
      box = polygon.bbox
      return nil unless round?(polygon, 0.01 * box.width)
      Circle.new(0.5 * (box.left + box.right), 0.5 * (box.bottom + box.top), 0.25 * (box.width + box.height))
    end

    def corner_radii(polygon)
      box = polygon.bbox
      middle_x, middle_y = 0.5 * (box.left + box.right), 0.5 * (box.bottom + box.top)
      polygon.each_point_hull.map { |p| Math.hypot(p.x - middle_x, p.y - middle_y) }
    end

  end

end

# Distances between edges, and edge pairs gathered into places. Coordinates are dbu.

module Postpass

  module Distances

    module_function

    # smallest distance of two edges (float, dbu)
    def between(edge, other)
      return 0.0 if edge.intersect?(other)
      [[edge.p1, other], [edge.p2, other], [other.p1, edge], [other.p2, edge]].map { |point, line| to_segment(point, line) }.min
    end

    def to_segment(point, edge)
      dx, dy = edge.p2.x - edge.p1.x, edge.p2.y - edge.p1.y
      square = dx * dx + dy * dy
      along = square == 0 ? 0.0 : ((point.x - edge.p1.x) * dx + (point.y - edge.p1.y) * dy).to_f / square
      along = [[along, 0.0].max, 1.0].min
      Math.hypot(point.x - edge.p1.x - along * dx, point.y - edge.p1.y - along * dy)
    end

    def diagonal?(edge)
      (edge.dx.abs - edge.dy.abs).abs <= 2 && edge.dx.abs > 2 # a part of an edge ends on whole dbu
    end

    # Pairs of [edge pair, distance] that touch each other become one place: [[polygon, smallest distance], ...]
    def places(measured_pairs)
      areas = RBA::Region.new
      measured_pairs.each { |pair, _| area(pair).each { |polygon| areas.insert(polygon) } }
      index = ShapeIndex.new(areas.merged(false, 0))
      smallest = Hash.new(Float::INFINITY)
      measured_pairs.each do |pair, distance|
        place = index.owner(pair.first)
        smallest[place] = [smallest[place], distance].min
      end
      smallest.map { |place, distance| [index.polygons[place], distance] }
    end

    # what an edge pair covers: both edges, two dbu thick, and what lies between
    def area(pair)
      lines = RBA::Edges.new([pair.first, pair.second]).extended(1, 1, 1, 1, false)
      lines.insert(pair.polygon(0))
      lines.each
    end

  end

  # Polygons by place: finds those whose box touches a box.
  class ShapeIndex

    attr_reader :polygons

    def initialize(region)
      @polygons = region.each_merged.to_a
      @shapes = RBA::Shapes.new
      @polygons.each_with_index { |polygon, number| @shapes.insert(polygon, number + 1) }
    end

    # numbers of the polygons, in ascending order
    def touching(box)
      @shapes.each_touching(box).map { |shape| shape.prop_id - 1 }.sort
    end

    # number of the polygon that this edge is part of, or nil
    def owner(edge)
      touching(edge.bbox).find { |number| @polygons[number].touches?(edge) }
    end

  end

end

# Distances between edges, and edge pairs gathered into places. Coordinates are dbu.

module Postpass

  module Distances

    module_function

    # smallest distance of two edges (float, dbu)
    def between(edge, other)
      edge.intersect?(other) ? 0.0 : Math.hypot(*gap(edge, other))
    end

    # [dx, dy] of the shortest line between two edges that do not meet
    def gap(edge, other)
      [[edge.p1, other], [edge.p2, other], [other.p1, edge], [other.p2, edge]].map { |point, line| to_segment(point, line) }.min_by { |dx, dy| dx * dx + dy * dy }
    end

    def to_segment(point, edge)
      dx, dy = edge.p2.x - edge.p1.x, edge.p2.y - edge.p1.y
      square = dx * dx + dy * dy
      along = square == 0 ? 0.0 : ((point.x - edge.p1.x) * dx + (point.y - edge.p1.y) * dy).to_f / square
      along = [[along, 0.0].max, 1.0].min
      [point.x - edge.p1.x - along * dx, point.y - edge.p1.y - along * dy]
    end

    def of_boxes(one, other)
      dx = [one.left - other.right, other.left - one.right, 0].max
      dy = [one.bottom - other.top, other.bottom - one.top, 0].max
      Math.hypot(dx, dy)
    end

    # Is the shortest line between two edges one at 45 degrees, straight across an edge at 45 degrees?
    def diagonal?(edge, other)
      return false unless diagonal_edge?(edge) || diagonal_edge?(other)
      dx, dy = gap(edge, other)
      (dx.abs - dy.abs).abs <= 3
    end

    def diagonal_edge?(edge)
      off = edge.length > 100 ? 2 : 1 # ends on whole dbu; a short part of a facet must not pass for a diagonal
      (edge.dx.abs - edge.dy.abs).abs <= off && edge.dx != 0 && edge.dy != 0
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
      lines = Shapes.edges([pair.first, pair.second].map { |edge| edge.is_degenerate? ? across(pair) : edge }).extended(1, 1, 1, 1, false)
      lines.insert(pair.polygon(0))
      lines.each
    end

    # Two corners just nearer than the limit: what is left of their edges are points, which cover nothing.
    def across(pair)
      pair.first.p1 == pair.second.p1 ? RBA::Edge.new(pair.first.p1, pair.first.p1 + RBA::Vector.new(1, 0)) : RBA::Edge.new(pair.first.p1, pair.second.p1)
    end

  end

  # Polygons by place: finds those whose box touches a box.
  class ShapeIndex

    attr_reader :polygons

    # shapes: a region, whose connected shapes count as one each, or an array of polygons
    def initialize(shapes)
      @polygons = shapes.is_a?(Array) ? shapes : shapes.each_merged.to_a
      @shapes = RBA::Shapes.new
      @polygons.each_with_index { |polygon, number| @shapes.insert_polygon_with_properties(polygon, number + 1) }
    end

    # numbers of the polygons, in ascending order
    def touching(box)
      @shapes.each_touching(box).map { |shape| shape.prop_id - 1 }.sort
    end

    # number of the polygon that this piece was cut from; corners of the piece may have moved by a dbu
    def at(piece)
      near = touching(piece.bbox.enlarged(1, 1))
      near.find { |number| @polygons[number].touches?(piece) } || near.first
    end

    # number of the polygon that this edge is part of, or nil
    def owner(edge)
      touching(edge.bbox).find { |number| @polygons[number].touches?(edge) }
    end

  end

end

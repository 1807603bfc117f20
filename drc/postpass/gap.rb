# How far two figures are apart.

module Postpass

  # Smallest distances between figures, by plain arithmetic: RBA's polygons have none.
  module Gap

    module_function

    # smallest distance of two figures, each of its own Figures (float)
    def between(figures, number, others, other)
      one, two = figures.outline(number), others.outline(other)
      dx, dy = others.left(other) - figures.left(number), others.bottom(other) - figures.bottom(number)
      of_boxes = Math.hypot([dx - one.width, -dx - two.width, 0].max, [dy - one.height, -dy - two.height, 0].max)
      return of_boxes if one.box? && two.box?
      return 0.0 if of_boxes == 0 && one.polygon.touches?(two.polygon.moved(dx, dy))
      of_outlines(one, two, dx.to_f, dy.to_f)
    end

    # Only the edges that the distance of two corners leaves in question are compared: projected on the line between the
    # middles, an edge is at least as far from the other outline as from that outline's nearest corner.
    def of_outlines(one, two, dx, dy)
      ux, uy = dx + 0.5 * (two.width - one.width), dy + 0.5 * (two.height - one.height)
      length = Math.hypot(ux, uy)
      ux, uy = length == 0 ? [1.0, 0.0] : [ux / length, uy / length]
      contour, corner = foremost(one, ux, uy)
      x, y = one.contours[contour][0][corner], one.contours[contour][1][corner]
      other_contour, other_corner = foremost(two, -ux, -uy)
      other_x, other_y = two.contours[other_contour][0][other_corner] + dx, two.contours[other_contour][1][other_corner] + dy
      reach = Math.hypot(other_x - x, other_y - y) + 1e-6
      edges = facing(one, ux, uy, corner, other_x * ux + other_y * uy - reach)
      others = facing(two, -ux, -uy, other_corner, dx * ux + dy * uy - x * ux - y * uy - reach)
      smallest = reach
      edges.each do |ax, ay, bx, by|
        others.each do |cx, cy, ex, ey|
          distance = of_edges(ax, ay, bx, by, cx + dx, cy + dy, ex + dx, ey + dy)
          smallest = distance if distance < smallest
        end
      end
      smallest
    end

    # [contour, corner] of the corner farthest in a direction
    def foremost(outline, ux, uy)
      return [0, outline.farthest(ux, uy)] if outline.convex?
      outline.contours.each_with_index.flat_map { |(xs, _), contour| xs.each_index.map { |i| [contour, i] } }
             .max_by { |contour, i| outline.contours[contour][0][i] * ux + outline.contours[contour][1][i] * uy }
    end

    # Edges with an end at or beyond a projection on the direction: [[x1, y1, x2, y2], ...]; corner: the foremost of a convex one.
    def facing(outline, ux, uy, corner, least)
      return facing_of_convex(outline, ux, uy, corner, least) if outline.convex?
      outline.contours.flat_map do |xs, ys|
        xs.each_index.filter_map do |i|
          [xs[i - 1], ys[i - 1], xs[i], ys[i]] if xs[i] * ux + ys[i] * uy >= least || xs[i - 1] * ux + ys[i - 1] * uy >= least
        end
      end
    end

    def facing_of_convex(outline, ux, uy, corner, least)
      xs, ys = outline.contours[0]
      edges = []
      [1, -1].each do |step|
        at = corner
        xs.size.times do
          following = (at + step) % xs.size
          edges << [xs[at], ys[at], xs[following], ys[following]]
          at = following
          break if xs[at] * ux + ys[at] * uy < least
        end
      end
      edges
    end

    # of two edges that do not cross, from a to b and from c to d
    def of_edges(ax, ay, bx, by, cx, cy, dx, dy)
      first, second = to_edge(ax, ay, cx, cy, dx, dy), to_edge(bx, by, cx, cy, dx, dy)
      third, fourth = to_edge(cx, cy, ax, ay, bx, by), to_edge(dx, dy, ax, ay, bx, by)
      first = second if second < first
      third = fourth if fourth < third
      first < third ? first : third
    end

    def to_edge(x, y, ax, ay, bx, by)
      ux, uy = bx - ax, by - ay
      square = ux * ux + uy * uy
      along = square == 0 ? 0.0 : ((x - ax) * ux + (y - ay) * uy) / square
      along = along < 0.0 ? 0.0 : (along > 1.0 ? 1.0 : along)
      Math.hypot(x - ax - along * ux, y - ay - along * uy)
    end

  end

end

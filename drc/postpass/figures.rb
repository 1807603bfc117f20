# The connected shapes of a layer as columns of whole numbers, so that a million of them fit into memory and are walked
# through in seconds. A figure is an outline at a place: layouts draw few outlines at many places. Coordinates are dbu.

module Postpass

  # An outline with the lower left corner of its box at 0, and what is measured of it once for all its places.
  class Outline

    attr_reader :polygon, :width, :height, :level

    def initialize(polygon)
      @polygon = polygon
      box = polygon.bbox
      @width, @height = box.width, box.height
      # boxes are looked up in cells of 2**level, two to four times as wide as the outline
      @level = [[@width, @height].max.bit_length + 1, 6].max
    end

    def box?
      @box = @polygon.is_box? if @box.nil?
      @box
    end

    # Merged by itself it is one polygon, and the same.
    def plain?
      return @plain unless @plain.nil?
      merged = RBA::Region.new(@polygon).merged(false, 0)
      @plain = merged.count == 1 && merged.each.first == @polygon
    end

    def area
      @area ||= @polygon.area
    end

    # Length of a path of this area a and perimeter p: l + w = p / 2, l * w = a. An estimate for branched traces.
    def trace_length
      @trace_length ||= begin
        half = @polygon.perimeter / 2.0
        0.5 * (half + Math.sqrt([half * half - 4.0 * area, 0.0].max))
      end
    end

    # the middle of its box
    def middle
      @middle ||= RBA::Point.new(@width / 2, @height / 2)
    end

    def middle_inside?
      @middle_inside = @polygon.inside?(middle) if @middle_inside.nil?
      @middle_inside
    end

    # corners by contour: [[[x, ...], [y, ...]], ...], floats
    def contours
      @contours ||= [@polygon.each_point_hull.to_a].concat((0...@polygon.holes).map { |hole| @polygon.each_point_hole(hole).to_a })
                                                   .map { |points| [points.map { |p| p.x.to_f }, points.map { |p| p.y.to_f }] }
    end

    def convex?
      @convex = Shapes.convex?(@polygon) if @convex.nil?
      @convex
    end

    DIRECTIONS = 64 unless defined?(DIRECTIONS)

    # Number of the corner of a convex outline that lies farthest in a direction: climbs from the one of a direction nearby.
    def farthest(ux, uy)
      xs, ys = contours[0]
      sector = (Math.atan2(uy, ux) * DIRECTIONS / (2 * Math::PI)).round % DIRECTIONS
      @farthest ||= []
      at = @farthest[sector] ||= xs.each_index.max_by { |i| xs[i] * ux + ys[i] * uy }
      best = xs[at] * ux + ys[at] * uy
      [1, -1].each do |step|
        while (there = xs[following = (at + step) % xs.size] * ux + ys[following] * uy) > best
          at, best = following, there
        end
      end
      at
    end

  end

  # The figures of one layer of a technology.
  class Figures

    attr_reader :lefts, :bottoms, :outlines

    # shapes: of a layer by its index, [region, ...]; all of the cell without it
    def initialize(layers, name, &shapes)
      @layers, @name = layers, name
      @shapes = shapes || ->(index) { [layers.drawn(index)] }
      @lefts, @bottoms, @outlines = [], [], []
      traces? ? Merging.each_polygon(sources, @layers) { |polygon| add(polygon) } : read_closed_shapes
    end

    def size
      @lefts.size
    end

    def polygon(number)
      @outlines[number].polygon.moved(@lefts[number], @bottoms[number])
    end

    def box(number)
      outline = @outlines[number]
      RBA::Box.new(@lefts[number], @bottoms[number], @lefts[number] + outline.width, @bottoms[number] + outline.height)
    end

    # middle of the box: [x, y], floats
    def middle(number)
      [@lefts[number] + 0.5 * @outlines[number].width, @bottoms[number] + 0.5 * @outlines[number].height]
    end

    # numbers of the figures whose box touches a box
    def near(left, bottom, right, top)
      grid.touching(left, bottom, right, top)
    end

    # numbers of the figures that touch or overlap a figure of another layer
    def touching(other, number)
      left, bottom, outline = other.lefts[number], other.bottoms[number], other.outlines[number]
      near(left, bottom, left + outline.width, bottom + outline.height).select { |mine| touch?(mine, left, bottom, outline) }
    end

    # number of the figure at a point, or nil
    def at(x, y)
      near(x, y, x, y).find { |number| @outlines[number].box? || Shapes.holds?(@outlines[number].polygon, RBA::Point.new(x - @lefts[number], y - @bottoms[number])) }
    end

    # smallest distance of two figures (float)
    def distance(one, other)
      Gap.between(self, one, self, other)
    end

    # Adds those of a block's cell, at each of its places.
    def append(inside, block)
      lefts, bottoms, outlines = inside.turned(block.turn)
      block.places.each do |dx, dy|
        @lefts.concat(lefts.map { |x| x + dx })
        @bottoms.concat(bottoms.map { |y| y + dy })
        @outlines.concat(outlines)
      end
      @grid = nil
    end

    # the columns [lefts, bottoms, outlines] when all is turned about (0, 0)
    def turned(turn)
      return [@lefts, @bottoms, @outlines] if turn == RBA::Trans.new
      boxes, known = (0...size).map { |number| turn * box(number) }, {}.compare_by_identity
      outlines = @outlines.map { |outline| known[outline] ||= Outline.new(Shapes.at_origin(turn * outline.polygon)) }
      [boxes.map(&:left), boxes.map(&:bottom), outlines]
    end

    private

    # what is drawn on the layer: [region, ...]
    def sources
      @layers.indexes_of(@name).flat_map { |index| @shapes.call(index) }
    end

    def traces?
      @layers.technology.layers[@name]["parts"].any? { |part| @layers.technology.layers[part]["kind"] == "metal" }
    end

    def known_outlines
      @known_outlines ||= {}
    end

    # Takes the polygon over. Ruby does not see how large KLayout's objects are: a million of them would wait for its collector.
    def add(polygon)
      box = polygon.bbox
      left, bottom = box.left, box.bottom
      shifted = polygon.moved(-left, -bottom)
      @lefts << left
      @bottoms << bottom
      known = known_outlines[shifted]
      @outlines << (known || known_outlines[shifted] = Outline.new(shifted))
      [polygon, box, known && shifted].each { |object| object&._destroy }
    end

    # Vias, pads and contact points seldom touch each other: only those that may are merged.
    def read_closed_shapes
      sources.each { |region| region.each { |polygon| add(polygon) } }
      merge_those(numbers_that_may_touch)
    end

    def numbers_that_may_touch
      may = {}
      @outlines.each_with_index do |outline, number|
        left, bottom = @lefts[number], @bottoms[number]
        near = grid.touching(left, bottom, left + outline.width, bottom + outline.height, outline.level)
        near.each { |other| may[other] = true } if near.size > 1
        may[number] = true if near.size > 1 || !outline.plain?
      end
      may
    end

    def merge_those(chosen)
      return if chosen.empty?
      joined = RBA::Region.new
      joined.merged_semantics = false
      chosen.each_key { |number| joined.insert(polygon(number)) }
      rest = (0...size).reject { |number| chosen[number] }
      @lefts, @bottoms, @outlines = [@lefts, @bottoms, @outlines].map { |column| rest.map { |number| column[number] } }
      @grid = nil
      Merging.each_polygon([joined], @layers) { |polygon| add(polygon) }
    end

    def touch?(mine, left, bottom, outline)
      own = @outlines[mine]
      return true if own.box? && outline.box? # boxes that touch
      dx, dy = left - @lefts[mine], bottom - @bottoms[mine]
      middle = outline.middle
      return true if outline.middle_inside? && own.polygon.inside?(RBA::Point.new(middle.x + dx, middle.y + dy))
      own.polygon.touches?(outline.polygon.moved(dx, dy))
    end

    def grid
      @grid ||= BoxGrid.new(@lefts, @bottoms, @outlines)
    end

  end

  # Finds figures by their boxes. Each stands in the few cells that its box touches, in a grid of cells that fit its size.
  class BoxGrid

    def initialize(lefts, bottoms, outlines)
      @lefts, @bottoms, @outlines = lefts, bottoms, outlines
      @levels = Hash.new { |known, level| known[level] = {} }
      @outlines.each_index { |number| insert(number) }
    end

    # Numbers of the figures whose box touches the box, ascending; of larger or equally large ones alone with a level.
    # (Plain loops: this runs once or twice for every shape of a layout.)
    def touching(left, bottom, right, top, from_level = 0)
      found = []
      @levels.each do |level, cells|
        next if level < from_level
        column, last_column, first_row, last_row = left >> level, right >> level, bottom >> level, top >> level
        if (last_column - column + 1) * (last_row - first_row + 1) > cells.size
          cells.each_value { |members| take(members, found, left, bottom, right, top) }
          next
        end
        while column <= last_column
          row = first_row
          while row <= last_row
            members = cells[(column << 31) + row]
            take(members, found, left, bottom, right, top) if members
            row += 1
          end
          column += 1
        end
      end
      found.size > 1 ? found.uniq.sort : found
    end

    private

    def take(members, found, left, bottom, right, top)
      return members.each { |number| found << number if meets?(number, left, bottom, right, top) } unless members.is_a?(Integer)
      found << members if meets?(members, left, bottom, right, top)
    end

    def meets?(number, left, bottom, right, top)
      outline, x, y = @outlines[number], @lefts[number], @bottoms[number]
      x <= right && y <= top && x + outline.width >= left && y + outline.height >= bottom
    end

    def insert(number)
      outline, left, bottom = @outlines[number], @lefts[number], @bottoms[number]
      level = outline.level
      cells = @levels[level]
      column, last_column, last_row = left >> level, (left + outline.width) >> level, (bottom + outline.height) >> level
      while column <= last_column
        row = bottom >> level
        while row <= last_row
          key = (column << 31) + row
          members = cells[key]
          cells[key] = members.nil? ? number : (members.is_a?(Integer) ? [members, number] : members << number)
          row += 1
        end
        column += 1
      end
    end

  end

  # Merges the shapes of layers in tiles, on as many threads as the layers say: each connected piece of metal comes once and whole.
  module Merging

    module_function

    FEW = 20_000 unless defined?(FEW) # shapes that are merged in one go
    PER_TILE = 1000 unless defined?(PER_TILE)

    # polygons of the regions together; regions: of unmerged shapes
    def each_polygon(regions, layers, &block)
      count = regions.sum(&:count)
      return in_tiles(regions, regions.map(&:bbox).reduce(RBA::Box.new, :+), count, layers, &block) if count > FEW
      regions.reduce(RBA::Region.new, :+).merged(false, 0).each(&block)
    end

    # A polygon strictly inside a tile is complete, for a tile is given every shape that reaches into it; no other tile
    # finds it. What reaches over the edge of its tile is merged once more.
    def in_tiles(inputs, box, count, layers)
      tile = [(Math.sqrt(box.area.to_f * PER_TILE / count)).ceil, 1000].max
      crossing = RBA::Region.new
      merged_by_tile(inputs, box, tile, layers).each do |polygon|
        inside_one_tile?(polygon.bbox, box, tile) ? yield(polygon) : crossing.insert(polygon)
      end
      crossing.merged(false, 0).each { |polygon| yield(polygon) }
    end

    def merged_by_tile(inputs, box, tile, layers)
      found = RBA::Region.new
      found.merged_semantics = false
      processor = Tiles.processor(box, layers.dbu, tile * layers.dbu, layers.threads)
      inputs.each_with_index { |shapes, number| processor.input("shapes#{number}", shapes) }
      processor.output("found", found)
      processor.queue("_output(found, (#{inputs.each_index.map { |number| "shapes#{number}" }.join(' + ')}).merged(false, 0), false)")
      processor.execute("Post-passivation DRC")
      found
    end

    # One dbu of room: the edges of tiles are lengths in um, rounded.
    def inside_one_tile?(polygon, box, tile)
      [[polygon.left - box.left, polygon.right - box.left], [polygon.bottom - box.bottom, polygon.top - box.bottom]].all? do |low, high|
        (low - 2).div(tile) == (high + 2).div(tile)
      end
    end

  end

  # Smallest distances between figures, by plain arithmetic: RBA's polygons have none.
  module Gap

    module_function

    # smallest distance of two figures, each of its own Figures (float)
    def between(figures, number, others, other)
      one, two = figures.outlines[number], others.outlines[other]
      dx, dy = others.lefts[other] - figures.lefts[number], others.bottoms[other] - figures.bottoms[number]
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

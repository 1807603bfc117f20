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

    # lefts, bottoms, outlines: of the figures outside of blocks; placed: [PlacedFigures, ...]
    attr_reader :lefts, :bottoms, :outlines, :placed

    # shapes: of a layer by its index, [region, ...]; all of the cell without it
    def initialize(layers, name, &shapes)
      @layers, @name = layers, name
      @shapes = shapes || ->(index) { [layers.drawn(index)] }
      @lefts, @bottoms, @outlines, @placed = [], [], [], []
      traces? ? Merging.each_polygon(sources, @layers) { |polygon| add(polygon) } : read_closed_shapes
    end

    # of figures outside of blocks: those come first
    def loose
      @lefts.size
    end

    def size
      @placed.empty? ? loose : @placed.last.following
    end

    def left(number)
      number < @lefts.size ? @lefts[number] : placed_at(number).left(number)
    end

    def bottom(number)
      number < @lefts.size ? @bottoms[number] : placed_at(number).bottom(number)
    end

    def outline(number)
      number < @lefts.size ? @outlines[number] : placed_at(number).outline(number)
    end

    def polygon(number)
      outline(number).polygon.moved(left(number), bottom(number))
    end

    def box(number)
      outline, left, bottom = outline(number), left(number), bottom(number)
      RBA::Box.new(left, bottom, left + outline.width, bottom + outline.height)
    end

    # middle of the box: [x, y], floats
    def middle(number)
      outline = outline(number)
      [left(number) + 0.5 * outline.width, bottom(number) + 0.5 * outline.height]
    end

    # numbers of the figures whose box touches a box
    def near(left, bottom, right, top)
      found = grid.touching(left, bottom, right, top)
      @placed.empty? ? found : @placed.reduce(found) { |sum, figures| sum + figures.near(left, bottom, right, top) }
    end

    # numbers of the figures that touch or overlap a figure of another layer
    def touching(other, number)
      left, bottom, outline = other.left(number), other.bottom(number), other.outline(number)
      near(left, bottom, left + outline.width, bottom + outline.height).select { |mine| touch?(mine, left, bottom, outline) }
    end

    # number of the figure at a point, or nil
    def at(x, y)
      near(x, y, x, y).find { |number| outline(number).box? || Shapes.holds?(outline(number).polygon, RBA::Point.new(x - left(number), y - bottom(number))) }
    end

    # smallest distance of two figures (float)
    def distance(one, other)
      Gap.between(self, one, self, other)
    end

    # Adds those of a block's cell, at each of its places.
    def append(inside, block)
      @placed << PlacedFigures.new(inside, block, size)
    end

    # index in `placed` of the block that a figure belongs to
    def block_of(number)
      @placed.index { |figures| number < figures.following }
    end

    # the columns [lefts, bottoms, outlines] when all is turned about (0, 0)
    def turned(turn)
      return [@lefts, @bottoms, @outlines] if turn == RBA::Trans.new
      boxes, known = (0...loose).map { |number| turn * box(number) }, {}.compare_by_identity
      outlines = @outlines.map { |outline| known[outline] ||= Outline.new(Shapes.at_origin(turn * outline.polygon)) }
      [boxes.map(&:left), boxes.map(&:bottom), outlines]
    end

    private

    def placed_at(number)
      @placed[block_of(number)]
    end

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
      own = outline(mine)
      return true if own.box? && outline.box? # boxes that touch
      dx, dy = left - left(mine), bottom - bottom(mine)
      middle = outline.middle
      return true if outline.middle_inside? && own.polygon.inside?(RBA::Point.new(middle.x + dx, middle.y + dy))
      own.polygon.touches?(outline.polygon.moved(dx, dy))
    end

    def grid
      @grid ||= BoxGrid.new(@lefts, @bottoms, @outlines)
    end

  end

end

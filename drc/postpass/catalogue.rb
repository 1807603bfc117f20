# The catalogue: each outline that occurs on a layer once, however often it is drawn. What is wrong with an outline is
# wrong at all its places, so that a million equal vias are judged by looking at one.

module Postpass

  class Catalogue

    # conditions on one closed shape alone, and on the edges of a drawn shape
    KINDS = %w[width_min width_max aspect_ratio_min aspect_ratio_max shape space angle] unless defined?(KINDS)
    OFFSET = 2**30 unless defined?(OFFSET) # coordinates lie within 2^30: two make one small integer

    def self.judges?(rule, technology)
      KINDS.include?(rule["check"]) && (rule["check"] == "angle" || technology.closed_shapes?(rule["layer"]))
    end

    # space is also a question of what lies beside a shape
    def self.judges_alone?(rule, technology)
      judges?(rule, technology) && rule["check"] != "space"
    end

    # hierarchy: where cells are placed, or nil where shapes change with their placement
    def initialize(layers, hierarchy)
      @layers, @technology, @hierarchy, @outlines = layers, layers.technology, hierarchy, {}
    end

    # boxes (dbu, in the top cell) of the shapes whose outline breaks the rule; may hold a few too many
    def places(rule)
      suspects = outlines(rule["layer"]).keys
      suspects = rule["check"] == "angle" ? suspects.select { |outline| slanted?(outline, rule) } : judged(suspects, rule)
      boxes_of(suspects.flat_map { |outline| outlines(rule["layer"])[outline].map { |spot| [outline.bbox, spot] } } + rectangles(rule))
    end

    private

    Source = Struct.new(:cell, :shapes) unless defined?(Source) # cell: nil where the shapes are those of the top cell, all flat

    def sources(layer)
      @technology.layers[layer]["parts"].flat_map { |part| @layers.indexes_of(part) }.flat_map do |index|
        next [Source.new(nil, @layers.drawn(index))] unless @hierarchy
        @hierarchy.cells.reject { |cell| cell.shapes(index).is_empty? }.map { |cell| Source.new(cell, @hierarchy.own(cell, index)) }
      end
    end

    # {outline with its lower left corner at 0 => [[cell, packed place of that corner], ...]}, without rectangles
    def outlines(layer)
      @outlines[layer] ||= Hash.new { |known, outline| known[outline] = [] }.tap do |found|
        sources(layer).each do |source|
          source.shapes.non_rectangles.each do |polygon|
            box = polygon.bbox
            found[polygon.moved(-box.left, -box.bottom)] << [source.cell, packed(box)]
          end
        end
      end
    end

    def packed(box)
      (box.left + OFFSET) * 2 * OFFSET + box.bottom + OFFSET
    end

    # Rectangles are told from their boxes.
    def rectangles(rule)
      return [] if %w[space angle].include?(rule["check"])
      sources(rule["layer"]).flat_map do |source|
        wrong_rectangles(source.shapes.rectangles, rule).each.map { |polygon| [polygon.bbox.moved(-polygon.bbox.left, -polygon.bbox.bottom), [source.cell, packed(polygon.bbox)]] }
      end
    end

    def wrong_rectangles(rectangles, rule)
      rectangles.merged_semantics = false
      case rule["check"]
      when "width_min" then rectangles.with_bbox_min(0, @layers.limit_dbu(rule["value_um"]), false)
      when "width_max" then rectangles.with_bbox_max(above(@layers.dbu_of(rule["value_um"])), nil, false)
      when "aspect_ratio_max" then rectangles.with_bbox_min(0, (size_at(rule) - 1e-6).ceil, false)
      when "aspect_ratio_min" then rectangles.with_bbox_min(above(size_at(rule)), nil, false)
      else rule["shapes"].include?("rectangle") ? RBA::Region.new : not_square(rectangles, rule)
      end
    end

    def not_square(rectangles, rule)
      rule["shapes"].include?("square") ? rectangles.non_squares : rectangles
    end

    # the size (dbu) at which a via has the ratio of the rule
    def size_at(rule)
      @layers.dbu_of(@technology.layers[rule["layer"]]["depth_um"] / rule["value"])
    end

    # the smallest whole number above
    def above(length)
      (length + 1e-6).floor + 1
    end

    # Edges of merged metal lie on drawn edges; where these are cut, corners move by less than a dbu.
    def slanted?(outline, rule)
      return false if Shapes.round?(outline, 0.01 * outline.bbox.width)
      outline.each_edge.any? do |edge|
        off = Math.atan2(edge.dy, edge.dx) * 180.0 / Math::PI % rule["value_deg"]
        edge.length * Math.sin([off, rule["value_deg"] - off].min * Math::PI / 180.0) > 0.25
      end
    end

    # The outlines in which the rule's own check finds something, laid out side by side.
    def judged(outlines, rule)
      return [] if outlines.empty?
      layout, shelf = RBA::Layout.new, Shelf.new(outlines, Sieve.reach(rule, @layers))
      layout.dbu = @layers.dbu
      cell = layout.create_cell("catalogue")
      shapes = cell.shapes(layout.layer(*@technology.layers[@technology.layers[rule["layer"]]["parts"].first]["gds"]))
      outlines.each_with_index { |outline, number| shapes.insert(outline.moved(*shelf.place(number))) }
      found = Checks.new(Layers.new(layout, cell, @technology)).send(rule["check"], rule)
      found.map { |finding| shelf.number_at(finding.shapes.first.bbox.center) }.uniq.map { |number| outlines[number] }
    end

    # [[box of an outline, [cell, packed place]], ...] -> boxes in the top cell
    def boxes_of(spots)
      spots.flat_map do |box, (cell, place)|
        at_home = box.moved(place / (2 * OFFSET) - OFFSET, place % (2 * OFFSET) - OFFSET)
        cell ? @hierarchy.placements(cell).map { |placement| placement * at_home } : [at_home]
      end
    end

  end

  # Places for outlines side by side, far enough apart to know nothing of each other.
  class Shelf

    def initialize(outlines, gap)
      @pitch = outlines.map { |outline| [outline.bbox.width, outline.bbox.height].max }.max + gap
      @columns = Math.sqrt(outlines.size).ceil
      raise CannotCheck, "too many different shapes to compare side by side: check with mode=flat" if @pitch * @columns > 2**30
    end

    # [dx, dy] for an outline whose lower left corner lies at 0
    def place(number)
      [number % @columns * @pitch, number / @columns * @pitch]
    end

    def number_at(point)
      point.y / @pitch * @columns + point.x / @pitch
    end

  end

end

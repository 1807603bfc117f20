# Checks a rule at some places of a large layout: with all that lies near them, and with nothing else.

module Postpass

  # The part of the layers that touches some windows: whole shapes, as they are drawn.
  class NearLayers < Layers

    # windows: boxes in dbu
    def initialize(layers, windows)
      super(layers.layout, layers.cell, layers.technology)
      @layer_indexes = layers.layer_indexes
      @windows = Shapes.region(windows).merged.each.flat_map { |polygon| NearLayers.boxes(polygon, @dbu) }
    end

    SMALL_UM = 50.0 unless defined?(SMALL_UM)

    # The box around a large bent region would hold much that does not matter: such a region is cut into boxes.
    def self.boxes(polygon, dbu)
      box = polygon.bbox
      return [box] if polygon.is_box? || [box.width, box.height].max * dbu <= SMALL_UM
      polygon.decompose_trapezoids.map(&:bbox)
    end

    def raw(name)
      return super if @technology.layers[name]["kind"] == "outline"
      @raw[name] ||= RBA::Region.new.tap do |region|
        region.merged_semantics = false
        indexes_of(name).each { |index| insert_touching(region, index) }
      end
    end

    private

    def insert_touching(region, index)
      @windows.each { |window| region.insert(RBA::Region.new(@cell.begin_shapes_rec_touching(index, window))) }
    end

    # few shapes are merged faster without a hierarchy
    def store
      nil
    end

  end

  class Nearby

    MARGIN = 10 unless defined?(MARGIN) # dbu by which findings may reach beyond the place that led to them
    ROUNDS = 20 unless defined?(ROUNDS)

    # the box of the connected shapes of a layer that touch a box, and of that box
    def self.whole_shapes_at(layers, layer, box)
      new(layers, "layer" => layer).connected_at([box]).reduce(box, :+)
    rescue Unbounded
      layers.cell.bbox
    end

    # The block checks the rule on the layers it is given.
    def initialize(layers, rule, &check)
      @layers, @technology, @rule, @check = layers, layers.technology, rule, check
      @reach = Sieve.reach(rule, layers)
    end

    # The findings at these places (boxes, dbu), the same as in the whole layout.
    def findings(places)
      return [] if places.empty?
      ROUNDS.times do
        sought, near = sought_and_near(places)
        found = @check.call(near)
        known = Boxes.new(sought)
        right, unsure = found.partition { |finding| finding.shapes.all? { |shape| known.covers?(shape.bbox) } }
        cut = unsure.flat_map { |finding| finding.shapes.map(&:bbox) }.select { |box| known.touches?(box) }
        return right if cut.empty?
        # What goes on beyond the known is looked at once more, with what lies around it.
        places += cut
      end
      raise Unbounded
    rescue Unbounded
      @check.call(@layers)
    end

    # boxes of the connected shapes that touch these boxes
    def connected_at(boxes)
      known = Boxes.new(boxes)
      NearLayers.new(@layers, connected_windows(boxes)).merged(@rule["layer"]).each.map(&:bbox).select { |box| known.touches?(box) }
    end

    # A shape goes on and on: only the whole layout shows it.
    class Unbounded < StandardError; end

    private

    # [boxes within which every finding is right, the layers with all that matters there]
    def sought_and_near(places)
      sought = places.map { |box| box.enlarged(MARGIN, MARGIN) }
      windows = sought.map { |box| box.enlarged(@reach, @reach) }
      return [sought, NearLayers.new(@layers, windows)] unless whole_shapes?
      guilty = connected_at(sought)
      sought += guilty.map { |box| box.enlarged(MARGIN, MARGIN) }
      [sought, NearLayers.new(@layers, connected_windows(sought.map { |box| box.enlarged(@reach, @reach) }))]
    end

    # Is a finding of this rule a whole shape, or measured from the middle of one?
    def whole_shapes?
      @technology.closed_shapes?(@rule["layer"]) || @rule["check"] == "die_clearance"
    end

    # The windows, larger by the shapes that touch them until all of these are whole.
    def connected_windows(windows)
      count = nil
      ROUNDS.times do
        near = NearLayers.new(@layers, windows)
        return windows if near.raw(@rule["layer"]).count == count
        count = near.raw(@rule["layer"]).count
        known = Boxes.new(windows)
        windows += near.merged(@rule["layer"]).each.map(&:bbox).reject { |box| known.covers?(box) }
      end
      raise Unbounded
    end

  end

  # Boxes by place.
  class Boxes

    def initialize(boxes)
      @shapes = RBA::Shapes.new
      Shapes.region(boxes).merged.each { |polygon| @shapes.insert(polygon) }
    end

    def touches?(box)
      touching(box).any? { |shape| shape.is_box? || shape.polygon.touches?(box) }
    end

    # Do the boxes together cover this one?
    def covers?(box)
      near = touching(box)
      return true if near.any? { |shape| shape.is_box? && box.inside?(shape.bbox) }
      box = box.enlarged(1, 1) # an edge is no area
      !near.empty? && (RBA::Region.new(box) - Shapes.region(near.map(&:polygon))).is_empty?
    end

    private

    def touching(box)
      @shapes.each_touching(box).to_a
    end

  end

end

# What a check found, and the layers it looks at.

module Postpass

  # One violation: what to draw (an array of polygons, boxes, edges in dbu; may be empty) and the measured value in words.
  Finding = Struct.new(:shapes, :text) unless defined?(Finding)

  # A shape that occurs at several places: its outline with the lower left corner at 0, and the polygons.
  Form = Struct.new(:outline, :members) do
    # smallest and largest size in dbu
    def size
      @size ||= Shapes.size(outline)
    end
  end unless defined?(Form)

  # The layers of one cell: each is read and merged once and shared by all checks.
  class Layers

    attr_reader :layout, :cell, :technology, :dbu
    attr_accessor :threads # for what KLayout's engine does in parallel
    attr_accessor :by_cell # whether nets of repeated cells are told once

    def initialize(layout, cell, technology)
      @layout, @cell, @technology, @dbu, @threads = layout, cell, technology, layout.dbu, 1
      @raw, @merged, @indexes, @forms, @drawn, @circles = {}, {}, {}, {}, {}, {}
      @layer_indexes = Hash.new { |known, gds| known[gds] = indexes_with(gds) }
    end

    # shapes as drawn
    def raw(name)
      @raw[name] ||= RBA::Region.new.tap do |region|
        indexes_of(name).each { |index| region.insert(RBA::Region.new(@cell.begin_shapes_rec(index))) } # without their properties: these keep metal from merging
        region.merged_semantics = false
      end
    end

    # connected shapes as one polygon each
    def merged(name)
      @merged[name] ||= store ? flat_copy(merged_by_cell(name)) : raw(name).merged(false, 0)
    end

    # the same, on the cells of the hierarchy
    def merged_by_cell(name)
      store.threads = @threads
      deep = indexes_of(name).map { |index| RBA::Region.new(@cell.begin_shapes_rec(index), store) }.reduce { |sum, part| sum + part }
      deep ? deep.merged(false, 0) : RBA::Region.new
    end

    # Is the same metal placed so often that it pays to look at cells? Not where placements change what they hold.
    def repeated?(name)
      return false if hierarchy.odd_placement
      hierarchy.flat_shapes(indexes_of(name)) >= 4 * hierarchy.own_shapes(indexes_of(name))
    end

    def hierarchy
      @hierarchy ||= Hierarchy.new(@layout, @cell)
    end

    # Indexes of the layers that hold the parts of a layer; parts without a shape may have none. Two layers of a layout
    # may have the same numbers and different names.
    def indexes_of(name)
      @technology.layers[name]["parts"].flat_map { |part| @layer_indexes[@technology.layers[part]["gds"]] }
    end

    # Congruent shapes of a layer: few forms stand for many vias. [Form, ...]
    def forms(name)
      @forms[name] ||= merged(name).each.group_by { |polygon| Shapes.at_origin(polygon) }
                                   .map { |outline, members| Form.new(outline, members) }
    end

    def index(name)
      @indexes[name] ||= ShapeIndex.new(merged(name))
    end

    # the circle of the round shape, as drawn on that layer, that has this edge or a part of it as a facet, or nil
    def circle_with(name, facet)
      drawn_at(name, facet.bbox).lazy.select { |polygon| polygon.each_point_hull.any? { |point| point == facet.p1 || point == facet.p2 } }
                                .filter_map { |polygon| circle_of(polygon) }.first
    end

    # circles of the round shapes, as drawn on that layer, that touch a box
    def circles_at(name, box)
      drawn_at(name, box).filter_map { |polygon| circle_of(polygon) }
    end

    # The circle that a round polygon stands for, or nil; told once for each outline.
    def circle_of(polygon)
      return nil if polygon.is_box?
      box = polygon.bbox
      outline = polygon.moved(-box.left, -box.bottom)
      @circles[outline] = Shapes.circle(outline) unless @circles.key?(outline)
      circle = @circles[outline]
      circle && Shapes::Circle.new(circle.x + box.left, circle.y + box.bottom, circle.radius)
    end

    def empty?(name)
      indexes_of(name).all? { |index| @cell.bbox_per_layer(index).empty? }
    end

    # layers of the file that no layer of the technology names: [RBA::LayerInfo, ...]
    def unknown
      known = @technology.drawn.map { |layer| layer["gds"] }
      used_infos.reject { |info| known.include?([info.layer, info.datatype]) }
    end

    # drawn layers of the technology without a shape
    def absent
      @technology.drawn.map { |layer| layer["name"] }.select { |name| empty?(name) }
    end

    # labels of the label layers: [[text, point], ...]
    def texts
      @texts ||= @technology.drawn.select { |layer| layer["kind"] == "label" }.flat_map { |layer| texts_on(layer["name"]) }
    end

    def texts_on(name)
      indexes_of(name).flat_map do |index|
        found, shapes = [], @cell.begin_shapes_rec(index)
        shapes.shape_flags = RBA::Shapes::STexts
        shapes.each { |place| found << [Postpass.shown(place.shape.text.string), place.trans.trans(RBA::Point.new(place.shape.text.x, place.shape.text.y))] }
        found
      end
    end

    # the shapes of one layer of the layout as they are drawn, not merged
    def drawn(index)
      RBA::Region.new(@cell.begin_shapes_rec(index)).tap { |region| region.merged_semantics = false }
    end

    # length in um -> dbu (float); the one place where um become dbu
    def dbu_of(length_um)
      length_um.to_f / @dbu
    end

    # the smallest whole number of dbu that keeps the limit
    def limit_dbu(length_um)
      (dbu_of(length_um) - 1e-6).ceil
    end

    # dbu -> um as text, without superfluous digits
    def um(length)
      ("%.4f" % (length * @dbu)).sub(/\.?0+$/, "")
    end

    protected

    # {[layer, datatype] => indexes}
    attr_reader :layer_indexes

    private

    def indexes_with(gds)
      @layout.layer_indexes.select { |index| @layout.get_info(index).then { |info| [info.layer, info.datatype] } == gds }
    end

    # polygons as drawn on a layer whose boxes touch a box
    def drawn_at(name, box)
      drawn = @drawn[name] ||= ShapeIndex.new(raw(name).each.to_a)
      drawn.touching(box).map { |number| drawn.polygons[number] }
    end

    # KLayout merges cell by cell about three times as fast as it merges flat, and arrays of cells as fast as one of them.
    # Placements at other sizes or angles round differently there: such layouts are merged flat.
    def store
      @store = (hierarchy.odd_placement ? nil : RBA::DeepShapeStore.new) unless defined?(@store)
      @store
    end

    # copied, not flattened in place: results of checks on the latter were seen to end the application
    def flat_copy(deep)
      RBA::Region.new.tap do |flat|
        flat.insert(deep)
        flat.merged_semantics = false
      end
    end

    def used_infos
      @layout.layer_indexes.reject { |index| @cell.bbox_per_layer(index).empty? }.map { |index| @layout.get_info(index) }
    end

  end

end

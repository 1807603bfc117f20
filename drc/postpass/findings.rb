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

    def initialize(layout, cell, technology)
      @layout, @cell, @technology, @dbu = layout, cell, technology, layout.dbu
      @raw, @merged, @indexes, @forms, @drawn = {}, {}, {}, {}, {}
    end

    # shapes as drawn
    def raw(name)
      @raw[name] ||= begin
        region = RBA::Region.new
        parts(name).each { |index| region.insert(@cell.begin_shapes_rec(index)) }
        region.merged_semantics = false
        region
      end
    end

    # connected shapes as one polygon each
    def merged(name)
      @merged[name] ||= store ? merged_by_cell(name) : raw(name).merged(false, 0)
    end

    # Congruent shapes of a layer: few forms stand for many vias. [Form, ...]
    def forms(name)
      @forms[name] ||= merged(name).each.group_by { |polygon| polygon.moved(-polygon.bbox.left, -polygon.bbox.bottom) }
                                   .map { |outline, members| Form.new(outline, members) }
    end

    def index(name)
      @indexes[name] ||= ShapeIndex.new(merged(name))
    end

    # the circle of the round shape, as drawn on that layer, that has this edge or a part of it as a facet, or nil
    def circle_with(name, facet)
      drawn = @drawn[name] ||= ShapeIndex.new(raw(name).each.to_a)
      near = drawn.touching(facet.bbox).map { |number| drawn.polygons[number] }
      owner = near.find { |polygon| polygon.each_point_hull.any? { |point| point == facet.p1 || point == facet.p2 } }
      owner && Shapes.circle(owner)
    end

    def empty?(name)
      parts(name).all? { |index| @cell.bbox_per_layer(index).empty? }
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
      parts(name).flat_map do |index|
        found, shapes = [], @cell.begin_shapes_rec(index)
        shapes.shape_flags = RBA::Shapes::STexts
        shapes.each { |place| found << [place.shape.text.string, place.trans.trans(RBA::Point.new(place.shape.text.x, place.shape.text.y))] }
        found
      end
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

    private

    # KLayout merges cell by cell about three times as fast as it merges flat, and arrays of cells as fast as one of them.
    # Placements at other sizes or angles round differently there: such layouts are merged flat.
    def store
      @store = (odd_placements? ? nil : RBA::DeepShapeStore.new) unless defined?(@store)
      @store
    end

    def merged_by_cell(name)
      @store.threads = 2
      by_cell = parts(name).map { |index| RBA::Region.new(@cell.begin_shapes_rec(index), @store) }.reduce { |sum, part| sum + part }
      # copied, not flattened in place: results of checks on the latter were seen to end the application
      RBA::Region.new.tap do |flat|
        flat.insert(by_cell.merged(false, 0)) if by_cell
        flat.merged_semantics = false
      end
    end

    def odd_placements?
      @layout.each_cell.any? { |cell| cell.each_inst.any?(&:is_complex?) }
    end

    def used_infos
      @layout.layer_indexes.reject { |index| @cell.bbox_per_layer(index).empty? }.map { |index| @layout.get_info(index) }
    end

    def parts(name)
      @technology.layers[name]["parts"].map { |part| @technology.layers[part]["gds"] }
        .map { |layer, datatype| @layout.find_layer(layer, datatype) || find_numbered(layer, datatype) }.compact
    end

    # a layer whose name differs but whose numbers are the same
    def find_numbered(layer, datatype)
      @layout.layer_indexes.find { |index| [@layout.get_info(index).layer, @layout.get_info(index).datatype] == [layer, datatype] }
    end

  end

end

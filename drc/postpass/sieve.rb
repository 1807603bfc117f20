# The sieve: where in a large layout a rule may be broken. It may name a place too many, never one too few.
#
# Each kind of check has one question in KLayout's expression language. search.rb asks it in tiles or on the cells of the
# hierarchy; nearby.rb then measures at the places found, with the very checks of a small layout. So the mode of a run
# decides about its time, never about its result.
#
# Merging takes longest of all, so that questions on vias and pads are asked of their boxes, and only metal is merged.

module Postpass

  class Sieve

    # inputs: {name => [layer indexes]}; statements: they define the variables, in order; questions: {key => text of a region}
    attr_reader :inputs, :statements, :questions

    # rules: those to ask for; kinds without a question are left out
    def initialize(layers, rules)
      @layers, @technology = layers, layers.technology
      @inputs, @statements, @questions, @named = {}, [], {}, {}
      rules.each { |rule| ask(rule) }
    end

    def knows?(rule)
      respond_to?("ask_#{rule['check']}", true) || Catalogue.judges?(rule, @technology) || rule["check"] == "die_clearance"
    end

    # How far (dbu) around a tile its questions look.
    def border(rules)
      known = rules.select { |rule| knows?(rule) && rule["check"] != "die_clearance" }
      10 + (known.map { |rule| looks_far(rule) }.max || 0).ceil
    end

    def looks_far(rule)
      value, wide = rule.values_at("value_um", "wider_than_um").map { |length| @layers.dbu_of(length || 0) }
      %w[width_max pitch_min].include?(rule["check"]) ? value / 2 : value + wide / 2
    end

    # How far from a place (dbu) something can matter to what is measured there.
    def self.reach(rule, layers)
      lengths = rule.values_at("value_um", "wider_than_um", "tolerance_um").compact
      2 * layers.dbu_of(lengths.max || 0).ceil + 20
    end

    # key of the question where shapes of a layer touch each other
    def self.touching(layer)
      "touching #{layer}"
    end

    private

    def ask(rule)
      if Catalogue.judges?(rule, @technology) && rule["check"] != "angle"
        layer = rule["layer"]
        @questions[Sieve.touching(layer)] ||= touching_shapes(layer)
      end
      name = "ask_#{rule['check']}"
      @questions[rule["id"]] = send(name, rule) if respond_to?(name, true) && !Catalogue.judges_alone?(rule, @technology)
    end

    # variables: each is defined when it is first asked for

    def define(name, text)
      @named[name] ||= begin
        @statements << "var #{name} = #{text}"
        name
      end
    end

    # the layer's shapes as they are drawn, of all its parts
    def drawn(layer)
      @named["drawn_#{layer}"] ||= begin
        inputs = @technology.layers[layer]["parts"].map { |part| input(part) }
        name = define("all_#{layer}", inputs.join(" + "))
        @statements << "#{name}.merged_semantics = false"
        name
      end
    end

    def drawn_parts(layer)
      @technology.layers[layer]["parts"].map { |part| drawn(part) }
    end

    def input(part)
      name = "input_#{part}"
      @inputs[name] ||= @layers.indexes_of(part)
      name
    end

    # The layer's connected shapes as one polygon each. Vias and pads mostly lie apart and need no merging then.
    def connected(layer)
      return define("connected_#{layer}", "(#{pieces(layer).join(' + ')}).merged(false, 0)") unless @technology.closed_shapes?(layer)
      define("connected_#{layer}", "#{touching_variable(layer)}.is_empty ? #{drawn(layer)} : #{drawn(layer)}.merged(false, 0)")
    end

    # Parts of a layer; those that are merged for their own sake in any case come merged.
    def pieces(layer)
      parts = @technology.layers[layer]["parts"]
      parts == [layer] ? [drawn(layer)] : parts.map { |part| @technology.closed_shapes?(part) ? drawn(part) : connected(part) }
    end

    def touching_variable(layer)
      define("touching_#{layer}", touching_shapes(layer))
    end

    # Boxes a dbu larger on each side overlap where shapes touch, or nearly.
    def touching_shapes(layer)
      "#{drawn(layer)}.extents(1, 1).merged(false, 2)"
    end

    # questions

    def ask_width_min(rule)
      "#{connected(rule['layer'])}.width_check(#{limit(rule)}).polygons(1)"
    end

    def ask_width_max(rule)
      half = [floor(rule["value_um"]) / 2 - 1, 0].max
      "#{connected(rule['layer'])}.with_bbox_min(#{floor(rule['value_um'])}, nil, false).sized(#{-half}, 2)"
    end

    # Boxes that reach half the limit farther overlap where two are too near.
    def ask_space(rule)
      return near_boxes(drawn(rule["layer"]), rule) if @technology.closed_shapes?(rule["layer"])
      metal = connected(rule["layer"])
      "(#{metal}.isolated_check(#{limit(rule)}) + #{metal}.notch_check(#{limit(rule)}, false, Region.Euclidian, 45.1)).polygons(1)"
    end

    def near_boxes(shapes, rule)
      half = (limit(rule) + 1) / 2
      "#{shapes}.extents(#{half}, #{half}).merged(false, 2)"
    end

    def ask_space_wide(rule)
      half = [floor(rule["wider_than_um"]) / 2 - 1, 0].max
      wide = "#{connected(rule['layer'])}.with_bbox_min(#{2 * half}, nil, false).sized(#{-half}, 2).sized(#{half}, 2)"
      "(#{wide}).space_check(#{limit(rule) + 4}, false, Region.Projection).polygons(1)"
    end

    def ask_separation(rule)
      half = (limit(rule) + 1) / 2 + 1
      boxes = [rule["layer"], rule["to"]].map { |layer| "#{drawn(layer)}.extents(#{half}, #{half})" }
      return boxes.join(" & ") if [rule["layer"], rule["to"]].all? { |layer| @technology.closed_shapes?(layer) }
      one, other = connected(rule["layer"]), connected(rule["to"])
      "#{one}.separation_check(#{other}, #{limit(rule)}).polygons(1) + (#{one}.sized(1, 2) & #{other}).sized(1, 2)"
    end

    # Most shapes are told by little: those that occur in the outer layer too, and those whose box, the limit larger,
    # lies in rectangles of the outer layer.
    def ask_enclosure(rule)
      inner = drawn(rule["layer"])
      simple = limit(rule) == 0 ? "#{inner}.not_members_of(#{drawn(rule['by'])})" : "#{inner}.interacting(#{box_sticks_out(rule, inner)})"
      left = define("left_by_#{rule['id'].gsub(/\W/, '_')}", simple)
      @statements << "#{left}.merged_semantics = false"
      outer, least = connected(rule["by"]), [limit(rule), 1].max
      "#{left}.is_empty ? #{left} : (#{left}.interacting(#{left}.enclosed_check(#{outer}, #{least}, true).first_edges) + #{left}.not_inside(#{outer}))"
    end

    # what of the boxes, the limit larger, lies outside the rectangles of the outer layer; grown to reach the shapes inside
    def box_sticks_out(rule, inner)
      rectangles = drawn_parts(rule["by"]).map { |part| part + ".rectangles" }.join(" + ")
      "(#{inner}.extents(#{limit(rule)}, #{limit(rule)}) - (#{rectangles})).extents(#{limit(rule)}, #{limit(rule)})"
    end

    # Boxes as wide as the limit around the centres overlap where two are too near. A centre may lie between two dbu.
    def ask_pitch_min(rule)
      half = (limit(rule) / 2.0).ceil + 1
      boxes = define("around_#{rule['id'].gsub(/\W/, '_')}", "#{drawn(rule['layer'])}.extent_refs(0.5, 0.5, 0.5, 0.5, #{half}, #{half})")
      @statements << "#{boxes}.merged_semantics = false"
      "#{boxes}.merged(false, 2) + #{touching_shapes(rule['layer'])}.sized(#{half}, 2)"
    end

    def ask_grid(rule)
      step = @layers.limit_dbu(@technology.grid)
      drawn_parts(rule["layer"]).map { |part| "#{part}.grid_check(#{step}, #{step}).polygons(1)" }.join(" + ")
    end

    def ask_corner_min(rule)
      turn = 180.4 - rule["value_deg"]
      "#{connected(rule['layer'])}.corners(-180.0, #{-turn}, 1) + #{connected(rule['layer'])}.corners(#{turn}, 180.0, 1)"
    end

    def limit(rule)
      @layers.limit_dbu(rule["value_um"])
    end

    def floor(length_um)
      (@layers.dbu_of(length_um) + 1e-6).floor
    end

  end

end

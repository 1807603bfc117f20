# Density in windows stepped over the die from its lower left corner and cut at its edge. Windows overlap; they are made
# of square fields as wide as a step, so that the metal of each field is measured once.

module Postpass

  class Density

    UNSURE = 1e-6 unless defined?(UNSURE) # relative; how near to the limit a field is measured exactly
    MANY_FIELDS = 1_000_000 unless defined?(MANY_FIELDS) # some minutes
    MANY_SUMS = 100_000_000 unless defined?(MANY_SUMS)   # of a field into a window; some minutes

    # layer, step_um, window_um: as in a rule; die: a region; owner: the box that must hold the windows' lower left corners, or
    # nil. Areas are square dbu.
    def initialize(layers, layer, step_um, window_um, die, owner)
      @layers, @layer, @die, @owner = layers, layer, die, owner
      @step, @window = [step_um, window_um].map { |length| layers.dbu_of(length).round }
      @origin = [die.bbox.left, die.bbox.bottom]
      few_windows
    end

    # windows a few dbu wide, or a die of metres, would never end
    def few_windows
      return if measured.empty?
      width, height = measured.width, measured.height
      fields = @step > 0 ? (width.to_f / @step + 1) * (height.to_f / @step + 1) : Float::INFINITY
      return if fields <= MANY_FIELDS && fields * (@window / @step)**2 <= MANY_SUMS
      raise CannotCheck, "windows of %g um in steps of %g um are too many on %g by %g um: give a larger step" %
        [@window, @step, width, height].map { |length| length * @layers.dbu }
    end

    # [[box on the die, density], ...] of the windows with a density outside the limits (nil: no limit), perhaps of others
    def windows(lowest, highest)
      areas = Hash.new { |known, field| known[field] = exact_areas(field) }
      starts_around(doubtful_fields(lowest || 0.0, highest || 1.0)).filter_map do |start|
        metal, ground = fields_of(start).map { |field| areas[field] }.transpose.map(&:sum)
        [field_box(start, @window) & @die.bbox, metal / ground] if ground > 0
      end
    end

    private

    # [column, row] of the fields whose own density is outside the limits; a window without any keeps them
    def doubtful_fields(lowest, highest)
      return [] if measured.empty? # a window apart from the die
      lowest, highest = lowest + UNSURE, highest - UNSURE
      hierarchical = @layers.repeated?(@layer) && FieldsOfCells.new(@layers, @layer, @origin, @step)
      return doubtful_in_tiles(lowest, highest) unless hierarchical && hierarchical.pays?
      areas, whole = hierarchical.areas, @step.to_f * @step
      every_field.reject { |field| (lowest..highest).cover?(areas[field] / whole) && whole?(field) }
    end

    # Does the field lie on the die as a whole?
    def whole?(field)
      box = field_box(field, @step)
      return box.inside?(@die.bbox) if @die.is_box?
      (RBA::Region.new(box) - @die).is_empty?
    end

    def every_field
      columns, rows = [@die.bbox.width, @die.bbox.height].map { |length| (length.to_f / @step).ceil }
      (0...columns).flat_map { |column| (0...rows).map { |row| [column, row] } }
    end

    def doubtful_in_tiles(lowest, highest)
      found = RBA::Region.new
      processor = Tiles.processor(measured, @layers.dbu, @step * @layers.dbu, @layers.threads)
      parts = @layers.indexes_of(@layer)
      parts.each_with_index { |index, number| processor.input("metal#{number}", @layers.layout, @layers.cell.cell_index, index) }
      processor.input("die", @die)
      processor.output("found", found)
      processor.queue(doubt(parts.each_index.map { |number| "metal#{number}" }, lowest, highest))
      processor.execute("Post-passivation DRC: density")
      found.merged_semantics = false
      found.each.map { |box| [(box.bbox.left - @origin[0]) / @step, (box.bbox.bottom - @origin[1]) / @step] }
    end

    # the box to measure: the die, or the fields of it that windows with their corner in the owner's box reach
    def measured
      return @die.bbox unless @owner
      left, bottom, right, top = [@owner.left, @owner.bottom, @owner.right + @window, @owner.top + @window]
      columns, rows = [[left, right, 0], [bottom, top, 1]].map { |low, high, axis| [(low - @origin[axis]).div(@step), -(@origin[axis] - high).div(@step)] }
      RBA::Box.new(*field_box([columns[0], rows[0]], @step).then { |box| [box.left, box.bottom] }, *field_box([columns[1], rows[1]], @step).then { |box| [box.left, box.bottom] }) & @die.bbox
    end

    # One tile alone is all the layout and has no _tile.
    def doubt(parts, lowest, highest)
      metal = parts.empty? ? "Region.new" : "(#{parts.join(' + ')})"
      "var field = is_nil(_tile) ? Region.new(die.bbox) : _tile; var on_die = die & field; var ground = on_die.area; var area = (#{metal} & on_die).area; " \
        "_output(found, (area < #{lowest} * ground || area > #{highest} * ground) ? field : Region.new)"
    end

    # the windows that hold one of these fields: [column, row] of their lower left fields
    def starts_around(fields)
      most = [@die.bbox.width, @die.bbox.height].map { |length| [0, ((length - @window).to_f / @step).ceil].max }
      wide = @window / @step
      fields.flat_map do |column, row|
        reach(column, wide, most[0]).to_a.product(reach(row, wide, most[1]).to_a)
      end.uniq.select { |start| @owner.nil? || Postpass.owns?(@owner, *Postpass.place_of([field_box(start, @window)])) }.sort
    end

    def reach(place, wide, most)
      ([place - wide + 1, 0].max..[place, most].min)
    end

    def fields_of(start)
      steps = (0...@window / @step).to_a
      steps.product(steps).map { |dx, dy| [start[0] + dx, start[1] + dy] }
    end

    def field_box(field, side)
      RBA::Box.new(0, 0, side, side).moved(@origin[0] + field[0] * @step, @origin[1] + field[1] * @step)
    end

    # [metal, die] in one field, in square dbu
    def exact_areas(field)
      on_die = @die & RBA::Region.new(field_box(field, @step))
      return [0.0, 0.0] if on_die.is_empty?
      metal = NearLayers.new(@layers, [on_die.bbox]).raw(@layer)
      [(metal & on_die).area.to_f, on_die.area.to_f]
    end

  end

  # Metal in each field of a regular grid, from cells that are placed often: all placements of a cell that lie alike on the
  # grid hold the same metal in the same fields.
  class FieldsOfCells

    Alike = Struct.new(:cell, :first, :places) unless defined?(Alike)

    def initialize(layers, name, origin, step)
      @layers, @origin, @step = layers, origin, step
      @layout = RBA::Layout.new
      @layout.dbu = layers.dbu
      top, @layer = @layout.create_cell(layers.cell.name), @layout.layer(1, 0)
      layers.merged_by_cell(name).insert_into(@layout, top.cell_index, @layer)
      @hierarchy = Hierarchy.new(@layout, top)
      @groups = @hierarchy.cells.reject { |cell| cell.shapes(@layer).is_empty? }.flat_map { |cell| groups_of(cell) }
    end

    # Are fewer shapes cut into fields this way?
    def pays?
      2 * @groups.sum { |group| group.cell.shapes(@layer).size } < @hierarchy.flat_shapes([@layer])
    end

    # {[column, row] => metal in square dbu}
    def areas
      @groups.each_with_object(Hash.new(0.0)) do |group, areas|
        pattern = pattern_of(group)
        group.places.each { |dx, dy| pattern.each { |(column, row), area| areas[[column + dx, row + dy]] += area } }
      end
    end

    private

    def groups_of(cell)
      @hierarchy.placements(cell).group_by { |place| [place.angle, place.is_mirror?, *split(place).map(&:last)] }.map do |_, places|
        home = split(places.first)
        Alike.new(cell, places.first, places.map { |place| split(place).zip(home).map { |one, other| one[0] - other[0] } })
      end
    end

    # [[column, offset in it], [row, offset in it]] of a placement's origin
    def split(place)
      [place.disp.x - @origin[0], place.disp.y - @origin[1]].map { |length| length.divmod(@step) }
    end

    # {[column, row] => metal} of the first placement of the group
    def pattern_of(group)
      metal = @hierarchy.own(group.cell, @layer).transformed(group.first)
      box = aligned(metal.bbox)
      receiver = AreaReceiver.new((box.left - @origin[0]) / @step, (box.bottom - @origin[1]) / @step)
      processor = Tiles.processor(box, @layers.dbu, @step * @layers.dbu, 0) # the receiver is Ruby, which runs in one thread
      processor.input("metal", metal)
      processor.output("area", receiver)
      processor.queue("_output(area, (is_nil(_tile) ? metal.merged : metal & _tile).area)")
      processor.execute("Post-passivation DRC: density")
      receiver.areas
    end

    # the box, larger, so that it begins and ends with a field
    def aligned(box)
      left, bottom = [box.left - @origin[0], box.bottom - @origin[1]].map { |length| length.div(@step) * @step }
      right, top = [box.right - @origin[0], box.top - @origin[1]].map { |length| -(-length).div(@step) * @step }
      RBA::Box.new(left, bottom, right, top).moved(*@origin)
    end

  end

  class AreaReceiver < RBA::TileOutputReceiver

    attr_reader :areas

    # column, row: field of the first tile
    def initialize(column, row)
      super()
      @column, @row, @areas = column, row, {}
    end

    def put(column, row, _tile, area, _dbu, _clip)
      @areas[[@column + column, @row + row]] = area if area > 0
    end

  end

end

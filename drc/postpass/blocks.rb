# Cells that are placed several times, each placement apart from all other metal: the nets inside one are those inside all.

module Postpass

  # turn: RBA::Trans without displacement; box: of all that conducts in the turned cell; places: [[dx, dy], ...] in dbu
  Block = Struct.new(:cell, :turn, :box, :places) do
    # numbers of the places whose box touches a box
    def places_touching(left, bottom, right, top)
      grid.touching(left, bottom, right, top)
    end

    private

    def grid
      @grid ||= begin
        frame = Outline.new(RBA::Polygon.new(box.moved(-box.left, -box.bottom)))
        BoxGrid.new(places.map { |dx, _| box.left + dx }, places.map { |_, dy| box.bottom + dy }, places.map { frame })
      end
    end
  end unless defined?(Block)

  class Blocks

    include Enumerable

    LEAST = 4 unless defined?(LEAST)               # placements
    LEAST_SHAPES = 5 unless defined?(LEAST_SHAPES) # smaller ones are vias and pads, which traces join

    # names: of the drawn layers that conduct
    def initialize(layers, names)
      @layers, @hierarchy = layers, layers.hierarchy
      @indexes = names.flat_map { |name| layers.indexes_of(name) }.uniq
      @cells = layers.by_cell ? often_placed : []
      @apart, @among = divided(@cells.flat_map { |cell| placements(cell) })
      used = @apart.to_h { |place| [place.cell.cell_index, true] }
      @cells.select! { |cell| used[cell.cell_index] }
      @among.select! { |place| used[place.cell.cell_index] }
    end

    def each
      @apart.group_by { |place| [place.cell.cell_index, place.trans.rot] }.each_value do |places|
        turn = RBA::Trans.new(places[0].trans.angle, places[0].trans.is_mirror?, 0, 0)
        yield Block.new(places[0].cell, turn, turn * box_of(places[0].cell), places.map { |place| [place.trans.disp.x, place.trans.disp.y] })
      end
    end

    # what a layer holds outside of the blocks: [region, ...]
    def other_shapes(index)
      rest = outside(index)
      return [rest] if @among.empty?
      among = RBA::Region.new
      @among.each { |place| among.insert(RBA::Region.new(place.cell.begin_shapes_rec(index), RBA::ICplxTrans.new(place.trans))) }
      [rest, among]
    end

    private

    # box: of all that conducts, in the top cell
    Place = Struct.new(:cell, :trans, :box) unless defined?(Place)

    # not those inside of others
    def often_placed
      inside = {}
      @hierarchy.cells.select do |cell|
        next if inside[cell.cell_index] || @hierarchy.counts[cell.cell_index] < LEAST || shapes_in(cell) < LEAST_SHAPES
        cell.called_cells.each { |index| inside[index] = true }
      end
    end

    def shapes_in(cell)
      Hierarchy.new(@layers.layout, cell).flat_shapes(@indexes)
    end

    def box_of(cell)
      @indexes.map { |index| cell.bbox_per_layer(index) }.reduce(RBA::Box.new, :+)
    end

    def placements(cell)
      box = box_of(cell)
      @hierarchy.placements(cell).map(&:s_trans).map { |trans| Place.new(cell, trans, trans * box) }
    end

    # [those that nothing else touches, the others]
    def divided(places)
      frames = Hash.new { |known, size| known[size] = Outline.new(RBA::Polygon.new(RBA::Box.new(0, 0, *size))) }
      grid = BoxGrid.new(places.map { |place| place.box.left }, places.map { |place| place.box.bottom },
                         places.map { |place| frames[[place.box.width, place.box.height]] })
      alone, among = places.partition { |place| grid.touching(place.box.left, place.box.bottom, place.box.right, place.box.top).size == 1 }
      crossed = crossed_by_other_shapes(alone.map(&:box))
      apart, more = alone.partition { |place| !crossed[place.box] }
      [apart, among + more]
    end

    # {box => true}; the boxes lie apart
    def crossed_by_other_shapes(boxes)
      return {} if boxes.empty?
      @indexes.flat_map { |index| Shapes.region(boxes).interacting(outside(index)).each.to_a }.to_h { |polygon| [polygon.bbox, true] }
    end

    # shapes of a layer that no block holds
    def outside(index)
      shapes = @layers.cell.begin_shapes_rec(index)
      shapes.unselect_cells(@cells.map(&:cell_index))
      RBA::Region.new(shapes).tap { |region| region.merged_semantics = false }
    end

  end

end

# The cells below a cell: what each holds itself, and where it is placed.

module Postpass

  class Hierarchy

    # cells: the top cell and what it calls, callers before what they call
    attr_reader :layout, :top, :cells

    def initialize(layout, top)
      @layout, @top = layout, top
      called = (top.called_cells + [top.cell_index]).map { |index| [index, true] }.to_h
      @cells = layout.each_cell_top_down.select { |index| called.key?(index) }.map { |index| layout.cell(index) }
      @placements = { top.cell_index => [RBA::ICplxTrans.new] }
    end

    # the cell's own shapes on a layer, without those of the cells it places: a region, not merged
    def own(cell, layer_index)
      RBA::Region.new(without_cells(cell, layer_index)).tap { |region| region.merged_semantics = false }
    end

    # where the cell lies in the top cell: [RBA::ICplxTrans, ...]
    def placements(cell)
      @placements[cell.cell_index] ||= cell.each_parent_inst.flat_map do |parent|
        caller = @layout.cell(parent.parent_cell_index)
        next [] unless counts.key?(caller.cell_index)
        inner = with_array(parent.child_inst) { |array| array.each_cplx_trans.to_a }
        placements(caller).flat_map { |outer| inner.map { |place| outer * place } }
      end
    end

    # {cell index => how often the cell is placed}
    def counts
      @counts ||= @cells.each_with_object(Hash.new(0).merge(@top.cell_index => 1)) do |cell, counts|
        cell.each_inst { |instance| counts[instance.cell_index] += counts[cell.cell_index] * members(instance) }
      end
    end

    # shapes on these layers as they are drawn in the cells, and as a flat layout would hold them
    def own_shapes(layer_indexes)
      @cells.sum { |cell| own_size(cell, layer_indexes) }
    end

    def flat_shapes(layer_indexes)
      @cells.sum { |cell| own_size(cell, layer_indexes) * counts[cell.cell_index] }
    end

    # Is a cell placed at another size, or at an angle that is no multiple of 90 degrees?
    def odd_placement
      @cells.find { |cell| cell.each_inst.any?(&:is_complex?) }
    end

    private

    def without_cells(cell, layer_index)
      cell.begin_shapes_rec(layer_index).tap { |shapes| shapes.max_depth = 0 }
    end

    def members(instance)
      instance.is_regular_array? ? [instance.na, 1].max * [instance.nb, 1].max : with_array(instance, &:size)
    end

    # The block's answer on the instance's array. It is freed here: KLayout 0.28.5 ends with signal 11 where Ruby's collector
    # frees an array after the layout that holds its places.
    def with_array(instance)
      array = instance.cell_inst
      yield array
    ensure
      array._destroy
    end

    def own_size(cell, layer_indexes)
      layer_indexes.sum { |index| cell.shapes(index).size }
    end

  end

end

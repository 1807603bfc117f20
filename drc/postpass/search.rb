# Asks the questions of the sieve, all in one pass: in tiles on several processors, or on the cells of the hierarchy.

module Postpass

  class Search

    SHAPES_OF_A_TILE = 4000 unless defined?(SHAPES_OF_A_TILE) # larger tiles merge slower, smaller ones spend more on their borders

    # area: the box (dbu) to search; only places that touch it are wanted
    def initialize(layers, sieve, border, plan, area)
      @layers, @sieve, @border, @plan, @area = layers, sieve, border, plan, area
    end

    # {key of the question => region of the places}
    def places
      return {} if @sieve.questions.empty? || @area.empty?
      @plan.mode == "deep" ? on_cells : in_tiles
    end

    private

    def on_cells
      store = RBA::DeepShapeStore.new
      store.threads = @plan.threads
      found = @sieve.questions.transform_values { RBA::Region.new }
      variables = @sieve.inputs.transform_values { |indexes| indexes.map { |index| RBA::Region.new(@layers.cell.begin_shapes_rec(index), store) }.reduce(:+) || RBA::Region.new }
      found.values.each_with_index { |region, number| variables["found_#{number}"] = region }
      RBA::Expression.new(program("found_%d.insert(%s)"), variables).eval
      found
    end

    # the statements of the sieve, then its questions, each put into words with the number of its output
    def program(words)
      (@sieve.statements + @sieve.questions.values.each_with_index.map { |question, number| words % [number, question] }).join("; ")
    end

    def in_tiles
      found = @sieve.questions.transform_values { RBA::Region.new }
      processor = Tiles.processor(@area, @layers.dbu, tile_um, @plan.threads)
      processor.tile_border(*[@border * @layers.dbu] * 2)
      @sieve.inputs.each { |name, indexes| give(processor, name, indexes) }
      found.values.each_with_index { |region, number| processor.output("found_#{number}", region) }
      processor.queue(program("_output(found_%d, %s)"))
      processor.execute("Post-passivation DRC: search")
      found
    end

    def give(processor, name, indexes)
      return processor.input(name, @layers.layout, @layers.cell.cell_index, indexes.first) if indexes.size == 1
      together = RBA::Region.new
      indexes.each { |index| together.insert(RBA::Region.new(@layers.cell.begin_shapes_rec(index))) }
      processor.input(name, together)
    end

    def tile_um
      return @plan.tile_um if @plan.tile_um
      side = Math.sqrt(@area.width.to_f * @area.height * SHAPES_OF_A_TILE / [@plan.flat_shapes, 1].max)
      [side, 20.0 * @border].max * @layers.dbu
    end

  end

  # Runs an expression on square tiles over a box. KLayout rounds the side of a tile to whole dbu: rounded down, a hundred
  # tiles would leave a strip of up to 50 dbu at the right and upper edge of the box without a tile.
  module Tiles

    module_function

    def processor(box, dbu, tile_um, threads)
      tile_um = (tile_um / dbu - 1e-6).ceil * dbu
      RBA::TilingProcessor.new.tap do |processor|
        processor.dbu = dbu
        processor.scale_to_dbu = false
        processor.threads = threads
        processor.tile_size(tile_um, tile_um)
        processor.tile_origin(box.left * dbu, box.bottom * dbu)
        processor.tiles(*[box.width, box.height].map { |length| [(length * dbu / tile_um - 1e-9).ceil, 1].max })
      end
    end

  end

end

# What is inside of blocks, at each of their places: figures and nets, without a copy for each place.

module Postpass

  # The figures of a block's cell on one layer at each of its places, without a copy for each.
  class PlacedFigures

    # first: number of the first figure at the first place; lefts, bottoms, outlines: in the block's cell, turned
    attr_reader :first, :lefts, :bottoms, :outlines

    def initialize(inside, block, first)
      @block, @first = block, first
      @lefts, @bottoms, @outlines = inside.turned(block.turn)
    end

    # the number after the last
    def following
      @first + @lefts.size * @block.places.size
    end

    # [place, number in the cell]
    def inside(number)
      (number - @first).divmod(@lefts.size)
    end

    def number(place, inside)
      @first + place * @lefts.size + inside
    end

    # numbers, at every place, of some figures of the cell
    def everywhere(insides)
      (0...@block.places.size).flat_map { |place| insides.map { |inside| number(place, inside) } }
    end

    def left(number)
      place, inside = inside(number)
      @lefts[inside] + @block.places[place][0]
    end

    def bottom(number)
      place, inside = inside(number)
      @bottoms[inside] + @block.places[place][1]
    end

    def outline(number)
      @outlines[inside(number)[1]]
    end

    def near(left, bottom, right, top)
      return [] if @lefts.empty?
      @block.places_touching(left, bottom, right, top).flat_map do |place|
        dx, dy = @block.places[place]
        grid.touching(left - dx, bottom - dy, right - dx, top - dy).map { |inside| number(place, inside) }
      end
    end

    # numbers in the cell of the figures that are nearer to the edge of the block than a length the block gives for their outline
    def near_the_edge
      box = @block.box
      @lefts.each_index.select do |inside|
        left, bottom, outline = @lefts[inside], @bottoms[inside], @outlines[inside]
        reach = yield(outline)
        left - reach < box.left || bottom - reach < box.bottom || left + outline.width + reach > box.right || bottom + outline.height + reach > box.top
      end
    end

    private

    def grid
      @grid ||= BoxGrid.new(@lefts, @bottoms, @outlines)
    end

  end

  # The nets of a block: those inside its cell (inside: their Nets), at each of its places.
  # number: of the block; first: number of its first net, before nets are put in order
  PlacedNets = Struct.new(:block, :inside, :number, :first) do
    def following
      first + inside.size * block.places.size
    end

    # [place, index of the net inside] of a number
    def inside_of(number)
      (number - first).divmod(inside.size)
    end

    # Corners of all nets, as Nets.corner_key gives them: they move with their places.
    def corner_keys
      keys = inside.corner_keys(block.turn)
      block.places.flat_map { |dx, dy| shift = (dx << 31) + dy; keys.map { |key| key + shift } }
    end
  end unless defined?(PlacedNets)

end

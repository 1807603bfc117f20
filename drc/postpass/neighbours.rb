# Which contact points are nearest to each other.

module Postpass

  # The one-to-one nets of a block's cell whose contact points are nearest to each other.
  class InsidePairs

    # settled: pairs of nets that are nearest at every place, for they are nearer to each other than to the edge of the block;
    # open: indexes, in the cell, of all nets that may be one of another pair, whatever stands around the block
    attr_reader :settled, :open

    # nets: all, of which the placed ones are a part
    def initialize(nets, placed)
      @nets, @placed, @settled, @unsure = nets, placed, [], {}
      @group = placed.inside.one_to_one
      @points = @group.map { |net| placed.block.turn * RBA::DPoint.new(*net.contact_at) }.map { |point| [point.x, point.y] }
      @numbers = divide
      @open = @numbers.map { |number| @group[number].index }
    end

    # indexes, at every place, of some nets of the cell
    def everywhere(insides)
      (0...@placed.block.places.size).flat_map { |place| insides.map { |inside| @nets.index_there(@placed, place, inside) } }
    end

    # contact points of the open nets at every place
    def open_points
      points = @numbers.map { |number| @points[number] }
      @placed.block.places.flat_map { |dx, dy| points.map { |x, y| [x + dx, y + dy] } }
    end

    # Which of these points are not nearest to one of the settled pairs, when the first has a number.
    def unsure_from(first)
      unsure = @numbers.each_index.select { |place| @unsure[@numbers[place]] }
      @placed.block.places.each_index.flat_map { |place| unsure.map { |number| first + place * @numbers.size + number } }
    end

    private

    def divide
      return (0...@group.size).each { |number| @unsure[number] = true }.to_a if @group.size < 2
      @finder, partners = NearestPoints.new(@points), {}
      @group.each_index do |number|
        nearest = @finder.nearest_to(number)
        inside = @finder.distance(number, nearest[0]) + 1e-6 < to_the_edge(*@points[number])
        nearest.each { |other| inside ? @settled << [@group[number], @group[other]] : partners[other] = true }
        @unsure[number] = true unless inside
      end
      @unsure.merge(partners, seen_from_outside).keys.sort
    end

    def box
      @placed.block.box
    end

    def to_the_edge(x, y)
      [x - box.left, box.right - x, y - box.bottom, box.top - y].min
    end

    # Points that are the nearest for some place outside: then they are so for a place on the edge, where that line crosses it.
    # Between two places on the edge that are a step apart, the nearest point is at most a step farther than for one of them.
    def seen_from_outside
      step = @finder.cell
      places_on_the_edge(step).each_with_object({}) do |(x, y), seen|
        @finder.within(x, y, @finder.distance_from(x, y) + step + 1e-6).each { |number| seen[number] = true }
      end
    end

    def places_on_the_edge(step)
      xs, ys = [[box.left, box.right], [box.bottom, box.top]].map { |low, high| low.step(high, step).to_a << high }
      xs.flat_map { |x| [[x, box.bottom], [x, box.top]] } + ys.flat_map { |y| [[box.left, y], [box.right, y]] }
    end

  end

  # The nearest other points of a set of points, by a grid of cells holding about two points each.
  class NearestPoints

    # side of the cells of the grid
    attr_reader :cell

    # points: [[x, y], ...]
    def initialize(points)
      @xs, @ys = points.map(&:first), points.map(&:last)
      (@left, right), (@bottom, top) = @xs.minmax, @ys.minmax
      width, height = right - @left, top - @bottom
      @cell = [Math.sqrt([width * height, 1.0].max * 2.0 / points.size), [width, height].max * 2.0 / points.size, 1.0].max
      @columns, @rows = @xs.map { |x| column(x) }, @ys.map { |y| row(y) }
      @cells = @columns.each_index.group_by { |number| key(@columns[number], @rows[number]) }
    end

    # numbers of the points that are nearest to one: several where they are equally near
    def nearest_to(number)
      nearest(@xs[number], @ys[number], @columns[number], @rows[number], number)[0]
    end

    def distance(one, other)
      Math.hypot(@xs[one] - @xs[other], @ys[one] - @ys[other])
    end

    # of the nearest point from any place
    def distance_from(x, y)
      nearest(x, y, column(x), row(y), nil)[1]
    end

    # numbers of the points at most this far from a place
    def within(x, y, radius)
      columns, rows = column(x - radius)..column(x + radius), row(y - radius)..row(y + radius)
      columns.flat_map { |column| rows.flat_map { |row| @cells[key(column, row)] || [] } }
             .select { |number| Math.hypot(@xs[number] - x, @ys[number] - y) <= radius }
    end

    private

    def column(x)
      ((x - @left) / @cell).floor
    end

    def row(y)
      ((y - @bottom) / @cell).floor
    end

    # [numbers of the nearest points but one, their distance]
    def nearest(x, y, column, row, without)
      best, smallest, ring = [], Float::INFINITY, 0
      until !best.empty? && smallest < (ring - 1) * @cell
        each_of_ring(column, row, ring) do |other|
          distance = Math.hypot(x - @xs[other], y - @ys[other])
          next if other == without || distance > smallest + 1e-6
          best = [] if distance < smallest - 1e-6
          best << other
          smallest = [smallest, distance].min
        end
        ring += 1
      end
      [best, smallest]
    end

    # (negative columns and rows lie left of and below all points)
    def key(column, row)
      (column << 31) + row
    end

    def each_of_ring(column, row, ring, &block)
      (-ring..ring).each do |dx|
        step = dx.abs == ring || ring == 0 ? 1 : 2 * ring
        (-ring).step(ring, step) { |dy| @cells[key(column + dx, row + dy)]&.each(&block) }
      end
    end

  end

end

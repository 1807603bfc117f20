# The four functions of post-passivation interconnect, declared on a marker layer or told from counts.
# What a function claims is in docs/functions.md.

module Postpass

  class Checks

    # Neighbours' pads are farther apart than their contact points, for declared groups and for every one-to-one net.
    def fan_out_distance(rule)
      amount = @layers.dbu_of(rule["value_um"])
      neighbours.filter_map { |one, other| too_near(one, other, amount) }
    end

    # What a polygon with a text on the marker layer declares must hold for the nets of the contact points inside it.
    def function_claims(rule)
      nets.groups.on(rule["layer"]).flat_map do |group|
        next [Finding.new([group.area], group.problem)] if group.problem
        group.members.flat_map { |net| wrong_counts(net, group.function) } + (group.function == "fan-out" ? disorder(group) : [])
      end
    end

    private

    def wrong_counts(net, function)
      contacts, pads = net.contacts.size, net.pads.size
      right = { "addition" => contacts == 1 && pads > 1, "reduction" => contacts > 1 && pads == 1 }.fetch(function, contacts == 1 && pads == 1)
      right ? [] : [Finding.new(metal_of(net), "declared #{function}, but net #{net.title} joins #{contacts} contact points and #{pads} pads")]
    end

    # Pads of neighbouring contact points that are not neighbours in the same order.
    def disorder(group)
      return [] if group.one_to_one.size < 3
      steps = group.steps.zip(group.by_contact).to_h { |step, net| [net.index, step] }
      group.neighbours.reject { |one, other| steps[one.index] == steps[other.index] }.map do |one, other|
        Finding.new([one, other].map { |net| nets.polygon(net.pads[0]) },
                    "order: pads of #{one.title} and #{other.title} are no neighbours, their contact points are")
      end
    end

    # distance

    # Pairs of one-to-one nets whose contact points are neighbours: next in the order of a declared group,
    # or, undeclared, each with the nearest contact point of another net, or with all that are equally near.
    def neighbours
      @neighbours ||= begin
        groups = nets.groups.all.select { |group| %w[fan-out relocation].include?(group.function) }
        taken = groups.flat_map(&:one_to_one).to_h { |net| [net.index, true] }
        rest = nets.each.select { |net| net.function == "one to one" && !taken[net.index] }
        (groups.flat_map(&:neighbours) + nearest(rest)).map { |one, other| one.index < other.index ? [one, other] : [other, one] }
                                                        .uniq { |one, other| one.index * nets.size + other.index }
      end
    end

    def nearest(group)
      return [] if group.size < 2
      finder = NearestPoints.new(group.map(&:contact_at))
      group.each_index.flat_map { |number| finder.nearest_to(number).map { |other| [group[number], group[other]] } }
    end

    def too_near(one, other, amount)
      contacts, pads = [one, other].map { |net| nets.contacts.first(net.index) }, [one, other].map { |net| nets.pads.first(net.index) }
      centres = [contacts, pads].map { |pair| distance_of_middles(*pair) }
      far = centres[1] >= centres[0] + amount - 1e-6
      # the boxes of the pads alone may tell that they are far enough apart
      return nil if far && Distances.of_boxes(nets.box(pads[0]), nets.box(pads[1])) >= centres[0] + amount
      edges = [contacts, pads].map { |pair| nets.distance(*pair) }
      return nil if far && edges[1] >= edges[0] + amount - 1e-6
      Finding.new(pads.map { |id| nets.polygon(id) },
                  "pads #{@layers.um(edges[1])} um apart (centres #{@layers.um(centres[1])}), contact points #{@layers.um(edges[0])} um " \
                  "(centres #{@layers.um(centres[0])}), nets #{one.title} and #{other.title}")
    end

    def distance_of_middles(one, other)
      a, b = nets.middle(one), nets.middle(other)
      Math.hypot(a[0] - b[0], a[1] - b[1])
    end

  end

  # The nearest other points of a set of points, by a grid of cells holding about two points each.
  class NearestPoints

    # points: [[x, y], ...]
    def initialize(points)
      @xs, @ys = points.map(&:first), points.map(&:last)
      width, height = @xs.max - @xs.min, @ys.max - @ys.min
      @cell = [Math.sqrt([width * height, 1.0].max * 2.0 / points.size), [width, height].max * 2.0 / points.size, 1.0].max
      @columns, @rows = [@xs, @ys].map { |values| low = values.min; values.map { |value| ((value - low) / @cell).floor } }
      @cells = @columns.each_index.group_by { |number| key(@columns[number], @rows[number]) }
    end

    # numbers of the points that are nearest to one: several where they are equally near
    def nearest_to(number)
      best, smallest, ring = [], Float::INFINITY, 0
      until !best.empty? && smallest < (ring - 1) * @cell
        each_of_ring(@columns[number], @rows[number], ring) do |other|
          distance = Math.hypot(@xs[number] - @xs[other], @ys[number] - @ys[other])
          next if other == number || distance > smallest + 1e-6
          best = [] if distance < smallest - 1e-6
          best << other
          smallest = [smallest, distance].min
        end
        ring += 1
      end
      best
    end

    private

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

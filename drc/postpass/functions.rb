# The four functions of post-passivation interconnect, declared on a marker layer or told from counts.
# What a function claims is in docs/functions.md.

module Postpass

  class Checks

    FUNCTIONS = %w[fan-out relocation addition reduction] unless defined?(FUNCTIONS)

    # Neighbours' pads are farther apart than their contact points, for declared groups and for every one-to-one net.
    def fan_out_distance(rule)
      amount = @layers.dbu_of(rule["value_um"])
      neighbours.filter_map { |one, other| too_near(one, other, amount) }
    end

    # What a polygon with a text on the marker layer declares must hold for the nets of the contact points inside it.
    def function_claims(rule)
      declarations(rule["layer"]).flat_map do |declaration|
        next [declaration.problem] if declaration.problem
        declaration.nets.flat_map { |net| wrong_counts(net, declaration.function) } +
          (declaration.function == "fan-out" ? disorder(declaration) : [])
      end
    end

    private

    Declaration = Struct.new(:function, :nets, :problem) unless defined?(Declaration)

    # declarations

    def declarations(layer)
      (@declarations ||= {})[layer] ||= begin
        texts, areas = @layers.texts_on(layer), nets.figures(layer)
        (0...areas.size).map do |number|
          polygon = areas.polygon(number)
          inside = texts.select { |_, point| polygon.inside?(point) }.map(&:first).uniq.sort
          next Declaration.new(nil, [], Finding.new([polygon], undeclared(inside))) unless inside.size == 1 && FUNCTIONS.include?(inside[0])
          Declaration.new(inside[0], nets_with_contacts_in(polygon), nil)
        end
      end
    end

    def undeclared(texts)
      return "a declared function needs one text: #{FUNCTIONS.join(', ')}" if texts.empty?
      texts.size == 1 ? "unknown function #{texts[0]}: known are #{FUNCTIONS.join(', ')}" : "two functions declared: #{texts.join(', ')}"
    end

    def nets_with_contacts_in(polygon)
      box = polygon.bbox
      first = contacts_by_x.bsearch_index { |x, _, _| x >= box.left } || contacts_by_x.size
      inside = []
      first.upto(contacts_by_x.size - 1) do |place|
        x, y, index = contacts_by_x[place]
        break if x > box.right
        inside << index if y.between?(box.bottom, box.top) && polygon.inside?(RBA::Point.new(x, y))
      end
      inside.uniq.sort.map { |index| nets.net(index) }
    end

    # middles of all contact points from left to right: [[x, y, index of the net], ...]
    def contacts_by_x
      @contacts_by_x ||= nets.each.flat_map { |net| net.contacts.map { |id| nets.middle(id).map(&:floor) << net.index } }.sort
    end

    def wrong_counts(net, function)
      contacts, pads = net.contacts.size, net.pads.size
      right = { "addition" => contacts == 1 && pads > 1, "reduction" => contacts > 1 && pads == 1 }.fetch(function, contacts == 1 && pads == 1)
      right ? [] : [Finding.new(metal_of(net), "declared #{function}, but net #{net.title} joins #{contacts} contact points and #{pads} pads")]
    end

    # order

    # Pads of neighbouring contact points that are not neighbours in the same order.
    def disorder(declaration)
      group = declaration.nets.select { |net| net.function == "one to one" }
      return [] if group.size < 3
      contacts, pads = in_order(group)
      place = pads.each_with_index.to_h { |net, number| [net.index, number] }
      row = row?(group)
      steps = row ? contacts.each_cons(2) : contacts.each_with_index.map { |net, i| [contacts[i - 1], net] }
      steps.reject { |one, other| row ? place[other.index] - place[one.index] == 1 : (place[other.index] - place[one.index]) % group.size == 1 }.map do |one, other|
        Finding.new([one, other].map { |net| nets.polygon(net.pads[0]) },
                    "order: pads of #{one.title} and #{other.title} are no neighbours, their contact points are")
      end
    end

    # [nets by contact point, nets by pad]: along the main axis of a row, else by angle around the middle of the group
    def in_order(group)
      places = [group.map { |net| contact_at(net) }, group.map { |net| pad_at(net) }]
      dx, dy = main_axis(places[0])
      row = row?(group)
      places.map do |points|
        x, y = row ? [0, 0] : mean(points)
        along = points.map { |px, py| row ? px * dx + py * dy : Math.atan2(py - y, px - x) }
        group.each_index.sort_by { |i| [along[i], group[i].index] }.map { |i| group[i] }
      end
    end

    # A row is a group of contact points at most a tenth as wide as it is long.
    def row?(group)
      points = group.map { |net| contact_at(net) }
      dx, dy = main_axis(points)
      along, across = points.map { |x, y| x * dx + y * dy }.minmax, points.map { |x, y| x * -dy + y * dx }.minmax
      across[1] - across[0] <= 0.1 * (along[1] - along[0])
    end

    # unit vector of the direction in which the points spread most
    def main_axis(points)
      x, y = mean(points)
      xx, yy, xy = points.sum { |p| (p[0] - x)**2 }, points.sum { |p| (p[1] - y)**2 }, points.sum { |p| (p[0] - x) * (p[1] - y) }
      angle = 0.5 * Math.atan2(2 * xy, xx - yy)
      [Math.cos(angle), Math.sin(angle)]
    end

    def mean(points)
      [points.sum { |p| p[0] } / points.size.to_f, points.sum { |p| p[1] } / points.size.to_f]
    end

    def contact_at(net)
      nets.middle(nets.contacts.first(net.index))
    end

    def pad_at(net)
      nets.middle(nets.pads.first(net.index))
    end

    # distance

    # Pairs of one-to-one nets whose contact points are neighbours: next in the order of a declared group,
    # or, undeclared, each with the nearest contact point of another net, or with all that are equally near.
    def neighbours
      @neighbours ||= begin
        declared = @technology.drawn.select { |layer| layer["kind"] == "marker" }.flat_map { |layer| declarations(layer["name"]) }
        groups = declared.select { |declaration| %w[fan-out relocation].include?(declaration.function) }
                         .map { |declaration| declaration.nets.select { |net| net.function == "one to one" } }
        taken = groups.flatten.to_h { |net| [net.index, true] }
        rest = nets.each.select { |net| net.function == "one to one" && !taken[net.index] }
        (groups.flat_map { |group| consecutive(group) } + nearest(rest)).map { |one, other| one.index < other.index ? [one, other] : [other, one] }
                                                                          .uniq { |one, other| one.index * nets.size + other.index }
      end
    end

    def consecutive(group)
      return [] if group.size < 2
      contacts, = in_order(group)
      pairs = contacts.each_cons(2).to_a
      row?(group) || group.size < 3 ? pairs : pairs << [contacts[-1], contacts[0]]
    end

    def nearest(group)
      return [] if group.size < 2
      finder = NearestPoints.new(group.map { |net| contact_at(net) })
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

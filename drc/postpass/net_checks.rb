# Checks on nets: opens, shorts, splits, labels, counts, and the four functions of post-passivation interconnect.
# One method per kind, like checks.rb; what a function claims is in docs/functions.md.

module Postpass

  class Checks

    FUNCTIONS = %w[fan-out relocation addition reduction] unless defined?(FUNCTIONS)

    def nets
      @nets ||= Nets.new(@layers)
    end

    def net_open(_rule)
      nets.all.flat_map do |net|
        next [] unless net.contacts.empty? || net.pads.empty?
        contacts = net.contacts.map { |polygon, _| Finding.new([polygon], "contact point reaches no pad, net #{net.title}") }
        pads = net.pads.map { |polygon, _| Finding.new([polygon], "pad has no contact point, net #{net.title}") }
        loose = contacts.empty? && pads.empty? ? net.traces.map { |polygon| Finding.new([polygon], "trace belongs to nothing, net #{net.title}") } : []
        contacts + pads + loose
      end
    end

    def net_short(_rule)
      nets.all.select { |net| net.names.size > 1 }
          .map { |net| Finding.new(metal_of(net), "short between #{net.names.join(', ')}") }
    end

    def net_split(_rule)
      nets.by_name.select { |_, parts| parts.size > 1 }
          .map { |name, parts| Finding.new(parts.flat_map { |net| metal_of(net) }, "net #{name} is in #{parts.size} unconnected parts") }
    end

    def label_on_metal(_rule)
      nets.loose_labels.map { |text, point| Finding.new([RBA::Box.new(point, point).enlarged(10, 10)], "label #{text} lies on no metal") }
    end

    # each shape touches exactly one of the other layer, and the other way round
    def count_match(rule)
      [[rule["layer"], rule["to"]], [rule["to"], rule["layer"]]].flat_map do |one, other|
        index = @layers.index(other)
        @layers.index(one).polygons.filter_map do |polygon|
          count = index.touching(polygon.bbox).count { |number| index.polygons[number].touches?(polygon) }
          Finding.new([polygon], "#{one} with #{count} #{other}") unless count == 1
        end
      end
    end

    # vias of the net for each of its pads on the layer
    def vias_min(rule)
      parts = @technology.layers[rule["layer"]]["parts"]
      nets.all.flat_map do |net|
        pads = net.pads.select { |_, layer| parts.include?(layer) }
        next [] if pads.empty? || net.vias.size >= rule["value"] * pads.size
        [Finding.new(pads.map(&:first), "#{net.vias.size} vias for #{pads.size} pads, net #{net.title}")]
      end
    end

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

    def metal_of(net)
      shapes = net.traces + net.pads.map(&:first)
      shapes.empty? ? net.contacts.map(&:first) : shapes
    end

    # declarations

    def declarations(layer)
      texts = @layers.texts_on(layer)
      @layers.index(layer).polygons.map do |polygon|
        inside = texts.select { |_, point| polygon.inside?(point) }.map(&:first).uniq.sort
        next Declaration.new(nil, [], Finding.new([polygon], undeclared(inside))) unless inside.size == 1 && FUNCTIONS.include?(inside[0])
        Declaration.new(inside[0], nets.all.select { |net| net.contacts.any? { |contact, _| polygon.inside?(middle(contact)) } }, nil)
      end
    end

    def undeclared(texts)
      return "a declared function needs one text: #{FUNCTIONS.join(', ')}" if texts.empty?
      texts.size == 1 ? "unknown function #{texts[0]}: known are #{FUNCTIONS.join(', ')}" : "two functions declared: #{texts.join(', ')}"
    end

    def middle(polygon)
      polygon.bbox.center
    end

    def wrong_counts(net, function)
      contacts, pads = net.contacts.size, net.pads.size
      right = { "addition" => contacts == 1 && pads > 1, "reduction" => contacts > 1 && pads == 1 }.fetch(function, contacts == 1 && pads == 1)
      right ? [] : [Finding.new(metal_of(net), "declared #{function}, but net #{net.title} joins #{contacts} contact points and #{pads} pads")]
    end

    # order

    # Pads of neighbouring contact points that are not neighbours in the same order.
    def disorder(declaration)
      group = declaration.nets.select { |net| net.contacts.size == 1 && net.pads.size == 1 }
      return [] if group.size < 3
      contacts, pads = in_order(group)
      place = pads.each_with_index.to_h
      row = row?(group)
      steps = row ? contacts.each_cons(2) : contacts.each_with_index.map { |net, i| [contacts[i - 1], net] }
      steps.reject { |one, other| row ? place[other] - place[one] == 1 : (place[other] - place[one]) % group.size == 1 }.map do |one, other|
        Finding.new([one, other].map { |net| net.pads[0][0] }, "order: pads of #{one.title} and #{other.title} are no neighbours, their contact points are")
      end
    end

    # [nets by contact point, nets by pad]: along the main axis of a row, else by angle around the middle of the group
    def in_order(group)
      if row?(group)
        dx, dy = main_axis(group.map { |net| contact_at(net) })
        return [:contact_at, :pad_at].map { |place| group.sort_by { |net| [send(place, net)[0] * dx + send(place, net)[1] * dy, net.number] } }
      end
      [:contact_at, :pad_at].map do |place|
        x, y = mean(group.map { |net| send(place, net) })
        group.sort_by { |net| [Math.atan2(send(place, net)[1] - y, send(place, net)[0] - x), net.number] }
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
      centre(net.contacts[0][0])
    end

    def pad_at(net)
      centre(net.pads[0][0])
    end

    # distance

    # Pairs of one-to-one nets whose contact points are neighbours: next in the order of a declared group,
    # or, undeclared, each with the nearest contact point of another net.
    def neighbours
      declared = @technology.drawn.select { |layer| layer["kind"] == "marker" }.flat_map { |layer| declarations(layer["name"]) }
      groups = declared.select { |declaration| %w[fan-out relocation].include?(declaration.function) }.map { |d| d.nets.select { |net| net.function == "one to one" } }
      rest = nets.all.select { |net| net.function == "one to one" } - groups.flatten
      (groups.flat_map { |group| consecutive(group) } + nearest(rest)).map { |pair| pair.sort_by(&:number) }.uniq
    end

    def consecutive(group)
      return [] if group.size < 2
      contacts, = in_order(group)
      pairs = contacts.each_cons(2).to_a
      row?(group) || group.size < 3 ? pairs : pairs << [contacts[-1], contacts[0]]
    end

    def nearest(group)
      return [] if group.size < 2
      points = group.map { |net| contact_at(net) }
      finder = NearestPoints.new(points)
      points.each_index.map { |number| [group[number], group[finder.nearest_to(number)]] }
    end

    def too_near(one, other, amount)
      contacts, pads = [one.contacts[0][0], other.contacts[0][0]], [one.pads[0][0], other.pads[0][0]]
      centres = [contacts, pads].map { |pair| distance_of_centres(*pair) }
      # the boxes of the pads alone may tell that they are far enough apart
      return nil if centres[1] >= centres[0] + amount - 1e-6 && Distances.of_boxes(pads[0].bbox, pads[1].bbox) >= centres[0] + amount
      edges = [contacts, pads].map { |pair| Distances.of_polygons(*pair) }
      return nil if centres[1] >= centres[0] + amount - 1e-6 && edges[1] >= edges[0] + amount - 1e-6
      Finding.new(pads, "pads #{@layers.um(edges[1])} um apart (centres #{@layers.um(centres[1])}), contact points #{@layers.um(edges[0])} um " \
                        "(centres #{@layers.um(centres[0])}), nets #{one.title} and #{other.title}")
    end

    def distance_of_centres(one, other)
      a, b = centre(one), centre(other)
      Math.hypot(a[0] - b[0], a[1] - b[1])
    end

  end

  # The nearest other point of a set of points, by a grid of cells holding about two points each.
  class NearestPoints

    def initialize(points)
      @points = points
      xs, ys = points.map(&:first), points.map(&:last)
      @left, @bottom = xs.min, ys.min
      @cell = [Math.sqrt([(xs.max - @left) * (ys.max - @bottom), 1.0].max * 2.0 / points.size), [xs.max - @left, ys.max - @bottom].max * 2.0 / points.size, 1.0].max
      @cells = points.each_index.group_by { |number| cell_of(points[number]) }
    end

    def nearest_to(number)
      column, row = cell_of(@points[number])
      best, ring = nil, 0
      until best && distance(number, best) <= (ring - 1) * @cell
        candidates = ring_of(column, row, ring).flat_map { |place| @cells[place] || [] } - [number]
        best = ([best].compact + candidates).min_by { |other| [distance(number, other), other] }
        ring += 1
      end
      best
    end

    private

    def cell_of(point)
      [((point[0] - @left) / @cell).floor, ((point[1] - @bottom) / @cell).floor]
    end

    def distance(one, other)
      Math.hypot(@points[one][0] - @points[other][0], @points[one][1] - @points[other][1])
    end

    def ring_of(column, row, ring)
      return [[column, row]] if ring == 0
      side = (-ring..ring).to_a
      side.flat_map { |d| [[column + d, row - ring], [column + d, row + ring]] } + side[1..-2].flat_map { |d| [[column - ring, row + d], [column + ring, row + d]] }
    end

  end

end

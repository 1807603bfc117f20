# The four functions of post-passivation interconnect, declared on a marker layer or told from counts.
# What a function claims is in docs/functions.md.

module Postpass

  class Checks

    # Neighbours' pads are farther apart than their contact points, for declared groups and for every one-to-one net.
    def fan_out_distance(rule)
      amount = @layers.dbu_of(rule["value_um"])
      neighbours(amount).filter_map { |one, other| too_near(one, other, amount) }
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
    # Of those inside of repeated cells only what is not right by this amount in the cell.
    def neighbours(amount)
      groups = nets.groups.all.select { |group| %w[fan-out relocation].include?(group.function) }
      taken = groups.flat_map(&:one_to_one).to_h { |net| [net.index, true] }
      undeclared = taken.empty? && !nets.placed.empty? ? nearest_in_question(amount) : nearest(nets.one_to_one.reject { |net| taken[net.index] })
      pairs = (groups.flat_map(&:neighbours) + undeclared).to_h { |pair| pair.map(&:index).minmax.then { |one, other| [one * nets.size + other, pair] } }
      pairs.sort.map { |_, pair| pair.sort_by(&:index) }
    end

    def nearest(group)
      pairs_of(group.map(&:contact_at), (0...group.size)).map { |number, other| [group[number], group[other]] }
    end

    # [[number of one of some points, number of the nearest point or of one as near], ...]
    def pairs_of(points, numbers)
      return [] if points.size < 2
      finder = NearestPoints.new(points)
      numbers.flat_map { |number| finder.nearest_to(number).map { |other| [number, other] } }
    end

    # Pairs that lie inside of a cell are judged there. The others are looked for among those alone that can be one of them.
    def nearest_in_question(amount)
      insides = nets.placed.map { |placed| InsidePairs.new(nets, placed) }
      wrong = insides.flat_map { |inside| inside.everywhere(inside.settled.select { |one, other| too_near(one, other, amount) }.flatten.map(&:index)).each_slice(2).to_a }
      among = (0...nets.size).select { |index| nets.loose(index) && nets.net(index).function == "one to one" }
      points = among.map { |index| nets.net(index).contact_at } + insides.flat_map(&:open_points)
      unsure = (0...among.size).to_a
      insides.each do |inside|
        unsure.concat(inside.unsure_from(among.size))
        among.concat(inside.everywhere(inside.open))
      end
      (wrong + pairs_of(points, unsure).map { |pair| pair.map { |number| among[number] } }).map { |pair| pair.map { |index| nets.net(index) } }
    end

    def too_near(one, other, amount)
      nets = one.nets
      contacts, pads = [one, other].map { |net| nets.contacts.first(net.index) }, [one, other].map { |net| nets.pads.first(net.index) }
      centres = [contacts, pads].map { |pair| distance_of_middles(*pair, nets) }
      far = centres[1] >= centres[0] + amount - 1e-6
      # the boxes of the pads alone may tell that they are far enough apart
      return nil if far && Distances.of_boxes(nets.box(pads[0]), nets.box(pads[1])) >= centres[0] + amount
      edges = [contacts, pads].map { |pair| nets.distance(*pair) }
      return nil if far && edges[1] >= edges[0] + amount - 1e-6
      Finding.new(pads.map { |id| nets.polygon(id) },
                  "pads #{@layers.um(edges[1])} um apart (centres #{@layers.um(centres[1])}), contact points #{@layers.um(edges[0])} um " \
                  "(centres #{@layers.um(centres[0])}), nets #{one.title} and #{other.title}")
    end

    def distance_of_middles(one, other, nets = self.nets)
      a, b = nets.middle(one), nets.middle(other)
      Math.hypot(a[0] - b[0], a[1] - b[1])
    end

  end

end

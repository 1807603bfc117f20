# Distances that depend on the net: between shapes of different nets, of the same net, and between pads after fan-out.

module Postpass

  class Checks

    def space_different_net(rule)
      space_between(rule) { |one, other| one != other }
    end

    # notches of one shape are distances of a net to itself
    def space_same_net(rule)
      space_between(rule) { |one, other| one == other }
    end

    # Pads of different nets: edge to edge, and where the rule says so centre to centre; one marker for each pair.
    def pad_spacing(rule)
      space, pitch = @layers.dbu_of(rule["value_um"]), @layers.dbu_of(rule["pitch_um"] || 0)
      return [] unless nets.conducting?(rule["layer"]) # a technology without connectivity has no nets
      near_pads(*pads_by_net(rule["layer"]), space, pitch)
    end

    private

    # Pairs of edges nearer than the limit whose nets the block accepts, gathered into places.
    def space_between(rule, &accepted)
      return [] unless nets.conducting?(rule["layer"]) # a technology without connectivity has no nets
      limit = @layers.dbu_of(rule["value_um"])
      pairs = edge_pairs_by_net(rule).select { |pair| accepted.call(net_beside(rule["layer"], pair.first), net_beside(rule["layer"], pair.second)) }
      measured = pairs.map { |pair| [pair, Distances.between(pair.first, pair.second)] }
      measured.reject! { |pair, distance| distance >= limit - 1e-6 || (distance >= limit - diagonal_step && Distances.diagonal?(pair.first, pair.second)) }
      Distances.places(measured).map { |polygon, distance| Finding.new([polygon], "space #{@layers.um(distance)} um, #{titles_at([rule['layer']], polygon)}") }
    end

    def edge_pairs_by_net(rule)
      limit, metal = @layers.limit_dbu(rule["value_um"]), region_of(rule["layer"])
      if rule["wider_than_um"]
        run = (@layers.dbu_of(rule["run_longer_than_um"] || 0) + 1e-6).floor + 1
        wide = wider_parts(metal, (@layers.dbu_of(rule["wider_than_um"]) + 1e-6).floor)
        return wide.isolated_check(limit, false, RBA::Region::Projection, nil, run, nil).each.to_a
      end
      isolated = metal.isolated_check(limit, false, RBA::Region::Euclidian, nil, nil, nil)
      isolated.each.to_a + notches(metal, limit)
    end

    # the connected shapes of a layer as a region
    def region_of(name)
      shapes = nets.figures(name)
      region = RBA::Region.new
      shapes.size.times { |number| region.insert(shapes.polygon(number)) }
      region.merged_semantics = false
      region
    end

    # what is wider than a whole number of dbu; at twice the size half of an odd number is whole
    def wider_parts(region, width)
      large = region.transformed(RBA::ICplxTrans.new(2.0))
      large.sized(-width, 2).sized(width, 2).transformed(RBA::ICplxTrans.new(0.5)).merged
    end

    # straight across a 45 degree edge a distance comes in steps of this
    def diagonal_step
      @layers.dbu_of(@technology.grid) / Math.sqrt(2) + 1e-6
    end

    # index of the net of the shape that this edge bounds; the ends of a part of an edge may be a dbu off
    def net_beside(layer, edge)
      shapes, box = nets.figures(layer), edge.bbox.enlarged(1, 1)
      near = shapes.near(box.left, box.bottom, box.right, box.top)
      found = near.find { |number| shapes.polygon(number).touches?(edge) } || near.first
      found && nets.index_of(layer, found)
    end

    # "net a", or "nets a and b": those whose metal on the layers touches a place
    def titles_at(layers, polygon)
      box = polygon.bbox
      touching = layers.flat_map do |layer|
        shapes = nets.figures(layer)
        shapes.near(box.left, box.bottom, box.right, box.top).select { |number| shapes.polygon(number).touches?(polygon) }.map { |number| nets.index_of(layer, number) }
      end
      titles = touching.uniq.sort.map { |index| nets.net(index).title }
      titles.size == 1 ? "net #{titles[0]}" : "nets #{titles.join(' and ')}"
    end

    # pads after fan-out

    # [figures of the layer, [index of the net of each]]
    def pads_by_net(layer)
      pads = nets.figures(layer)
      [pads, (0...pads.size).map { |number| nets.index_of(layer, number) }]
    end

    def near_pads(pads, index, space, pitch)
      (0...pads.size).flat_map do |number|
        candidates_near(pads, number, space, pitch).filter_map do |other|
          next if index[number] == index[other]
          centres = Math.hypot(*pads.middle(number).zip(pads.middle(other)).map { |a, b| a - b })
          # what lies between the boxes is the least that can lie between the pads
          next if centres >= pitch - 1e-6 && Distances.of_boxes(pads.box(number), pads.box(other)) >= space
          edges = pads.distance(number, other)
          next unless edges < space - 1e-6 || centres < pitch - 1e-6
          Finding.new([pads.polygon(number), pads.polygon(other)], pads_apart(edges, centres, nets.net(index[number]), nets.net(index[other])))
        end
      end
    end

    # Those with a larger number that may be too near. Half of a pad lies between its middle and all that is beside it.
    def candidates_near(pads, number, space, pitch)
      left, bottom, outline = pads.lefts[number], pads.bottoms[number], pads.outlines[number]
      reach = [space, pitch - 0.5 * [outline.width, outline.height].min].max.ceil
      near = pads.near(left - reach, bottom - reach, left + outline.width + reach, bottom + outline.height + reach)
      near.size == 1 ? [] : near.select { |other| other > number }
    end

    def pads_apart(edges, centres, one, other)
      contacts = nearest_contacts(one, other)
      ours = "pads #{@layers.um(edges)} um apart (centres #{@layers.um(centres)})"
      theirs = contacts ? "contact points #{@layers.um(contacts[0])} um (centres #{@layers.um(contacts[1])})" : "no contact points to compare"
      "#{ours}, #{theirs}, nets #{one.title} and #{other.title}"
    end

    # smallest distance [edges, centres] between a contact point of one net and one of the other, or nil
    def nearest_contacts(one, other)
      one.contacts.product(other.contacts).map { |a, b| [nets.distance(a, b), distance_of_middles(a, b)] }.min
    end

  end

end

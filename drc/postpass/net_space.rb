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
      pads = nets.figures(rule["layer"])
      near_pads(nets, rule["layer"], space, pitch).map do |pair|
        pair = pair.sort_by { |number| nets.index_of(rule["layer"], number) } # numbers depend on the mode
        one, other = pair.map { |number| nets.net(nets.index_of(rule["layer"], number)) }
        Finding.new(pair.map { |number| pads.polygon(number) }, pads_apart(pads.distance(*pair), middles_apart(pads, *pair), one, other))
      end
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

    # [[one, other], ...], ascending: pads of different nets that are too near to each other
    def near_pads(nets, layer, space, pitch)
      pads = nets.figures(layer)
      pads_in_question(nets, layer, space, pitch).flat_map do |number|
        candidates_near(pads, number, space, pitch).filter_map do |other|
          [number, other] if other > number && too_near_pads?(pads, number, other, space, pitch) && nets.index_of(layer, number) != nets.index_of(layer, other)
        end
      end
    end

    # All, but of those inside of repeated cells at each place those alone that are too near in the cell, or near its edge.
    def pads_in_question(nets, layer, space, pitch)
      pads = nets.figures(layer)
      return 0...pads.size if pads.placed.empty?
      chosen = pads.placed.zip(nets.placed).flat_map do |placed, there|
        placed.everywhere(near_pads(there.inside, layer, space, pitch).flatten | placed.near_the_edge { |outline| reach_of(outline, space, pitch) })
      end
      (0...pads.loose).to_a + chosen.sort
    end

    def too_near_pads?(pads, one, other, space, pitch)
      centres = middles_apart(pads, one, other)
      # what lies between the boxes is the least that can lie between the pads
      return false if centres >= pitch - 1e-6 && Distances.of_boxes(pads.box(one), pads.box(other)) >= space
      edges = pads.distance(one, other)
      edges < space - 1e-6 || centres < pitch - 1e-6
    end

    def middles_apart(pads, one, other)
      Math.hypot(*pads.middle(one).zip(pads.middle(other)).map { |a, b| a - b })
    end

    # How far from the box of a pad the next may lie and be too near: half of a pad lies between its middle and all that is beside it.
    def reach_of(outline, space, pitch)
      [space, pitch - 0.5 * [outline.width, outline.height].min].max.ceil
    end

    def candidates_near(pads, number, space, pitch)
      left, bottom, outline = pads.left(number), pads.bottom(number), pads.outline(number)
      reach = reach_of(outline, space, pitch)
      pads.near(left - reach, bottom - reach, left + outline.width + reach, bottom + outline.height + reach)
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

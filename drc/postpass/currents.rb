# Do the vias and traces of a net carry the current that its pads are declared for?

module Postpass

  class Checks

    # vias of the net in one cut layer, each alike or by its area, against the current of its pads on the layer
    def current_vias(rule)
      nets.findings do |net|
        pads = pads_on(net, rule["layer"])
        vias = net.vias.select { |id| net.nets.layer_of(id) == rule["to"] }
        carried = vias.sum { |id| rule["per_cut_ma"] || rule["per_um2_ma"] * net.nets.outline(id).area * @layers.dbu**2 }
        needed = rule["current_ma"] * pads.size
        next [] if carried >= needed - 1e-9 * needed
        [Finding.new(net.polygons(pads), "#{vias.size} vias carry %.4g mA, #{pads.size} pads need %.4g mA, net #{net.title}" % [carried, needed])]
      end
    end

    # The trace of a one-to-one net carries the whole current of its pad: it is nowhere narrower than that current asks for.
    def current_width(rule)
      width_um = rule["current_ma"].to_f / rule["per_um_ma"]
      whole = nets.each.select { |net| net.function == "one to one" && !pads_on(net, rule["layer"]).empty? }
      traces = Shapes.region(whole.flat_map { |net| net.polygons(net.traces) })
      pairs = traces.width_check(@layers.limit_dbu(width_um), false, RBA::Region::Euclidian, nil, nil, nil)
      measured = pairs.each.map { |pair| [pair, Distances.between(pair.first, pair.second)] }
      measured.reject! { |pair, width| width >= @layers.dbu_of(width_um) - (Distances.diagonal?(pair.first, pair.second) ? diagonal_step : 1e-6) }
      Distances.places(measured).map do |polygon, width|
        Finding.new([polygon], "width #{@layers.um(width)} um carries %.4g mA of %.4g mA, #{titles_at(trace_layers, polygon)}" %
          [width * @layers.dbu * rule["per_um_ma"], rule["current_ma"]])
      end
    end

    private

    def trace_layers
      @technology.drawn.select { |layer| layer["kind"] == "metal" && nets.conducting?(layer["name"]) }.map { |layer| layer["name"] }
    end

    # ids of the net's pads on a layer
    def pads_on(net, layer)
      parts = @technology.layers[layer]["parts"]
      net.pads.select { |id| parts.include?(net.nets.layer_of(id)) }
    end

  end

end

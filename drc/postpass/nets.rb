# Nets from the technology's connectivity: which contact points, vias, traces and pads are one conductor.
# Any number of levels: each record of the connectivity joins two conductors, through a cut or directly.

module Postpass

  # What is connected. contacts and pads: [polygon, layer name]; traces, vias: [polygon]; names: labels on it, each once.
  Net = Struct.new(:number, :names, :contacts, :pads, :traces, :vias, :area) do
    # the label, or a number where there is none
    def title
      names.empty? ? "##{number}" : names.join(" + ")
    end

    def pads_by_function(technology)
      pads.group_by { |_, layer| technology.layers[layer]["function"] || layer }.transform_values(&:size)
    end

    # what the net performs, told from its counts alone
    def function
      return "open" if contacts.empty? || pads.empty?
      return pads.size == 1 ? "one to one" : "addition" if contacts.size == 1
      pads.size == 1 ? "reduction" : "addition and reduction"
    end

    # Length of a path of this area and perimeter: l + w = p / 2, l * w = a. An estimate for branched traces.
    def trace_length
      traces.sum do |polygon|
        half = polygon.perimeter / 2.0
        0.5 * (half + Math.sqrt([half * half - 4.0 * polygon.area, 0.0].max))
      end
    end
  end unless defined?(Net)

  class Nets

    attr_reader :all, :loose_labels

    def initialize(layers)
      @layers, @technology = layers, layers.technology
      @connections = @technology.connectivity
      @parent, @first_of = [], {}
      number_shapes
      @connections.each { |connection| through_cut?(connection) ? join_through(*connection) : join_directly(*connection) }
      collect
    end

    # {name => [nets that carry it]}
    def by_name
      carriers = Hash.new { |known, name| known[name] = [] }
      @all.each { |net| net.names.each { |name| carriers[name] << net } }
      carriers
    end

    private

    # Every merged shape of every conductor and cut gets a number; @first_of tells where a layer's numbers begin.
    def number_shapes
      @conductors = @connections.flat_map { |connection| [connection.first, connection.last] }.uniq
      (@conductors + cuts).each do |name|
        @first_of[name] = @parent.size
        @layers.index(name).polygons.size.times { @parent << @parent.size }
      end
    end

    def through_cut?(connection)
      connection.size == 3
    end

    def cuts
      @connections.select { |connection| through_cut?(connection) }.map { |connection| connection[1] }.uniq
    end

    def join_through(lower, cut, upper)
      @layers.index(cut).polygons.each_with_index do |polygon, number|
        [lower, upper].each { |name| touched(name, polygon).each { |other| unite(@first_of[cut] + number, @first_of[name] + other) } }
      end
    end

    def join_directly(one, other)
      @layers.index(one).polygons.each_with_index do |polygon, number|
        touched(other, polygon).each { |touching| unite(@first_of[one] + number, @first_of[other] + touching) }
      end
    end

    def touched(name, polygon)
      index = @layers.index(name)
      index.touching(polygon.bbox).select { |number| index.polygons[number].touches?(polygon) }
    end

    def on(name, polygon)
      touched(name, polygon).first
    end

    def root(number)
      number = @parent[number] = @parent[@parent[number]] until @parent[number] == number
      number
    end

    def unite(one, other)
      one, other = root(one), root(other)
      @parent[[one, other].max] = [one, other].min
    end

    def net_at(layer, number)
      @nets[root(@first_of[layer] + number)]
    end

    def collect
      @nets = Hash.new { |known, key| known[key] = Net.new(0, [], [], [], [], [], 0.0) }
      @conductors.each { |name| @layers.index(name).polygons.each_index { |number| net_at(name, number) } }
      collect_vias
      collect_contacts
      collect_pads
      collect_metal
      collect_names
      @all = @nets.values
      @all.each_with_index { |net, place| net.number = place + 1 }
    end

    def collect_vias
      cuts.each do |cut|
        @layers.index(cut).polygons.each_with_index { |polygon, number| net_at(cut, number).vias << polygon }
      end
    end

    # Contact points are the shapes of contact layers; a via that stands on none is taken for one.
    def collect_contacts
      @conductors.select { |name| kinds(name) == ["contact"] }.each do |name|
        @layers.index(name).polygons.each_with_index { |polygon, number| net_at(name, number).contacts << [polygon, name] }
      end
      @connections.select { |connection| through_cut?(connection) && kinds(connection[0]) == ["contact"] }.each do |lower, cut, _|
        @layers.index(cut).polygons.each_with_index do |polygon, number|
          net_at(cut, number).contacts << [polygon, cut] if touched(lower, polygon).empty?
        end
      end
    end

    # Pads are the shapes of pad layers; a UBM that stands on none is taken for one.
    def collect_pads
      pad_layers = @technology.drawn.select { |layer| layer["kind"] == "pad" }.map { |layer| layer["name"] }
      pad_layers.each do |layer|
        conductor = @conductors.find { |name| @technology.layers[name]["parts"].include?(layer) } or next
        @layers.index(layer).polygons.each { |polygon| net_at(conductor, on(conductor, polygon)).pads << [polygon, layer] }
      end
      @conductors.select { |name| kinds(name) == ["ubm"] }.each do |name|
        @layers.index(name).polygons.each_with_index do |polygon, number|
          net_at(name, number).pads << [polygon, name] if pad_layers.all? { |layer| touched(layer, polygon).empty? }
        end
      end
    end

    def collect_metal
      @conductors.each do |name|
        next unless kinds(name).include?("metal")
        @layers.index(name).polygons.each_with_index { |polygon, number| net_at(name, number).area += polygon.area }
        @technology.layers[name]["parts"].select { |part| @technology.layers[part]["kind"] == "metal" }.each do |part|
          @layers.index(part).polygons.each { |polygon| net_at(name, on(name, polygon)).traces << polygon }
        end
      end
    end

    # A label belongs to the first conductor under it: top metal before UBM before contact points.
    def collect_names
      ordered = @conductors.sort_by { |name| [%w[metal ubm contact].index { |kind| kinds(name).include?(kind) } || 9, @conductors.index(name)] }
      @loose_labels = []
      @layers.texts.each do |text, point|
        net = ordered.lazy.filter_map { |conductor| net_under(conductor, point) }.first
        next @loose_labels << [text, point] unless net
        net.names << text unless net.names.include?(text)
      end
      @nets.each_value { |net| net.names.sort! }
    end

    def net_under(name, point)
      index = @layers.index(name)
      number = index.touching(RBA::Box.new(point, point)).find { |candidate| index.polygons[candidate].inside?(point) }
      number && net_at(name, number)
    end

    def kinds(name)
      @technology.layers[name]["parts"].map { |part| @technology.layers[part]["kind"] }.uniq
    end

  end

end

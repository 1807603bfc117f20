# Nets from the technology's connectivity: which contact points, vias, traces and pads are one conductor.
# Any number of levels: each record of the connectivity joins two conductors, through a cut or directly.
# Figures of all layers share one row of numbers (ids), so that a million nets are some columns of whole numbers.

require "json"

module Postpass

  # A view on one net, made when it is asked for. contacts, vias, traces, pads: ids of figures.
  Net = Struct.new(:nets, :index) do
    def number
      index + 1
    end

    # the label, or a number where there is none
    def title
      names.empty? ? "##{number}" : names.join(" + ")
    end

    def names
      nets.names_of(index)
    end

    def contacts
      nets.contacts.of(index)
    end

    def vias
      nets.vias.of(index)
    end

    def traces
      nets.traces.of(index)
    end

    def pads
      nets.pads.of(index)
    end

    # middle of the first contact point, and of the first pad: [x, y]
    def contact_at
      nets.middle(nets.contacts.first(index))
    end

    def pad_at
      nets.middle(nets.pads.first(index))
    end

    # what the net performs, told from its counts alone
    def function
      contacts, pads = nets.contacts.count(index), nets.pads.count(index)
      return "open" if contacts == 0 || pads == 0
      return pads == 1 ? "one to one" : "addition" if contacts == 1
      pads == 1 ? "reduction" : "addition and reduction"
    end

    def area
      nets.metal.of(index).sum { |id| nets.outline(id).area }
    end

    def trace_length
      traces.sum { |id| nets.outline(id).trace_length }
    end

    # {pad function: count}
    def pads_by_function
      pads.group_by { |id| nets.pad_function(id) }.transform_values(&:size)
    end
  end unless defined?(Net)

  # Ids of figures by net, in one column.
  class Members

    # ids and, in the same order, the nets they belong to
    def initialize(ids, nets, net_count)
      @starts = Array.new(net_count + 1, 0)
      nets.each { |net| @starts[net + 1] += 1 }
      (1..net_count).each { |net| @starts[net] += @starts[net - 1] }
      @ids, place = Array.new(ids.size), @starts.dup
      ids.each_with_index do |id, i|
        net = nets[i]
        @ids[place[net]] = id
        place[net] += 1
      end
    end

    def of(net)
      @ids[@starts[net], count(net)]
    end

    def count(net)
      @starts[net + 1] - @starts[net]
    end

    def first(net)
      @ids[@starts[net]]
    end

  end

  class Nets

    attr_reader :size, :loose_labels, :contacts, :vias, :traces, :pads, :metal, :technology

    def initialize(layers)
      @layers, @technology = layers, layers.technology
      @connections = @technology.connectivity
      @figures, @first_of, @next = {}, {}, 0
      @layer_names, @slots, @starts = [], [], []
      @conductors = @connections.flat_map { |connection| [connection.first, connection.last] }.uniq
      @cuts = @connections.select { |connection| connection.size == 3 }.map { |connection| connection[1] }.uniq
      number_figures
      @standing = {}
      @connections.each { |connection| connection.size == 3 ? join_through(*connection) : join_directly(*connection) }
      number_nets
      collect
    end

    def each
      return enum_for(:each) { size } unless block_given?
      size.times { |index| yield Net.new(self, index) }
    end

    def net(index)
      Net.new(self, index)
    end

    # the groups that are declared to perform a function
    def groups
      @groups ||= Groups.new(@layers, self)
    end

    def names_of(index)
      @names[index] || NO_NAMES
    end

    # {name => [indexes of the nets that carry it]}
    def by_name
      carriers = Hash.new { |known, name| known[name] = [] }
      @names.keys.sort.each { |index| @names[index].each { |name| carriers[name] << index } }
      carriers
    end

    # figures of any layer of the technology
    def figures(name)
      @figures[name] ||= Figures.new(@layers, name)
    end

    def polygon(id)
      with_number(id) { |figures, number| figures.polygon(number) }
    end

    def outline(id)
      with_number(id) { |figures, number| figures.outlines[number] }
    end

    # middle of the box of a figure: [x, y]
    def middle(id)
      with_number(id) { |figures, number| figures.middle(number) }
    end

    def box(id)
      with_number(id) { |figures, number| figures.box(number) }
    end

    # smallest distance of two figures, in dbu
    def distance(one, other)
      with_number(one) { |figures, number| with_number(other) { |others, another| Gap.between(figures, number, others, another) } }
    end

    # name of the layer of a figure
    def layer_of(id)
      @layer_names[slot_of(id)]
    end

    # flip-chip, power, ground, signal, or the layer's name where it is no pad layer (UBM)
    def pad_function(id)
      layer = layer_of(id)
      @technology.layers[layer]["function"] || layer
    end

    # index of the net of the conductor figure at a place on a layer, or nil; layer: a conductor or a part of one
    def index_at(name, x, y)
      conductor = conductor_of(name) or return nil
      found = figures(conductor).at(x, y)
      found && @net_of[@first_of[conductor] + found]
    end

    # the conductor that a layer is, or is a part of
    def conductor_of(name)
      parts = @technology.layers[name]["parts"]
      @conductors.find { |conductor| (parts - @technology.layers[conductor]["parts"]).empty? }
    end

    # index of the net of a conductor's figure
    def index_of(conductor, number)
      @net_of[@first_of[conductor] + number]
    end

    private

    def slot_of(id)
      slot = @starts.size - 1
      slot -= 1 while id < @starts[slot]
      slot
    end

    # the figures that an id belongs to, and its number there
    def with_number(id)
      slot = slot_of(id)
      yield @slots[slot], id - @starts[slot]
    end

    NO_NAMES = [].freeze unless defined?(NO_NAMES)

    def number_figures
      (@conductors + @cuts).uniq.each { |name| give_numbers(name) }
      @parent = (0...@next).to_a
    end

    def give_numbers(name)
      return @first_of[name] if @first_of[name]
      @layer_names << name
      @slots << figures(name)
      @starts << @next
      @next += figures(name).size
      @first_of[name] = @starts.last
    end

    def join_through(lower, cut, upper)
      shapes, first = figures(cut), @first_of[cut]
      [lower, upper].each do |name|
        conductor, first_there = figures(name), @first_of[name]
        shapes.size.times do |number|
          conductor.touching(shapes, number).each do |other|
            unite(first + number, first_there + other)
            (@standing[[lower, cut]] ||= {})[number] = true if name == lower && kinds(lower) == ["contact"]
          end
        end
      end
    end

    def join_directly(one, other)
      shapes, conductor = figures(one), figures(other)
      shapes.size.times do |number|
        conductor.touching(shapes, number).each { |touching| unite(@first_of[one] + number, @first_of[other] + touching) }
      end
    end

    def root(number)
      parent = @parent
      number = parent[number] = parent[parent[number]] until parent[number] == number
      number
    end

    def unite(one, other)
      one, other = root(one), root(other)
      one < other ? @parent[other] = one : @parent[one] = other
    end

    # Nets are numbered by their lowest left corner, from left to right, so that every way to read the layout gives the same.
    def number_nets
      corner = {}
      @layer_names.each do |name|
        shapes, first = figures(name), @first_of[name]
        shapes.size.times do |number|
          place, net = ((shapes.lefts[number] + 2**30) << 31) + shapes.bottoms[number] + 2**30, root(first + number)
          corner[net] = place if !corner[net] || place < corner[net]
        end
      end
      number_of = {}
      corner.keys.sort_by { |net| corner[net] }.each_with_index { |net, index| number_of[net] = index }
      @size = number_of.size
      @net_of = Array.new(@parent.size) { |id| number_of[root(id)] }
      @parent = nil
    end

    def collect
      @vias = members_of(@cuts) { true }
      collect_contacts
      collect_pads
      collect_metal
      collect_names
    end

    # those figures of conductors and cuts for which the block holds (name, number)
    def members_of(names, &block)
      ids, nets = [], []
      names.each { |name| add_members(ids, nets, name, &block) }
      Members.new(ids, nets, @size)
    end

    def add_members(ids, nets, name)
      first = @first_of[name]
      figures(name).size.times do |number|
        next unless yield(name, number)
        ids << first + number
        nets << @net_of[first + number]
      end
    end

    # figures of layers that are conductors or parts of them
    def add_parts(ids, nets, part, conductor)
      return add_members(ids, nets, part) { true } if part == conductor
      first, pieces, whole, first_there = give_numbers(part), figures(part), figures(conductor), @first_of[conductor]
      pieces.size.times do |number|
        ids << first + number
        nets << @net_of[first_there + whole.holding(pieces, number)]
      end
    end

    # Contact points are the shapes of contact layers; a via that stands on none is taken for one.
    def collect_contacts
      ids, nets = [], []
      @conductors.select { |name| kinds(name) == ["contact"] }.each { |name| add_members(ids, nets, name) { true } }
      @connections.select { |connection| connection.size == 3 && kinds(connection[0]) == ["contact"] }.each do |lower, cut, _|
        standing = @standing[[lower, cut]] || {}
        add_members(ids, nets, cut) { |_, number| !standing[number] }
      end
      @contacts = Members.new(ids, nets, @size)
    end

    # Pads are the shapes of pad layers; a UBM that stands on none is taken for one.
    def collect_pads
      ids, nets = [], []
      pad_layers = @technology.drawn.select { |layer| layer["kind"] == "pad" }.map { |layer| layer["name"] }
      pad_layers.each do |layer|
        conductor = @conductors.find { |name| @technology.layers[name]["parts"].include?(layer) }
        add_parts(ids, nets, layer, conductor) if conductor
      end
      @conductors.select { |name| kinds(name) == ["ubm"] }.each do |name|
        add_members(ids, nets, name) { |_, number| pad_layers.all? { |layer| figures(layer).touching(figures(name), number).empty? } }
      end
      @pads = Members.new(ids, nets, @size)
    end

    def collect_metal
      metals = @conductors.select { |name| kinds(name).include?("metal") }
      @metal = members_of(metals) { true }
      ids, nets = [], []
      metals.each do |name|
        @technology.layers[name]["parts"].select { |part| @technology.layers[part]["kind"] == "metal" }.each { |part| add_parts(ids, nets, part, name) }
      end
      @traces = Members.new(ids, nets, @size)
    end

    # A label belongs to the first conductor under it: top metal before UBM before contact points.
    def collect_names
      ordered = @conductors.sort_by { |name| [%w[metal ubm contact].index { |kind| kinds(name).include?(kind) } || 9, @conductors.index(name)] }
      @loose_labels, @names = [], {}
      return if @conductors.empty?
      @layers.texts.each do |text, point|
        index = ordered.lazy.filter_map { |conductor| index_at(conductor, point.x, point.y) }.first
        next @loose_labels << [text, point] unless index
        (@names[index] ||= []) << text
      end
      @names.each_value { |names| names.uniq!; names.sort! }
    end

    def kinds(name)
      (@kinds ||= {})[name] ||= @technology.layers[name]["parts"].map { |part| @technology.layers[part]["kind"] }.uniq
    end

  end

  # One record per net for the screen and the summary, the named ones first. Made row by row: there may be a million.
  class NetTable

    include Enumerable

    def initialize(nets, dbu)
      @nets, @dbu = nets, dbu
      named = nets.each.select { |net| !net.names.empty? }.sort_by { |net| [net.names, net.number] }.map(&:index)
      known = named.to_h { |index| [index, true] }
      @order = named + (0...nets.size).reject { |index| known[index] }
    end

    def size
      @order.size
    end

    def empty?
      @order.empty?
    end

    def each
      @order.each { |index| yield row(@nets.net(index)) }
    end

    # one line for each net
    def to_json(*)
      return "[]" if empty?
      "[\n" + map { |row| "    " + JSON.generate(row) }.join(",\n") + "\n  ]"
    end

    private

    def row(net)
      { "net" => net.title, "contact_points" => net.contacts.size, "vias" => net.vias.size, "pads" => net.pads_by_function,
        "metal_area_um2" => (net.area * @dbu**2).round(3), "trace_length_um" => (net.trace_length * @dbu).round(3), "function" => net.function }
    end

  end

end

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

    # of all its metal; where pads lie on traces the metal counts once
    def area
      nets.metal_area(traces, pads)
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

    attr_reader :size, :loose_labels, :contacts, :vias, :traces, :pads, :technology

    def initialize(layers)
      @layers, @technology = layers, layers.technology
      @connections = @technology.connectivity
      @figures, @first_of, @sole_parts, @next = {}, {}, {}, 0
      @layer_names, @slots, @starts = [], [], []
      @conductors = @connections.flat_map { |connection| [connection.first, connection.last] }.uniq
      @cuts = @connections.select { |connection| connection.size == 3 }.map { |connection| connection[1] }.uniq
      @drawn = (@conductors + @cuts).flat_map { |name| parts(name) }.uniq
      @standing = Hash.new { |known, pair| known[pair] = {} }
      @blocks = Blocks.new(layers, @drawn)
      nets_in = Hash.new { |known, index| known[index] = Nets.new(Layers.new(layers.layout, layers.layout.cell(index), @technology)) }
      @insides = @blocks.map { |block| [block, nets_in[block.cell.cell_index]] }
      number_figures
      @conductors.each { |name| parts(name).combination(2) { |one, other| join_directly(one, other) } }
      @connections.each { |connection| connection.size == 3 ? join_through(*connection) : parts(connection[0]).product(parts(connection[1])) { |pair| join_directly(*pair) } }
      @insides.each { |block, inside| append(block, inside) }
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

    # figures of any layer of the technology; a union of which one part alone has shapes is that part
    def figures(name)
      @figures[name] ||= (part = sole_part(name)) ? figures(part) : Figures.new(@layers, name)
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

    # index of the net of the metal of a layer at a place, or nil; layer: a conductor, or a part or union of parts of one
    def index_at(name, x, y)
      parts(name).each do |part|
        next unless @first_of[part]
        found = figures(part).at(x, y)
        return @net_of[@first_of[part] + found] if found
      end
      nil
    end

    # index of the net of a figure of such a layer
    def index_of(name, number)
      drawn = @first_of[name] ? name : sole_part(name)
      return @net_of[@first_of[drawn] + number] if drawn && @first_of[drawn]
      shapes = figures(name)
      corner = shapes.outlines[number].polygon.each_point_hull.first
      index_at(name, shapes.lefts[number] + corner.x, shapes.bottoms[number] + corner.y)
    end

    # Is every part of the layer a part of the connectivity?
    def conducting?(name)
      parts(name).all? { |part| @first_of[part] }
    end

    def metal_area(traces, pads)
      return area_of_regions(traces + pads) if traces.size * pads.size > 1000 || pads.combination(2).any? { |one, other| box(one).touches?(box(other)) }
      (traces + pads).sum { |id| outline(id).area } - traces.sum { |trace| pads.sum { |pad| overlap(trace, pad) } }
    end

    # Which figures stand on a conductor through a cut: {[lower, cut] => {number of the cut's figure => true}}
    attr_reader :standing

    # [[slot, number, slot of the net's lowest figure, number of that], ...] for all figures
    def joints
      @joints ||= begin
        lowest = {}
        (0...@net_of.size).map { |id| [id, lowest[@net_of[id]] ||= id].flat_map { |one| [slot_of(one), one - @starts[slot_of(one)]] } }
      end
    end

    private

    # the drawn part that has all the shapes of a union, or nil
    def sole_part(name)
      return nil if parts(name) == [name]
      @sole_parts[name] ||= parts(name).reject { |part| @layers.empty?(part) }
      @sole_parts[name].size == 1 ? @sole_parts[name][0] : nil
    end

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

    def area_of_regions(ids)
      RBA::Region.new(ids.map { |id| polygon(id) }).merged.area
    end

    # Area that two figures share. The same two outlines often lie in the same way on each other.
    def overlap(one, other)
      return 0 unless box(one).overlaps?(box(other))
      with_number(one) do |figures, number|
        with_number(other) do |others, another|
          dx, dy = others.lefts[another] - figures.lefts[number], others.bottoms[another] - figures.bottoms[number]
          mine, theirs = figures.outlines[number], others.outlines[another]
          known = (@overlaps ||= {}.compare_by_identity)[mine] ||= {}.compare_by_identity
          (known[theirs] ||= {})[(dx << 31) + dy] ||= (RBA::Region.new(mine.polygon) & RBA::Region.new(theirs.polygon.moved(dx, dy))).area
        end
      end
    end

    NO_NAMES = [].freeze unless defined?(NO_NAMES)

    # Every drawn part of the conductors, and the cuts: first what lies outside of blocks, then there is room for their places.
    def number_figures
      @drawn.each { |name| give_numbers(name) }
      @parent = (0...@next).to_a
    end

    def give_numbers(name)
      @figures[name] = Figures.new(@layers, name) { |index| @blocks.other_shapes(index) }
      @layer_names << name
      @slots << figures(name)
      @starts << @next
      @first_of[name] = @next
      @next += figures(name).size + @insides.sum { |block, inside| inside.figures(name).size * block.places.size }
    end

    # Adds the figures of a block and what joins them, for each of its places. Nothing outside touches them.
    def append(block, inside)
      sizes = @drawn.map { |name| inside.figures(name).size }
      firsts = @drawn.map { |name| @first_of[name] + figures(name).size }
      @drawn.each { |name| figures(name).append(inside.figures(name), block) }
      block.places.size.times do
        inside.joints.each { |slot, number, lowest_slot, lowest| @parent[firsts[slot] + number] = firsts[lowest_slot] + lowest }
        inside.standing.each { |(lower, cut), numbers| stand(lower, cut, numbers.keys, firsts[@drawn.index(cut)]) }
        firsts = firsts.zip(sizes).map(&:sum)
      end
    end

    def stand(lower, cut, numbers, first)
      standing, shift = @standing[[lower, cut]], first - @first_of[cut]
      numbers.each { |number| standing[shift + number] = true }
    end

    def parts(name)
      @technology.layers[name]["parts"]
    end

    def join_through(lower, cut, upper)
      parts(cut).each do |vias|
        parts(upper).each { |part| join_directly(vias, part) }
        parts(lower).each { |part| join_directly(vias, part) { |number| @standing[[lower, vias]][number] = true } }
      end
    end

    # Joins what touches; tells the block which figures of `one` touch something.
    def join_directly(one, other)
      return join_directly(other, one) if !block_given? && figures(one).size > figures(other).size
      shapes, conductor, first, first_there = figures(one), figures(other), @first_of[one], @first_of[other]
      return if conductor.size == 0
      shapes.size.times do |number|
        touching = conductor.touching(shapes, number)
        touching.each { |there| unite(first + number, first_there + there) }
        yield number if block_given? && !touching.empty?
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
      @vias = members_of(@cuts.flat_map { |cut| parts(cut) }.uniq)
      collect_contacts
      collect_pads
      collect_metal
      collect_names
    end

    def members_of(names)
      ids, nets = [], []
      names.each { |name| add_members(ids, nets, name) { true } }
      Members.new(ids, nets, @size)
    end

    # those figures of a layer for whose number the block holds
    def add_members(ids, nets, name)
      first = @first_of[name]
      figures(name).size.times do |number|
        next unless yield(number)
        ids << first + number
        nets << @net_of[first + number]
      end
    end

    # Contact points are the shapes of contact layers; a via that stands on none is taken for one.
    def collect_contacts
      ids, nets = [], []
      @conductors.select { |name| kinds(name) == ["contact"] }.flat_map { |name| parts(name) }.uniq.each { |name| add_members(ids, nets, name) { true } }
      @connections.select { |connection| connection.size == 3 && kinds(connection[0]) == ["contact"] }.each do |lower, cut, _|
        parts(cut).each do |vias|
          standing = @standing[[lower, vias]]
          add_members(ids, nets, vias) { |number| !standing[number] }
        end
      end
      @contacts = Members.new(ids, nets, @size)
    end

    # Pads are the shapes of pad layers; a UBM that stands on none is taken for one.
    def collect_pads
      ids, nets = [], []
      pad_layers = @technology.drawn.select { |layer| layer["kind"] == "pad" }.map { |layer| layer["name"] }
      pad_layers.each { |layer| add_members(ids, nets, layer) { true } if @first_of[layer] }
      @conductors.select { |name| kinds(name) == ["ubm"] }.flat_map { |name| parts(name) }.uniq.each do |name|
        add_members(ids, nets, name) { |number| pad_layers.all? { |layer| figures(layer).touching(figures(name), number).empty? } }
      end
      @pads = Members.new(ids, nets, @size)
    end

    def collect_metal
      drawn = @conductors.flat_map { |name| parts(name) }.uniq
      @traces = members_of(drawn.select { |part| @technology.layers[part]["kind"] == "metal" })
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
      (@kinds ||= {})[name] ||= parts(name).map { |part| @technology.layers[part]["kind"] }.uniq
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

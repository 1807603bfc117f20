# Nets from the technology's connectivity: which contact points, vias, traces and pads are one conductor.
# Any number of levels: each record of the connectivity joins two conductors, through a cut or directly.
# Figures of all layers share one row of numbers (ids), so that a million nets are some columns of whole numbers.

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

    def polygons(ids)
      ids.map { |id| nets.polygon(id) }
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

  # Nets have numbers first: loose ones, which are not in blocks, then those of each block place by place.
  # In the order of their lowest left corners they have indexes.
  class Nets

    # placed: the nets of blocks, [PlacedNets, ...]
    attr_reader :size, :loose_labels, :contacts, :vias, :traces, :pads, :technology, :placed

    def initialize(layers)
      @layers, @technology = layers, layers.technology
      @connections = @technology.connectivity
      @figures, @sole_parts = {}, {}
      @conductors = @connections.flat_map { |connection| [connection.first, connection.last] }.uniq
      @cuts = @connections.select { |connection| connection.size == 3 }.map { |connection| connection[1] }.uniq
      @drawn = (@conductors + @cuts).flat_map { |name| parts(name) }.uniq
      @slot_of = @drawn.each_with_index.to_h
      @standing = Hash.new { |known, pair| known[pair] = {} }
      @blocks = Blocks.new(layers, @drawn)
      @slots = @drawn.map { |name| @figures[name] = Figures.new(layers, name) { |index| @blocks.other_shapes(index) } }
      join_loose_figures
      place_blocks
      put_in_order
      collect
    end

    def each
      return enum_for(:each) { size } unless block_given?
      size.times { |index| yield Net.new(self, index) }
    end

    def net(index)
      Net.new(self, index)
    end

    def one_to_one
      each.select { |net| net.function == "one to one" }
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
      @figures[name] ||= (part = sole_part(name)) ? figures(part) : conducting?(name) ? joint_figures(name) : Figures.new(@layers, name)
    end

    def polygon(id)
      with_number(id) { |figures, number| figures.polygon(number) }
    end

    def outline(id)
      with_number(id) { |figures, number| figures.outline(number) }
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
      @drawn[slot_of(id)]
    end

    # flip-chip, power, ground, signal, or the layer's name where it is no pad layer (UBM)
    def pad_function(id)
      layer = layer_of(id)
      @technology.layers[layer]["function"] || layer
    end

    # index of the net of the metal of a layer at a place, or nil; layer: a conductor, or a part or union of parts of one
    def index_at(name, x, y)
      parts(name).each do |part|
        slot = @slot_of[part] or next
        found = figures(part).at(x, y)
        return index_in(slot, found) if found
      end
      nil
    end

    # index of the net of a figure of such a layer
    def index_of(name, number)
      slot = @slot_of[name] || @slot_of[sole_part(name)]
      return index_in(slot, number) if slot
      corner = figures(name).polygon(number).each_point_hull.first
      index_at(name, corner.x, corner.y)
    end

    # Is every part of the layer a part of the connectivity?
    def conducting?(name)
      parts(name).all? { |part| @slot_of[part] }
    end

    def metal_area(traces, pads)
      return area_of_regions(traces + pads) if traces.size * pads.size > 1000 || pads.combination(2).any? { |one, other| box(one).touches?(box(other)) }
      (traces + pads).sum { |id| outline(id).area } - traces.sum { |trace| pads.sum { |pad| overlap(trace, pad) } }
    end

    # nets of repeated cells

    # index of the net of a figure of a drawn layer
    def index_in(slot, number)
      figures = @slots[slot]
      return @indexes[@loose_nets[slot][number]] if number < figures.loose
      placed = @placed[figures.block_of(number)]
      place, inside = figures.placed[placed.number].inside(number)
      index_there(placed, place, placed.inside.index_in(slot, inside))
    end

    # number of a net outside of blocks, or nil
    def loose(index)
      number = @numbers[index]
      number < @loose_count ? number : nil
    end

    # [PlacedNets, place, index of the net inside]
    def placement(index)
      number = @numbers[index]
      placed = @placed.find { |nets| number < nets.following }
      [placed, *placed.inside_of(number)]
    end

    # index of a net inside of a block at one of its places
    def index_there(placed, place, inside)
      @indexes[placed.first + place * placed.inside.size + inside]
    end

    # id, at one of the places of a block, of a figure inside
    def id_there(placed, place, id)
      slot, number = placed.inside.slot_and_number(id)
      @starts[slot] + @slots[slot].placed[placed.number].number(place, number)
    end

    def slot_and_number(id)
      slot = slot_of(id)
      [slot, id - @starts[slot]]
    end

    # What the block finds on each net, in their order: [finding, ...]. What is clean in a cell is clean at all its places,
    # unless a label names it: labels may lie above the cell.
    def findings(&judge)
      in_question(&judge).flat_map { |index| judge.call(net(index)) }
    end

    # lowest left corners of the nets of a cell when all is turned about (0, 0), as one whole number each
    def corner_keys(turn)
      keys = loose_corner_keys(turn)
      @numbers.map { |number| keys[number] }
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
      Shapes.region(ids.map { |id| polygon(id) }).merged.area
    end

    # Area that two figures share. The same two outlines often lie in the same way on each other.
    def overlap(one, other)
      return 0 unless box(one).overlaps?(box(other))
      with_number(one) do |figures, number|
        with_number(other) do |others, another|
          dx, dy = others.left(another) - figures.left(number), others.bottom(another) - figures.bottom(number)
          mine, theirs = figures.outline(number), others.outline(another)
          known = (@overlaps ||= {}.compare_by_identity)[mine] ||= {}.compare_by_identity
          (known[theirs] ||= {})[(dx << 31) + dy] ||= (RBA::Region.new(mine.polygon) & RBA::Region.new(theirs.polygon.moved(dx, dy))).area
        end
      end
    end

    NO_NAMES = [].freeze unless defined?(NO_NAMES)

    # a union of drawn parts
    def joint_figures(name)
      Figures.new(@layers, name) { |index| @blocks.other_shapes(index) }.tap do |figures|
        @placed.each { |placed| figures.append(placed.inside.figures(name), placed.block) }
      end
    end

    def in_question(&judge)
      return 0...@size if @placed.empty?
      named = @names.keys.reject { |index| loose(index) }
      suspects = @placed.flat_map do |placed|
        insides = (0...placed.inside.size).reject { |inside| judge.call(placed.inside.net(inside)).empty? }
        (0...placed.block.places.size).flat_map { |place| insides.map { |inside| index_there(placed, place, inside) } }
      end
      (@indexes.first(@loose_count) + named + suspects).uniq.sort
    end

    # Joins what touches outside of blocks, and numbers these nets.
    def join_loose_figures
      lay_out
      @parent = (0...@starts.last).to_a
      @conductors.each { |name| parts(name).combination(2) { |one, other| join_directly(one, other) } }
      @connections.each { |connection| connection.size == 3 ? join_through(*connection) : parts(connection[0]).product(parts(connection[1])) { |pair| join_directly(*pair) } }
      numbers = {}
      @loose_nets = @slots.each_with_index.map { |figures, slot| (0...figures.loose).map { |number| numbers[root(@starts[slot] + number)] ||= numbers.size } }
      @loose_count, @parent = numbers.size, nil
    end

    # The ids of a layer begin where those of the layer before end.
    def lay_out
      @starts = @slots.reduce([0]) { |starts, figures| starts << starts.last + figures.size }
    end

    # Adds the nets of blocks. Nothing outside touches them.
    def place_blocks
      inside = Hash.new { |known, index| known[index] = Nets.new(Layers.new(@layers.layout, @layers.layout.cell(index), @technology)) }
      @placed = @blocks.each_with_object([]) do |block, placed|
        placed << PlacedNets.new(block, inside[block.cell.cell_index], placed.size, placed.empty? ? @loose_count : placed.last.following)
      end
      @placed.each { |placed| @drawn.each { |name| figures(name).append(placed.inside.figures(name), placed.block) } }
      lay_out
    end

    # Indexes go from left to right, so that every way to read the layout gives the same.
    def put_in_order
      keys = loose_corner_keys + @placed.flat_map(&:corner_keys)
      @size = keys.size
      @numbers = (0...@size).sort_by { |number| keys[number] }
      @indexes = Array.new(@size)
      @numbers.each_with_index { |number, index| @indexes[number] = index }
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
      shapes, conductor, first, first_there = figures(one), figures(other), @starts[@slot_of[one]], @starts[@slot_of[other]]
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

    def loose_corner_keys(turn = RBA::Trans.new)
      keys = Array.new(@loose_count)
      @slots.zip(@loose_nets) do |figures, nets|
        lefts, bottoms, = figures.turned(turn)
        lefts.each_index do |number|
          key, net = ((lefts[number] + 2**30) << 31) + bottoms[number] + 2**30, nets[number]
          keys[net] = key if !keys[net] || key < keys[net]
        end
      end
      keys
    end

    def collect
      @vias = members_of(@cuts.flat_map { |cut| parts(cut) }.uniq, &:vias)
      collect_contacts
      collect_pads
      collect_metal
      collect_names
    end

    def members_of(names, &inside)
      ids, nets = [], []
      names.each { |name| add_members(ids, nets, name) { true } }
      Members.new(self, Column.new(ids, nets, @loose_count), &inside)
    end

    # those loose figures of a layer for whose number the block holds
    def add_members(ids, nets, name)
      slot = @slot_of[name]
      figures(name).loose.times do |number|
        next unless yield(number)
        ids << @starts[slot] + number
        nets << @loose_nets[slot][number]
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
      @contacts = Members.new(self, Column.new(ids, nets, @loose_count), &:contacts)
    end

    # Pads are the shapes of pad layers; a UBM that stands on none is taken for one.
    def collect_pads
      ids, nets = [], []
      pad_layers = @technology.drawn.select { |layer| layer["kind"] == "pad" && @slot_of[layer["name"]] }.map { |layer| layer["name"] }
      pad_layers.each { |layer| add_members(ids, nets, layer) { true } }
      @conductors.select { |name| kinds(name) == ["ubm"] }.flat_map { |name| parts(name) }.uniq.each do |name|
        add_members(ids, nets, name) { |number| pad_layers.all? { |layer| figures(layer).touching(figures(name), number).empty? } }
      end
      @pads = Members.new(self, Column.new(ids, nets, @loose_count), &:pads)
    end

    def collect_metal
      drawn = @conductors.flat_map { |name| parts(name) }.uniq
      @traces = members_of(drawn.select { |part| @technology.layers[part]["kind"] == "metal" }, &:traces)
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

end
